/** Which document, and which part of it. Parts are offered of the text that is on the screen. */
import { NativeSelect } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import type { MeetingPlace } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { headingsShown } from "./places.ts";
import { useRoom } from "./room-context.tsx";

export interface PlaceValues {
  readonly [field: string]: string;
  /** The name of a document; empty for all of them, where that can be chosen. */
  readonly document: string;
  /** Empty for all of it. */
  readonly section: string;
}

export function PlaceFields(props: {
  readonly values: PlaceValues;
  readonly set: (field: "document" | "section", value: string) => void;
  /** The words for all documents together, where they can be chosen. */
  readonly everything?: string;
}): ReactNode {
  const { values, set, everything } = props;
  const here = useRoom();
  const words = useWords().meeting.place;
  const headings = useMemo(() => headingsShown(), []);
  const documents = here.meeting.documents.map(({ name }) => ({ value: name as string, label: here.titleOf(name) }));
  const sections = values.document === here.shown ? headings : [];
  return (
    <>
      <NativeSelect
        label={words.document}
        value={values.document}
        data={everything === undefined ? documents : [{ value: "", label: everything }, ...documents]}
        onChange={(event) => {
          set("document", event.currentTarget.value);
          set("section", "");
        }}
      />
      {sections.length > 0 && (
        <NativeSelect
          label={words.section}
          value={values.section}
          data={[{ value: "", label: words.whole }, ...sections.map((each) => ({ value: each, label: each }))]}
          onChange={(event) => set("section", event.currentTarget.value)}
        />
      )}
    </>
  );
}

/** The place that was chosen; `null` for everything. */
export function placeOf(
  { document, section }: PlaceValues,
  documents: readonly { readonly name: MeetingPlace["document"] }[],
): MeetingPlace | null {
  const found = documents.find(({ name }) => name === document);
  return found === undefined ? null : { document: found.name, section: section === "" ? null : section };
}
