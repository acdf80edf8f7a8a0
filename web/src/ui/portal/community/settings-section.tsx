/** What leaders and deputies can change: name, description, colour, who may see new documents. */
import { Button, Textarea, TextInput } from "@mantine/core";
import type { CSSProperties, ReactNode } from "react";
import {
  beginnings,
  type Community,
  type CommunityChange,
  houseColour,
  type JoinPolicy,
  joinPolicies,
  leads,
  memberColours,
  memberProperties,
  type Privacy,
  shadesOf,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { initialsOf } from "../../shell/face.tsx";
import { PrivacyIcon } from "../../shell/privacy-icon.tsx";
import { useToast } from "../../shell/toast.tsx";
import { usePortal } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { checkCommunityName, checkDescription } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";

type Values = {
  readonly name: string;
  readonly description: string;
  readonly accent: string;
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
  const form = useForm<Values>({
    initial: { name, description, accent, defaultPrivacy, joinPolicy },
    check: (values) => ({
      name: checkCommunityName(values.name, text.portal),
      description: checkDescription(values.description, text.portal),
    }),
    send: async (values) => {
      onChange(await portal.api.communities.change(community.id, changeOf(community, values)));
      toast({ message: words.saved });
    },
    codes: { "leaders-only": text.portal.managersOnly },
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
        <Accents
          name={form.values.name}
          accent={form.values.accent}
          error={form.errors.fields.get("accent") ?? null}
          onChange={(next) => form.set("accent", next)}
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

/** The colours to choose from, each legible in light and in dark, and how the chosen one looks in both. */
function Accents(props: {
  readonly name: string;
  readonly accent: string;
  readonly error: string | null;
  readonly onChange: (accent: string) => void;
}): ReactNode {
  const { name, accent, error, onChange } = props;
  const words = useWords().portal.settings;
  // A colour that was set elsewhere is among them until another is chosen.
  const known = [houseColour, ...memberColours];
  const colours = known.includes(accent) ? known : [accent, ...known];
  return (
    <fieldset className="choices" aria-describedby="accent-hint">
      <legend>{words.accent}</legend>
      <p id="accent-hint" className="choices__hint">
        {words.accentHint}
        {error !== null && <span className="choices__error">{error}</span>}
      </p>
      <div className="swatches">
        {colours.map((colour) => (
          <label key={colour} className="swatch member" style={memberProperties(colour) as CSSProperties}>
            <input
              type="radio"
              name="accent"
              value={colour}
              checked={colour === accent}
              onChange={() => onChange(colour)}
            />
            <span className="visually-hidden">
              {colour === houseColour ? words.house : (words.colours[memberColours.indexOf(colour)] ?? colour)}
            </span>
          </label>
        ))}
      </div>
      <div className="accent-previews">
        <AccentPreview scheme="light" label={words.previewLight} name={name} accent={accent} />
        <AccentPreview scheme="dark" label={words.previewDark} name={name} accent={accent} />
      </div>
    </fieldset>
  );
}

function AccentPreview(props: {
  readonly scheme: "light" | "dark";
  readonly label: string;
  readonly name: string;
  readonly accent: string;
}): ReactNode {
  const { scheme, label, name, accent } = props;
  const shades = shadesOf(accent);
  const style = {
    "--tile": scheme === "light" ? shades.light : shades.dark,
    "--tile-ink": scheme === "light" ? shades.inkOnLight : shades.inkOnDark,
  };
  return (
    <div className={`accent-preview accent-preview--${scheme}`} style={style as CSSProperties}>
      <span className="accent-preview__tile" aria-hidden="true" data-initials={initialsOf(name)} />
      <span className="accent-preview__name">{name}</span>
      <span className="accent-preview__label">{label}</span>
    </div>
  );
}
