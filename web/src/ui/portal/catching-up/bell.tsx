/** The bell: how much is unread, and the panel that says what. A sheet where there is little room. */
import "./catching-up.css";
import { ActionIcon, Modal, Popover } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Bell as BellIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useWords } from "../../context.tsx";
import { IN_HEAD } from "../../shell/in-head.ts";
import { useBell } from "./bell-host.tsx";
import { NotificationsPanel } from "./notifications-panel.tsx";

/** Below this width the panel is a sheet. */
const NARROW = "(max-width: 40rem)";

export function Bell(): ReactNode {
  const text = useWords();
  const words = text.catchingUp.bell;
  const { unread } = useBell();
  const [isOpen, setOpen] = useState(false);
  const isNarrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  const close = (): void => setOpen(false);
  const button = (
    <ActionIcon
      className="bell"
      variant="subtle"
      color="gray"
      size={40}
      radius="xl"
      aria-label={words.label(unread)}
      aria-haspopup="dialog"
      aria-expanded={isOpen}
      data-rings={unread > 0 ? "" : undefined}
      onClick={() => setOpen((last) => !last)}
    >
      <BellIcon size={20} aria-hidden="true" />
      {unread > 0 && <span className="bell__count" data-count={unread > 99 ? "99+" : unread} />}
    </ActionIcon>
  );
  if (isNarrow === true) {
    return (
      <>
        {button}
        {isOpen && (
          <Modal.Root opened onClose={close} lockScroll={false} className="bell-sheet">
            <Modal.Overlay backgroundOpacity={0.45} />
            <Modal.Content aria-label={words.heading}>
              <Modal.Body className="bell-sheet__body">
                <NotificationsPanel onGone={close} canClose />
              </Modal.Body>
            </Modal.Content>
          </Modal.Root>
        )}
      </>
    );
  }
  return (
    <Popover {...IN_HEAD} width={400} position="bottom-end" trapFocus returnFocus opened={isOpen} onChange={setOpen}>
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown aria-label={words.heading} className="bell-panel">
        {isOpen && <NotificationsPanel onGone={close} canClose={false} />}
      </Popover.Dropdown>
    </Popover>
  );
}
