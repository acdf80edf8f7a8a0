/** Opens and closes the comments; says how many threads are open. */
import { UnstyledButton } from "@mantine/core";
import { MessageSquareText } from "lucide-react";
import type { ReactNode } from "react";
import { useWords } from "../context.tsx";
import type { Comments } from "./use-comments.ts";

export function CommentsButton(props: { readonly comments: Comments }): ReactNode {
  const { discussion, isOpen, toggle } = props.comments;
  const words = useWords().comments;
  const open = (discussion?.threads ?? []).filter(({ resolved }) => resolved === null).length;
  return (
    <UnstyledButton
      className="people comments-button"
      aria-label={words.button(open)}
      aria-expanded={isOpen}
      data-on={isOpen ? "" : undefined}
      onClick={toggle}
    >
      <MessageSquareText size={18} aria-hidden="true" />
      {open > 0 && <span className="comments-button__count" data-count={open} />}
    </UnstyledButton>
  );
}
