/** A community as a square sign: its picture, or its initials in its colour. Decorative where the name stands beside it. */
import "../look/look.css";
import { type CSSProperties, type ReactNode, useState } from "react";
import { tileShades } from "../../../sync/index.ts";
import { initialsOf } from "../../shell/face.tsx";

export function Tile(props: {
  readonly name: string;
  readonly accent: string;
  readonly logo: string | null;
  readonly size?: number;
}): ReactNode {
  const { name, logo, size = 44 } = props;
  // One that does not come is like none: a picture of nothing says less than initials.
  const [broken, setBroken] = useState<string | null>(null);
  const hasPicture = logo !== null && logo !== broken;
  const style = { width: size, height: size, fontSize: size * 0.36, ...tileProperties(props.accent) };
  return (
    <span
      className={hasPicture ? "tile tile--picture member" : "tile member"}
      aria-hidden={hasPicture ? undefined : true}
      data-initials={initialsOf(name)}
      style={style as CSSProperties}
    >
      {hasPicture && <img className="tile__picture" src={logo} alt={name} onError={() => setBroken(logo)} />}
    </span>
  );
}

/** As those of members, for a community’s colour, which may be any. */
export function tileProperties(accent: string): Readonly<Record<`--${string}`, string>> {
  const { light, dark } = tileShades(accent);
  return {
    "--member-light": light[0],
    "--member-ink-on-light": light[1],
    "--member-dark": dark[0],
    "--member-ink-on-dark": dark[1],
  };
}
