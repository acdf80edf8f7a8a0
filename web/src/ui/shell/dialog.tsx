/**
 * A dialog with a title and a way out.
 *
 * Built from the library’s parts, because its ready-made head is a `header` element, which assistive technology would
 * take for the head of the page.
 */
import { Modal, type ModalRootProps } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { useWords } from "../context.tsx";

export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly size?: NonNullable<ModalRootProps["size"]>;
  /** Where the focus goes afterwards: back by default, elsewhere when the caller sees to it. */
  readonly returnFocus?: boolean;
}): ReactNode {
  const text = useWords();
  const { returnFocus = true } = props;
  // Before anything is drawn: the menu that the dialog was opened from still has the focus.
  const [opener] = useState(openerOfDialog);

  useEffect(() => {
    if (!returnFocus) {
      return;
    }
    return () => {
      // When the dialog is gone, which holds the focus until then.
      setTimeout(() => {
        const main = document.querySelector<HTMLElement>("main[tabindex]");
        (opener?.isConnected === true ? opener : main)?.focus({ preventScroll: true });
      });
    };
  }, [returnFocus, opener]);

  return (
    <Modal.Root
      opened
      onClose={props.onClose}
      centered
      size={props.size ?? "md"}
      // The library would return it to an item of a menu that is closed by then.
      returnFocus={false}
      // The page is held still by a rule in base.css: the stock lock would inject a style element.
      lockScroll={false}
    >
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content radius="lg">
        <div className="dialog-head">
          <Modal.Title className="dialog-title">{props.title}</Modal.Title>
          <Modal.CloseButton aria-label={text.common.close} />
        </div>
        <Modal.Body className="dialog-body">{props.children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

/** What has the focus now; of an item of a menu, the button that the menu belongs to. */
function openerOfDialog(): HTMLElement | null {
  const focused = document.activeElement;
  const menu = focused?.closest('[role="menu"]');
  const opener =
    menu === null || menu === undefined ? focused : document.querySelector(`[aria-controls="${CSS.escape(menu.id)}"]`);
  return opener instanceof HTMLElement ? opener : null;
}
