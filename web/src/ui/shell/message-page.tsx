/** A page that has only something to say. */
import type { ReactNode } from "react";
import { LogoMark } from "./logo.tsx";

export function MessagePage(props: {
  readonly title: string;
  readonly body: string;
  readonly action?: ReactNode;
}): ReactNode {
  return (
    <main className="message-page">
      <LogoMark size={48} />
      <h1>{props.title}</h1>
      <p>{props.body}</p>
      {props.action}
    </main>
  );
}
