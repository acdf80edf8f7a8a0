/** A community as a square sign in its colour. Decorative: the name stands beside it. */
import type { CSSProperties, ReactNode } from "react";
import { memberProperties } from "../../../sync/index.ts";
import { initialsOf } from "../../shell/face.tsx";

export function Tile(props: { readonly name: string; readonly accent: string; readonly size?: number }): ReactNode {
  const size = props.size ?? 44;
  const style = { width: size, height: size, fontSize: size * 0.36, ...memberProperties(props.accent) };
  return (
    <span
      className="tile member"
      aria-hidden="true"
      data-initials={initialsOf(props.name)}
      style={style as CSSProperties}
    />
  );
}
