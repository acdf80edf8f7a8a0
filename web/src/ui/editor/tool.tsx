/** One tool of the toolbar: a sign with a name, its keys, and whether it is in force at the selection. */
import { Tooltip, UnstyledButton } from "@mantine/core";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { ariaKeys, keyLabel } from "../shell/keys.ts";

export function Tool(props: {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly keys?: string;
  readonly on?: boolean;
  readonly disabled?: boolean;
  readonly run: () => void;
}): ReactNode {
  const { icon: Icon, label, keys, on, disabled } = props;
  return (
    <Tooltip label={keys === undefined ? label : `${label} (${keyLabel(keys)})`}>
      <UnstyledButton
        className="tool"
        aria-label={label}
        {...(on === undefined ? {} : { "aria-pressed": on })}
        {...(keys === undefined ? {} : { "aria-keyshortcuts": ariaKeys(keys) })}
        disabled={disabled === true}
        onMouseDown={(event) => event.preventDefault()}
        onClick={props.run}
      >
        <Icon size={18} aria-hidden="true" />
      </UnstyledButton>
    </Tooltip>
  );
}

/** The keys of a menu item. Decorative: the items are reached by other keys while the menu is open. */
export function KeyHint(props: { readonly keys: string }): ReactNode {
  return (
    <span className="key-hint" aria-hidden="true">
      {keyLabel(props.keys)}
    </span>
  );
}
