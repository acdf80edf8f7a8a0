/** The frame of a form: what concerns no field stands above its fields. */
import type { ReactNode } from "react";
import { Notice } from "../../shell/notice.tsx";
import type { Form } from "./use-form.ts";

export function FormView<V extends Readonly<Record<string, string>>>(props: {
  readonly form: Form<V>;
  readonly className?: string;
  readonly children: ReactNode;
}): ReactNode {
  const { form } = props;
  return (
    <form ref={form.ref} className={props.className ?? "dialog-form"} noValidate onSubmit={form.submit}>
      {/* In the page before it says anything, so that it is read out when it does. */}
      <div role="alert" className="form-whole">
        {form.errors.whole !== null && <Notice tone="alarm">{form.errors.whole}</Notice>}
      </div>
      {props.children}
    </form>
  );
}
