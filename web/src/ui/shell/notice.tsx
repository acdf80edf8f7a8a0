/** A message that stays in the page while its cause does. */
import { CircleAlert, Info } from "lucide-react";
import type { ReactNode } from "react";

export function Notice(props: {
  readonly tone: "alarm" | "notice" | "plain";
  readonly title?: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}): ReactNode {
  const Icon = props.tone === "alarm" ? CircleAlert : Info;
  return (
    <div className={`notice notice--${props.tone}`}>
      <Icon size={18} aria-hidden="true" className="notice__icon" />
      <div className="notice__words">
        {props.title !== undefined && <p className="notice__title">{props.title}</p>}
        {props.children !== undefined && <p className="notice__body">{props.children}</p>}
        {props.action !== undefined && <p className="notice__action">{props.action}</p>}
      </div>
    </div>
  );
}
