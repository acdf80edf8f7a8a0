/**
 * A form: its values, what is wrong with them, and what happens when it is sent.
 *
 * Nothing is called wrong before it was sent once; then the first field that is wrong has the focus, and each error
 * goes with the next change of its field.
 */
import { type ChangeEvent, type RefObject, type SubmitEvent, useEffect, useRef, useState } from "react";
import { useWords } from "../../context.tsx";
import { describeFormFailure, type FormErrors } from "../../words/form-failure.ts";

type Field<V> = Extract<keyof V, string>;

export interface Form<V extends Readonly<Record<string, string>>> {
  readonly ref: RefObject<HTMLFormElement | null>;
  readonly values: V;
  readonly set: (field: Field<V>, value: string) => void;
  readonly errors: FormErrors<Field<V>>;
  readonly busy: boolean;
  readonly submit: (event: SubmitEvent<HTMLFormElement>) => void;
  /** What a text field needs. */
  readonly bind: (field: Field<V>) => {
    readonly name: string;
    readonly value: string;
    readonly error: string | null;
    readonly onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>) => void;
  };
  /** Begins anew with these values. */
  readonly reset: (values: V) => void;
}

export function useForm<V extends Readonly<Record<string, string>>>(options: {
  readonly initial: V;
  /** What is wrong, before anybody is asked. */
  readonly check: (values: V) => Readonly<Partial<Record<Field<V>, string | undefined>>>;
  /** Sends it. A rejection is put into words beside the field that the server names. */
  readonly send: (values: V) => Promise<void>;
  /** Words for the server's codes that mean something particular here. */
  readonly codes?: Readonly<Record<string, string>>;
}): Form<V> {
  const { initial, check, send, codes } = options;
  const text = useWords();
  const ref = useRef<HTMLFormElement>(null);
  const mounted = useRef(true);
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<FormErrors<Field<V>>>({ fields: new Map(), whole: null });
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);

  useEffect(() => {
    if (errors.whole !== null || errors.fields.size > 0) {
      ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    }
  }, [errors]);

  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      await send(values);
      if (mounted.current) {
        setErrors({ fields: new Map(), whole: null });
      }
    } catch (error) {
      if (mounted.current) {
        setErrors(describeFormFailure(error, fieldsOf(values), text, codes));
      }
    }
    if (mounted.current) {
      setBusy(false);
    }
  };

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (busy) {
      return;
    }
    const found = check(values);
    const fields = new Map<Field<V>, string>();
    for (const field of fieldsOf(values)) {
      const words = found[field];
      if (words !== undefined) {
        fields.set(field, words);
      }
    }
    if (fields.size > 0) {
      setErrors({ fields, whole: null });
      return;
    }
    void run();
  };

  const set = (field: Field<V>, value: string): void => {
    setValues((last) => ({ ...last, [field]: value }));
    if (errors.fields.has(field)) {
      setErrors({ fields: new Map([...errors.fields].filter(([name]) => name !== field)), whole: errors.whole });
    }
  };

  return {
    ref,
    values,
    set,
    errors,
    busy,
    submit,
    bind: (field) => ({
      name: field,
      value: values[field] ?? "",
      error: errors.fields.get(field) ?? null,
      onChange: (event) => set(field, event.currentTarget.value),
    }),
    reset: (next) => {
      setValues(next);
      setErrors({ fields: new Map(), whole: null });
    },
  };
}

function fieldsOf<V extends Readonly<Record<string, string>>>(values: V): readonly Field<V>[] {
  return Object.keys(values) as Field<V>[];
}
