/** What leaders and deputies can change: name, description, look, who may see new documents. */
import { Button, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import {
  beginnings,
  type Community,
  type CommunityChange,
  type JoinPolicy,
  joinPolicies,
  leads,
  type Privacy,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { PrivacyIcon } from "../../shell/privacy-icon.tsx";
import { useToast } from "../../shell/toast.tsx";
import { usePortal } from "../context.tsx";
import { InactivitySection } from "../for-good/inactivity-section.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { checkCommunityName, checkDescription } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";
import { checkPicture, LookFields } from "../look/look-fields.tsx";

type Values = {
  readonly name: string;
  readonly description: string;
  readonly accent: string;
  /** The address of the picture, or what it says itself before it was sent; nothing where there is none. */
  readonly logo: string;
  readonly defaultPrivacy: Privacy;
  readonly joinPolicy: JoinPolicy;
};

export function SettingsSection(props: {
  readonly community: Community;
  readonly onChange: (community: Community) => void;
}): ReactNode {
  const { community, onChange } = props;
  const text = useWords();
  const words = text.portal.settings;
  const portal = usePortal();
  const toast = useToast();
  const { name, description, accent, defaultPrivacy, joinPolicy } = community;
  const logo = community.logo ?? "";
  const picture = useRef<Blob | null>(null);
  const form = useForm<Values>({
    initial: { name, description, accent, logo, defaultPrivacy, joinPolicy },
    check: (values) => ({
      name: checkCommunityName(values.name, text.portal),
      description: checkDescription(values.description, text.portal),
      logo: checkPicture(values.logo === logo ? null : picture.current, text.look),
    }),
    send: async (values) => {
      const { communities, looks } = portal.api;
      // The picture first: it is what may be refused.
      if (values.logo !== logo && values.logo === "") {
        await looks.takeLogoAway(community.id);
      } else if (values.logo !== logo && picture.current !== null) {
        const changed = await looks.setLogo(community.id, picture.current);
        form.set("logo", changed.logo ?? "");
      }
      picture.current = null;
      onChange(await communities.change(community.id, changeOf(community, values)));
      toast({ message: words.saved });
    },
    codes: {
      "leaders-only": text.portal.managersOnly,
      "no-picture": text.look.otherKind,
      "too-large": text.look.tooLarge,
    },
  });
  return (
    <>
      <h2 className="visually-hidden">{words.heading}</h2>
      <FormView form={form} className="dialog-form portal-form">
        <TextInput {...form.bind("name")} label={words.name} autoComplete="off" />
        <Textarea
          {...form.bind("description")}
          label={words.description}
          description={words.descriptionHint}
          rows={3}
        />
        <LookFields
          name={form.values.name}
          accent={form.values.accent}
          logo={form.values.logo}
          errors={{
            accent: form.errors.fields.get("accent") ?? null,
            logo: form.errors.fields.get("logo") ?? null,
          }}
          onAccent={(next) => form.set("accent", next)}
          onLogo={(next, file) => {
            picture.current = file;
            form.set("logo", next);
          }}
        />
        <Choices
          legend={words.privacy}
          hint={words.privacyHint}
          value={form.values.defaultPrivacy}
          error={form.errors.fields.get("defaultPrivacy") ?? null}
          choices={beginnings.map((privacy) => ({
            value: privacy,
            label: text.portal.privacy[privacy],
            about: text.portal.privacyAbout[privacy],
            icon: <PrivacyIcon privacy={privacy} size={20} />,
            reason:
              privacy === "portal" && defaultPrivacy !== "portal" && !leads(community.role)
                ? text.portal.sharing.mayNotWiden
                : null,
          }))}
          onChange={(privacy) => form.set("defaultPrivacy", privacy)}
        />
        <Choices
          legend={text.joining.policy.legend}
          hint={text.joining.policy.hint}
          value={form.values.joinPolicy}
          error={form.errors.fields.get("joinPolicy") ?? null}
          choices={joinPolicies.map((policy) => ({
            value: policy,
            label: text.joining.policy[policy],
            about: text.joining.policy[`${policy}About`],
            reason:
              policy === "invite" || policy === joinPolicy || leads(community.role)
                ? null
                : text.joining.policy.leaders,
          }))}
          onChange={(policy) => form.set("joinPolicy", policy)}
        />
        <div className="dialog-actions">
          <Button type="submit" loading={form.busy}>
            {text.common.save}
          </Button>
        </div>
      </FormView>
      <InactivitySection community={community} onChange={onChange} />
    </>
  );
}

/** Only what differs: somebody else may be changing the rest. */
function changeOf(before: Community, after: Values): CommunityChange {
  const { name, description, accent, defaultPrivacy, joinPolicy } = after;
  return {
    ...(name.trim() === before.name ? {} : { name: name.trim() }),
    ...(description.trim() === before.description ? {} : { description: description.trim() }),
    ...(accent === before.accent ? {} : { accent }),
    ...(defaultPrivacy === before.defaultPrivacy ? {} : { defaultPrivacy }),
    ...(joinPolicy === before.joinPolicy ? {} : { joinPolicy }),
  };
}
