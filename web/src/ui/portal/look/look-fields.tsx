/** The colour and the picture of a community, and how a page will look with them, in light and in dark, before it does. */
import "./look.css";
import { Button } from "@mantine/core";
import { ImageUp, Trash2 } from "lucide-react";
import { type CSSProperties, type ReactNode, useId, useRef } from "react";
import type { Catalogue } from "../../../messages/index.ts";
import {
  houseColour,
  LOGO_BYTES_MAX,
  LOGO_TYPES,
  lookShades,
  memberColours,
  type Shades,
  tileShades,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { initialsOf } from "../../shell/face.tsx";
import { tileProperties } from "../community/tile.tsx";

/** What is wrong with a picture, as far as it can be known before the server looks at it. */
export function checkPicture(picture: Blob | null, words: Catalogue["look"]): string | undefined {
  if (picture === null) {
    return undefined;
  }
  if (!LOGO_TYPES.includes(picture.type)) {
    return words.otherKind;
  }
  return picture.size > LOGO_BYTES_MAX ? words.tooLarge : undefined;
}

export function LookFields(props: {
  readonly name: string;
  readonly accent: string;
  /** The address of the picture; nothing where there is none. */
  readonly logo: string;
  readonly errors: { readonly accent: string | null; readonly logo: string | null };
  readonly onAccent: (accent: string) => void;
  readonly onLogo: (logo: string, picture: Blob | null) => void;
}): ReactNode {
  const { name, accent, logo, errors } = props;
  const text = useWords();
  const words = text.look;
  return (
    <>
      <Colours accent={accent} error={errors.accent} onChange={props.onAccent} />
      <Picture logo={logo} error={errors.logo} onChange={props.onLogo} />
      <fieldset className="choices">
        <legend>{words.previews}</legend>
        <div className="accent-previews">
          <Preview scheme="light" label={words.preview.light} name={name} accent={accent} logo={logo} />
          <Preview scheme="dark" label={words.preview.dark} name={name} accent={accent} logo={logo} />
        </div>
      </fieldset>
    </>
  );
}

function Colours(props: {
  readonly accent: string;
  readonly error: string | null;
  readonly onChange: (accent: string) => void;
}): ReactNode {
  const { accent, error, onChange } = props;
  const text = useWords();
  const words = text.portal.settings;
  const hint = useId();
  const known = [houseColour, ...memberColours];
  // A colour that was chosen freely is among them until another is chosen.
  const colours = known.includes(accent) ? known : [accent, ...known];
  return (
    <fieldset className="choices" aria-describedby={hint}>
      <legend>{words.accent}</legend>
      <p id={hint} className="choices__hint">
        {words.accentHint} {text.look.freeHint}
        {error !== null && <span className="choices__error">{error}</span>}
      </p>
      <div className="swatches">
        {colours.map((colour) => (
          <label key={colour} className="swatch member" style={tileProperties(colour) as CSSProperties}>
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
        <label className="swatch swatch--free">
          <input
            type="color"
            aria-label={text.look.free}
            value={accent}
            onChange={(event) => onChange(event.currentTarget.value.toLowerCase())}
          />
        </label>
      </div>
    </fieldset>
  );
}

function Picture(props: {
  readonly logo: string;
  readonly error: string | null;
  readonly onChange: (logo: string, picture: Blob | null) => void;
}): ReactNode {
  const { logo, error, onChange } = props;
  const words = useWords().look;
  const hint = useId();
  const chooser = useRef<HTMLInputElement>(null);
  const choose = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) {
      onChange(await readAddress(file), file);
    }
  };
  return (
    <fieldset className="choices" aria-describedby={hint}>
      <legend>{words.picture}</legend>
      <p id={hint} className="choices__hint">
        {words.pictureHint}
        {error !== null && (
          <span className="choices__error" role="alert">
            {error}
          </span>
        )}
      </p>
      <input
        ref={chooser}
        type="file"
        hidden
        accept={LOGO_TYPES.join(",")}
        data-testid="logo-file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          void choose(file);
        }}
      />
      <div className="logo-choice">
        <Button
          variant="default"
          leftSection={<ImageUp size={16} aria-hidden="true" />}
          aria-describedby={hint}
          onClick={() => chooser.current?.click()}
        >
          {logo === "" ? words.choose : words.chooseOther}
        </Button>
        {logo !== "" && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<Trash2 size={16} aria-hidden="true" />}
            onClick={() => onChange("", null)}
          >
            {words.takeAway}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

/** A file as an address of its own; the page may show no other before it was sent. */
function readAddress(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === "string" ? reader.result : "");
    reader.onerror = () => reject(reader.error ?? new Error("a file could not be read"));
    reader.readAsDataURL(file);
  });
}

/** The product’s own shades, which `lookShades` does not make: as in `tokens.css` and the theme. */
const house: Readonly<Record<"light" | "dark", Omit<Shades, "tile" | "tileInk">>> = {
  light: { accent: "#186a58", soft: "#e3f1ed", ink: "#0d5547", fill: "#186a58", fillHover: "#0d5547" },
  dark: { accent: "#7dc0af", soft: "#1d332e", ink: "#aad5c9", fill: "#28806c", fillHover: "#186a58" },
};

function Preview(props: {
  readonly scheme: "light" | "dark";
  readonly label: string;
  readonly name: string;
  readonly accent: string;
  readonly logo: string;
}): ReactNode {
  const { scheme, label, name, accent, logo } = props;
  const words = useWords().look.preview;
  const [tile, tileInk] = tileShades(accent)[scheme];
  const shades = lookShades(accent)?.[scheme] ?? house[scheme];
  const style = {
    "--tile": tile,
    "--tile-ink": tileInk,
    "--shade-accent": shades.accent,
    "--shade-soft": shades.soft,
    "--shade-ink": shades.ink,
    "--shade-fill": shades.fill,
  };
  return (
    <div className={`look-preview look-preview--${scheme}`} style={style as CSSProperties}>
      <div className="look-preview__head">
        <span
          className={logo === "" ? "look-preview__tile" : "look-preview__tile tile--picture"}
          aria-hidden="true"
          data-initials={initialsOf(name)}
        >
          {logo !== "" && <img className="tile__picture" src={logo} alt="" />}
        </span>
        <span className="look-preview__name">{name}</span>
        <span className="look-preview__label">{label}</span>
      </div>
      <div className="look-preview__parts" aria-hidden="true">
        <span className="look-preview__button">{words.button}</span>
        <span className="look-preview__soft">{words.soft}</span>
        <span className="look-preview__link">{words.link}</span>
      </div>
    </div>
  );
}
