/** Makes an invitation and shows its link, which is not shown again. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { Copy } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { type Community, invitableBy, type Role } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { useToast } from "../../shell/toast.tsx";
import { usePortal } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { type Form, useForm } from "../form/use-form.ts";

/** How long an invitation may be open, in days. */
const DAYS = [1, 7, 30] as const;

/** How many people may use it; `undefined` without a limit. */
const USES = { one: 1, ten: 10, any: undefined } as const;

type Values = { readonly role: Role; readonly days: string; readonly uses: keyof typeof USES };

export function InviteDialog(props: {
  readonly community: Community;
  readonly onMade: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { community, onMade, onClose } = props;
  const text = useWords();
  const words = text.portal.invitations;
  const portal = usePortal();
  const [address, setAddress] = useState<string | null>(null);
  const form = useForm<Values>({
    initial: { role: "member", days: "7", uses: "one" },
    check: () => ({}),
    send: async ({ role, days, uses }) => {
      const usesMax = USES[uses];
      const { path } = await portal.api.invitations.create(community.id, {
        role,
        expiresInDays: Number(days),
        ...(usesMax === undefined ? {} : { usesMax }),
      });
      setAddress(new URL(path, location.origin).href);
      onMade();
    },
    codes: { "leaders-only": text.portal.invitersOnly },
  });
  // One dialog for both: another would send the focus back in between.
  return (
    <Dialog onClose={onClose} title={address === null ? words.createTitle : words.madeTitle}>
      {address === null ? (
        <Wish community={community} form={form} onClose={onClose} />
      ) : (
        <Made address={address} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Wish(props: {
  readonly community: Community;
  readonly form: Form<Values>;
  readonly onClose: () => void;
}): ReactNode {
  const { community, form, onClose } = props;
  const text = useWords();
  const words = text.portal.invitations;
  return (
    <FormView form={form}>
      <Choices
        legend={words.role}
        value={form.values.role}
        error={form.errors.fields.get("role") ?? null}
        choices={invitableBy(community.role).map((role) => ({
          value: role,
          label: text.portal.roles[role],
          about: text.portal.roleAbout[role],
        }))}
        onChange={(role) => form.set("role", role)}
      />
      <div className="field-row">
        <NativeSelect
          {...form.bind("days")}
          label={words.expires}
          data={DAYS.map((days) => ({ value: String(days), label: words.days(days) }))}
        />
        <NativeSelect
          {...form.bind("uses")}
          label={words.uses}
          data={(["one", "ten", "any"] as const).map((uses) => ({ value: uses, label: words.usesOptions[uses] }))}
        />
      </div>
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {text.common.cancel}
        </Button>
        <Button type="submit" loading={form.busy}>
          {words.submit}
        </Button>
      </div>
    </FormView>
  );
}

function Made(props: { readonly address: string; readonly onClose: () => void }): ReactNode {
  const { address, onClose } = props;
  const text = useWords();
  const words = text.portal.invitations;
  const toast = useToast();
  const field = useRef<HTMLInputElement>(null);
  // The form that had the focus is gone.
  useEffect(() => field.current?.focus(), []);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(address);
      toast({ message: words.copied });
    } catch {
      field.current?.select();
      toast({ message: text.common.copyFailed, tone: "alarm" });
    }
  };

  return (
    <div className="dialog-form">
      <p className="dialog-lead">{words.madeLead}</p>
      <TextInput
        ref={field}
        label={words.address}
        value={address}
        readOnly
        data-autofocus
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {words.done}
        </Button>
        <Button leftSection={<Copy size={16} aria-hidden="true" />} onClick={() => void copy()}>
          {words.copy}
        </Button>
      </div>
    </div>
  );
}
