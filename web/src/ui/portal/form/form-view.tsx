/** The frame of a form: what concerns no field stands above its fields. */
import type { ReactNode } from "react";
import { FormAlert } from "./form-alert.tsx";
import type { Form } from "./use-form.ts";

export function FormView<V extends Readonly<Record<string, string>>>(props: {
  readonly form: Form<V>;
  readonly className?: string;
  readonly children: ReactNode;
}): ReactNode {
  const { form } = props;
  return (
    <form ref={form.ref} className={props.className ?? "dialog-form"} noValidate onSubmit={form.submit}>
      <FormAlert words={form.errors.whole} cause={form.errors} />
      {props.children}
    </form>
  );
}
