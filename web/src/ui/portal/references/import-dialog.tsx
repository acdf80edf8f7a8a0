/** Brings references in from a file or from pasted text: first what was read is shown, then it comes in, whole or not at all. */
import { Button, Select, Textarea } from "@mantine/core";
import { type ReactNode, useId, useRef, useState } from "react";
import type * as Y from "yjs";
import {
  bringIn,
  type Choice,
  choices,
  ImportError,
  type ImportRefusal,
  type Library,
  type Plan,
  type Problem,
  planImport,
  REFERENCES_BYTES_MAX,
  type Same,
  shortNameOf,
} from "../../../references/index.ts";
import { useWords } from "../../context.tsx";
import { piece } from "../../pieces.ts";
import { Dialog } from "../../shell/dialog.tsx";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";

const loadEncoding = piece(() => import("../../../editor/formats/encoding.ts"));

/** So many problems and repetitions are listed; the rest is counted. */
const LISTED_MAX = 50;

type Refusal = ImportRefusal | "undecodable";

export function ImportDialog(props: {
  readonly doc: Y.Doc;
  readonly library: Library;
  readonly onClose: () => void;
}): ReactNode {
  const { doc, library, onClose } = props;
  const words = useWords().references;
  const toast = useToast();
  const chooser = useRef<HTMLInputElement>(null);
  const [pasted, setPasted] = useState("");
  const [plan, setPlan] = useState<Plan | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  const read = (text: string, name: string): void => {
    try {
      setPlan(planImport(text, name, library.items));
      setRefusal(null);
    } catch (error) {
      setRefusal(refusalOf(error));
    }
  };
  const readFile = async (file: File): Promise<void> => {
    if (file.size > REFERENCES_BYTES_MAX) {
      setRefusal("too-large");
      return;
    }
    try {
      const { decodeText } = await loadEncoding();
      read(decodeText(new Uint8Array(await file.arrayBuffer())), file.name);
    } catch {
      setRefusal("undecodable");
    }
  };
  const finish = (read: Plan, chosen: (same: Same, index: number) => Choice): void => {
    try {
      const count = bringIn(doc, read, chosen);
      toast({ message: words.imported(count) });
      onClose();
    } catch (error) {
      setPlan(null);
      setRefusal(refusalOf(error));
    }
  };

  if (plan !== null) {
    return <Preview plan={plan} library={library} onBack={() => setPlan(null)} onImport={finish} onClose={onClose} />;
  }
  return (
    <Dialog title={words.importTitle} size="lg" onClose={onClose}>
      <div className="dialog-form">
        <p className="reference-hint">{words.importLead}</p>
        {refusal !== null && <Notice tone="alarm">{words.refusals[refusal]}</Notice>}
        <input
          ref={chooser}
          type="file"
          hidden
          accept=".bib,.bibtex,.ris,.json,.txt"
          data-testid="references-file"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file !== undefined) {
              void readFile(file);
            }
          }}
        />
        <div>
          <Button variant="default" onClick={() => chooser.current?.click()}>
            {words.chooseFile}
          </Button>
        </div>
        <Textarea
          label={words.paste}
          autosize
          minRows={5}
          maxRows={12}
          spellCheck={false}
          value={pasted}
          onChange={(event) => setPasted(event.currentTarget.value)}
        />
        <div className="dialog-actions">
          <Button disabled={pasted.trim() === ""} onClick={() => read(pasted, "")}>
            {words.readPasted}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof ImportError) {
    return error.why;
  }
  throw error;
}

/** What was read, and what is to become of what is there already. */
function Preview(props: {
  readonly plan: Plan;
  readonly library: Library;
  readonly onBack: () => void;
  readonly onImport: (plan: Plan, chosen: (same: Same, index: number) => Choice) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { plan, library } = props;
  const words = useWords().references;
  const [forAll, setForAll] = useState<Choice>("fill");
  const [own, setOwn] = useState<ReadonlyMap<number, Choice>>(new Map());
  const headingId = useId();
  const options = choices.map((value) => ({ value, label: words.choices[value] }));
  const choiceOf = (index: number): Choice => own.get(index) ?? forAll;
  const nothing = plan.fresh.length === 0 && plan.same.length === 0;
  return (
    <Dialog title={words.importTitle} size="lg" onClose={props.onClose}>
      <div className="dialog-form">
        <p role="status">{words.found(plan.fresh.length, words.formats[plan.format])}</p>
        {plan.same.length > 0 && (
          <section aria-labelledby={headingId} className="reference-import">
            <h3 id={headingId}>{words.already(plan.same.length)}</h3>
            <Select
              label={words.whatWithAll}
              data={options}
              allowDeselect={false}
              value={forAll}
              onChange={(value) => {
                setForAll(choiceFrom(value));
                setOwn(new Map());
              }}
            />
            <ul className="reference-import__list">
              {plan.same.slice(0, LISTED_MAX).map((same, index) => {
                const called = shortNameOf(same.item);
                return (
                  <li key={same.line}>
                    <span className="reference-import__what">
                      <strong>{called}</strong> {same.item.title}
                      <span className="reference-hint">{saidOf(same, library, words)}</span>
                    </span>
                    <Select
                      aria-label={words.whatWith(called)}
                      data={options}
                      allowDeselect={false}
                      value={choiceOf(index)}
                      onChange={(value) => setOwn(new Map([...own, [index, choiceFrom(value)]]))}
                    />
                  </li>
                );
              })}
            </ul>
            {plan.same.length > LISTED_MAX && <p>{words.more(plan.same.length - LISTED_MAX)}</p>}
          </section>
        )}
        {plan.problems.length > 0 && <Problems problems={plan.problems} />}
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onBack}>
            {words.back}
          </Button>
          <Button disabled={nothing} onClick={() => props.onImport(plan, (_same, index) => choiceOf(index))}>
            {words.importNow}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Problems(props: { readonly problems: readonly Problem[] }): ReactNode {
  const { problems } = props;
  const words = useWords().references;
  const headingId = useId();
  return (
    <section aria-labelledby={headingId} className="reference-import">
      <h3 id={headingId}>{words.problems(problems.length)}</h3>
      <ul className="reference-import__problems">
        {problems.slice(0, LISTED_MAX).map(({ line, why, about }) => (
          <li key={`${line} ${why} ${about}`}>{words.problem(line, words.whys[why], about)}</li>
        ))}
      </ul>
      {problems.length > LISTED_MAX && <p>{words.more(problems.length - LISTED_MAX)}</p>}
    </section>
  );
}

function choiceFrom(value: string | null): Choice {
  return choices.find((choice) => choice === value) ?? "fill";
}

function saidOf(same: Same, { items }: Library, words: ReturnType<typeof useWords>["references"]): string {
  const by = words.sameBy[same.sameAs.by];
  if ("line" in same.sameAs) {
    return words.sameAsLine(same.sameAs.line, by);
  }
  const there = items.get(same.sameAs.id);
  return words.sameAs(there === undefined ? "" : shortNameOf(there), by);
}
