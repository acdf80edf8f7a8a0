/** Adds a reference by hand, or mends one. */
import { Button, Select, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import {
  type Item,
  type ItemType,
  itemOf,
  itemTypes,
  type Name,
  readDate,
  type TextField,
} from "../../../references/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";

/** In the order of the form. */
const inputs = [
  "title",
  "container-title",
  "volume",
  "issue",
  "page",
  "publisher",
  "publisher-place",
  "DOI",
  "PMID",
  "URL",
] as const satisfies readonly TextField[];
type Input = (typeof inputs)[number];

/** Those that stand side by side where there is room. */
const SHORT: ReadonlySet<Input> = new Set(["volume", "issue", "page", "publisher", "publisher-place", "DOI", "PMID"]);

type Draft = Readonly<Record<Input, string>> & {
  readonly type: ItemType;
  readonly authors: string;
  readonly issued: string;
};

export function ReferenceForm(props: {
  /** The one that is mended; `null` for a new one. */
  readonly item: Item | null;
  readonly onSave: (item: Item) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { item, onSave, onClose } = props;
  const words = useWords().references;
  const [draft, setDraft] = useState<Draft>(() => draftOf(item));
  const [wrong, setWrong] = useState<{ readonly field: keyof Draft; readonly why: string } | null>(null);
  const set = (field: keyof Draft, value: string): void => {
    setDraft((before) => ({ ...before, [field]: value }));
    setWrong(null);
  };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const said = saidIn(draft);
    const made = itemOf({ ...item, ...said });
    const refused = (["DOI", "PMID", "URL"] as const).find(
      (field) => draft[field].trim() !== "" && made?.[field] === undefined,
    );
    if (draft.title.trim() === "") {
      setWrong({ field: "title", why: words.form.titleMissing });
    } else if (refused !== undefined) {
      setWrong({ field: refused, why: words.form.wrong[refused] });
    } else if (draft.issued.trim() !== "" && said.issued === null) {
      setWrong({ field: "issued", why: words.form.wrong.issued });
    } else if (made !== null) {
      onSave(made);
      onClose();
    }
  };

  const errorOf = (field: keyof Draft): string | null => (wrong?.field === field ? wrong.why : null);
  const line = (field: Input): ReactNode => (
    <TextInput
      key={field}
      className={SHORT.has(field) ? undefined : "reference-form__wide"}
      label={words.fields[field]}
      maxLength={2_000}
      autoComplete="off"
      value={draft[field]}
      error={errorOf(field)}
      onChange={(event) => set(field, event.currentTarget.value)}
    />
  );
  const [title, container, ...others] = inputs;
  return (
    <Dialog title={item === null ? words.form.add : words.form.edit} size="lg" onClose={onClose}>
      <form className="reference-form" onSubmit={submit} noValidate>
        <Select
          className="reference-form__wide"
          label={words.fields.type}
          data={itemTypes.map((value) => ({ value, label: words.types[value] }))}
          allowDeselect={false}
          value={draft.type}
          onChange={(value) => value !== null && set("type", value)}
        />
        {line(title)}
        <Textarea
          className="reference-form__wide"
          label={words.fields.author}
          description={words.form.authorsHint}
          autosize
          minRows={2}
          maxRows={8}
          value={draft.authors}
          onChange={(event) => set("authors", event.currentTarget.value)}
        />
        {line(container)}
        <TextInput
          label={words.fields.issued}
          placeholder="2024-05-31"
          autoComplete="off"
          value={draft.issued}
          error={errorOf("issued")}
          onChange={(event) => set("issued", event.currentTarget.value)}
        />
        {others.map(line)}
        <div className="dialog-actions reference-form__wide">
          <Button variant="default" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit">{item === null ? words.form.addNow : words.apply}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function draftOf(item: Item | null): Draft {
  const lines = Object.fromEntries(inputs.map((field) => [field, item?.[field] ?? ""])) as Record<Input, string>;
  const parts = item?.issued?.["date-parts"][0] ?? [];
  return {
    ...lines,
    type: item?.type ?? "article-journal",
    authors: (item?.author ?? []).map(lineOfName).join("\n"),
    issued: parts.map((part, index) => String(part).padStart(index === 0 ? 4 : 2, "0")).join("-"),
  };
}

function saidIn(draft: Draft) {
  const lines = Object.fromEntries(inputs.map((field) => [field, draft[field]]));
  return { ...lines, type: draft.type, author: namesIn(draft.authors), issued: readDate(draft.issued) };
}

/** “van Berg, Ada, Jr.”; an organisation without a comma. */
function lineOfName(name: Name): string {
  if (name.literal !== undefined) {
    return name.literal;
  }
  const family = [name["non-dropping-particle"], name.family].filter((part) => part !== undefined).join(" ");
  return [family, name.given ?? "", name.suffix].filter((part) => part !== undefined).join(", ");
}

function namesIn(text: string): readonly Name[] {
  return text.split("\n").flatMap((line): readonly Name[] => {
    const [family = "", given = "", suffix = ""] = line.split(",").map((part) => part.trim());
    if (family === "") {
      return [];
    }
    if (!line.includes(",")) {
      return [{ literal: family }];
    }
    const [, particle, rest] = /^((?:\p{Ll}[\p{L}’']*\s+)+)(\S.*)$/u.exec(family) ?? [];
    return [
      {
        family: rest ?? family,
        ...(particle === undefined ? {} : { "non-dropping-particle": particle.trim() }),
        ...(given === "" ? {} : { given }),
        ...(suffix === "" ? {} : { suffix }),
      },
    ];
  });
}
