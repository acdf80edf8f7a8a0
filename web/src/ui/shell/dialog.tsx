/**
 * A dialog with a title and a way out.
 *
 * Built from the library’s parts, because its ready-made head is a `header` element, which assistive technology would
 * take for the head of the page.
 */
import { Modal, type ModalRootProps } from "@mantine/core";
import type { ReactNode } from "react";
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
  return (
    <Modal.Root
      opened
      onClose={props.onClose}
      centered
      size={props.size ?? "md"}
      returnFocus={props.returnFocus ?? true}
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
