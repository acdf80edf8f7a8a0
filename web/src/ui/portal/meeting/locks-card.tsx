/** Where only some write, and who they are; whoever leads opens a place again. */
import { Button } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import type { ClosedSection } from "../../../editor/index.ts";
import { type DocumentName, readSectionName } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { sayPlace, useRoom } from "./room-context.tsx";

export function LocksCard(): ReactNode {
  const here = useRoom();
  const { locks } = here.inside;
  const text = useWords().meeting;
  const words = text.lock;
  if (locks.length === 0) {
    return null;
  }
  return (
    <section className="meeting-card" aria-labelledby="locks">
      <h2 id="locks">{words.heading}</h2>
      {locks.map(({ place, editors }) => {
        const where = sayPlace(place, here, text);
        return (
          <div key={`${place.document} ${place.section ?? ""}`} className="meeting-lock">
            <p>
              {where} {words.writes(editors.map(here.nameOf).join(", "))}
            </p>
            {here.may("unlock") && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={words.openLabel(where)}
                onClick={() => void here.act({ do: "unlock", place })}
              >
                {words.open}
              </Button>
            )}
          </div>
        );
      })}
    </section>
  );
}

/** The sections of a text in which only some write, for the editor. */
export function useClosedSections(document: DocumentName | null): readonly ClosedSection[] {
  const { inside, me, nameOf } = useRoom();
  const words = useWords().meeting.lock;
  return useMemo(() => {
    if (inside.phase !== "open") {
      return [];
    }
    const locked = inside.locks.flatMap(({ place, editors }) =>
      place.document !== document || place.section === null
        ? []
        : [
            {
              name: readSectionName(place.section),
              mayWrite: editors.includes(me),
              words: words.band(editors.map(nameOf).join(", ")),
            },
          ],
    );
    const recused = inside.items.flatMap(({ place, recused }) =>
      !recused.has(me) || place === null || place.document !== document || place.section === null
        ? []
        : [{ name: readSectionName(place.section), mayWrite: false, words: words.recused }],
    );
    return [...locked, ...recused];
  }, [inside, me, nameOf, document, words]);
}
