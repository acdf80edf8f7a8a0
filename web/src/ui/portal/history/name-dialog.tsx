/** Gives a version a name: what the document says now, or an entry of the timeline. */
import { Button, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import type { DocumentName, NamedVersion, VersionId } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { usePortal } from "../context.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";

const NAME_LENGTH_MAX = 120;

export function NameDialog(props: {
  readonly document: DocumentName;
  /** `null` for what the document says now. */
  readonly version: VersionId | null;
  /** What it is called until now; empty where it has no name. */
  readonly called: string;
  readonly onNamed: (version: NamedVersion) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { document, version, called } = props;
  const text = useWords();
  const words = text.history;
  const portal = usePortal();
  const form = useForm({
    initial: { name: called },
    check: ({ name }) => ({
      name:
        name.trim() === ""
          ? words.nameMissing
          : [...name.trim()].length > NAME_LENGTH_MAX
            ? words.nameTooLong
            : undefined,
    }),
    send: async ({ name }) => {
      const { history } = portal.api;
      props.onNamed(
        version === null
          ? await history.namePresent(document, name.trim())
          : await history.nameVersion(document, version, name.trim()),
      );
    },
  });
  return (
    <Dialog onClose={props.onClose} title={called === "" ? words.nameTitle : words.renameTitle}>
      <FormView form={form}>
        <TextInput {...form.bind("name")} label={words.nameLabel} description={words.nameHint} data-autofocus />
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={form.busy}>
            {text.common.save}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}
