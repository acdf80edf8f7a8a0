/** Locks a section of a text, or all of it: only those who are named write there. */
import { Button, NativeSelect } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { BODY_FIELD, type NamedSection, sectionsOf } from "../../../editor/index.ts";
import { type AccountId, currentItem, type DocumentName, type Replica, readSectionName } from "../../../sync/index.ts";
import { useApp, useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { ChoosePeople } from "./choose-people.tsx";
import { NAMES_MAX, usePresent } from "./floor-dialogs.tsx";
import { placeOf } from "./place-fields.tsx";
import { useRoom } from "./room-context.tsx";

export function LockDialog(props: { readonly onClose: () => void }): ReactNode {
  const here = useRoom();
  const { replica } = useApp();
  const text = useWords();
  const words = text.meeting.lock;
  const people = usePresent();
  const place = currentItem(here.inside)?.place ?? null;
  const [editors, setEditors] = useState<readonly AccountId[]>([]);
  const form = useForm({
    initial: { document: place?.document ?? here.shown ?? here.meeting.documents[0]?.name ?? "", section: "" },
    check: () => ({ section: editors.length > NAMES_MAX ? text.meeting.floor.namesTooMany : undefined }),
    send: async (values) => {
      const chosen = placeOf(values, here.meeting.documents);
      if (chosen !== null) {
        await here.command({ do: "lock", place: chosen, editors });
      }
      props.onClose();
    },
    codes: text.meeting.codes,
  });
  const { document, section } = form.values;
  const sections = useSections(replica, document);
  // The section of the current item is offered first.
  const wanted = place !== null && place.document === document && place.section !== null ? place.section : null;
  const { set } = form;
  useEffect(() => {
    const sought = wanted === null ? null : readSectionName(wanted);
    const first =
      sections.find(({ name }) => name === wanted) ??
      sections.find(({ words: said }) => sought !== null && said === sought.words);
    if (first !== undefined) {
      set("section", first.name);
    }
  }, [sections, wanted, set]);
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      <FormView form={form}>
        <p className="dialog-lead">{words.body}</p>
        {here.meeting.documents.length > 1 && (
          <NativeSelect
            label={text.meeting.place.document}
            value={document}
            data={here.meeting.documents.map(({ name }) => ({ value: name as string, label: here.titleOf(name) }))}
            onChange={(event) => {
              set("document", event.currentTarget.value);
              set("section", "");
            }}
          />
        )}
        <NativeSelect
          label={text.meeting.place.section}
          value={section}
          error={form.errors.fields.get("section") ?? null}
          data={[
            { value: "", label: text.meeting.place.whole },
            ...sections.map(({ name, words: said, level }) => ({
              value: name,
              label: `${"\u2003".repeat(Math.max(0, level - 1))}${said}`,
            })),
          ]}
          onChange={(event) => set("section", event.currentTarget.value)}
        />
        <ChoosePeople
          legend={words.editors}
          hint={words.editorsHint}
          people={people}
          chosen={editors}
          onChange={setEditors}
        />
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={form.busy}>
            {words.submit}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}

const NONE: readonly NamedSection[] = [];

/** The sections of a document as they are on this device; none while it is being opened. */
function useSections(replica: Replica, name: string): readonly NamedSection[] {
  const [sections, setSections] = useState(NONE);
  useEffect(() => {
    setSections(NONE);
    const opened = replica.open(name as DocumentName);
    let isOver = false;
    void opened.whenReady.then(() => {
      if (!isOver) {
        setSections(sectionsOf(opened.doc.getXmlFragment(BODY_FIELD)));
      }
    });
    return () => {
      isOver = true;
      opened.dispose();
    };
  }, [replica, name]);
  return sections;
}
