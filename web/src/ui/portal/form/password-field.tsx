/** A field for a password, which can be shown to whoever types it. */
import { PasswordInput } from "@mantine/core";
import { type ChangeEvent, type ReactNode, useState } from "react";
import { useWords } from "../../context.tsx";

export function PasswordField(props: {
  readonly label: string;
  readonly hint?: string;
  readonly kind: "current" | "new";
  readonly name: string;
  readonly value: string;
  readonly error: string | null;
  readonly autoFocus?: boolean;
  readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void;
}): ReactNode {
  const text = useWords().portal.form;
  const [visible, setVisible] = useState(false);
  return (
    <PasswordInput
      label={props.label}
      {...(props.hint === undefined ? {} : { description: props.hint })}
      name={props.name}
      value={props.value}
      error={props.error}
      // The library leaves it out here.
      aria-invalid={props.error !== null}
      size="md"
      autoComplete={props.kind === "current" ? "current-password" : "new-password"}
      data-autofocus={props.autoFocus === true ? true : undefined}
      visible={visible}
      onVisibilityChange={setVisible}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ "aria-label": visible ? text.hide : text.show }}
      onChange={props.onChange}
    />
  );
}
