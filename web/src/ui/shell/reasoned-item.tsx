/** An item of a menu that cannot always be had; then it says why. */
import { Menu } from "@mantine/core";
import type { ReactNode } from "react";

export function ReasonedItem(props: {
  readonly icon: ReactNode;
  readonly label: string;
  /** Why it cannot be had now; `null` when it can. */
  readonly reason: string | null;
  readonly danger?: boolean;
  readonly run: () => void;
}): ReactNode {
  const { icon, label, reason } = props;
  // Not disabled outright: the keyboard has to get there to learn why. The library would have both or neither, so the
  // state for assistive technology is set past it.
  return reason === null ? (
    <Menu.Item className={props.danger === true ? "menu-danger" : ""} leftSection={icon} onClick={props.run}>
      {label}
    </Menu.Item>
  ) : (
    <Menu.Item className="menu-unavailable" leftSection={icon} ref={markUnavailable} closeMenuOnClick={false}>
      {label}
      <span className="menu-reason">{reason}</span>
    </Menu.Item>
  );
}

function markUnavailable(item: HTMLElement | null): void {
  item?.setAttribute("aria-disabled", "true");
}
