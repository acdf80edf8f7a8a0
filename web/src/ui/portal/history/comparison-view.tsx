/** What is different between two states of a document: in one text, or side by side. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Block, Compared, Words } from "../../../editor/past/index.ts";
import { useWords } from "../../context.tsx";

export type View = "inline" | "side-by-side";

/** Blocks without changes that are shown beside a change, for its place in the text. */
const AROUND = 1;

export function ComparisonView(props: { readonly compared: readonly Compared[]; readonly view: View }): ReactNode {
  const { view } = props;
  const words = useWords().history;
  return (
    <div className={`comparison comparison--${view}`}>
      {view === "side-by-side" && (
        <div className="comparison__row comparison__head" aria-hidden="true">
          <span />
          <span>{words.before}</span>
          <span>{words.after}</span>
        </div>
      )}
      {stretchesOf(props.compared).map(({ first, blocks, isFolded }) =>
        isFolded ? (
          <Folded key={first} blocks={blocks} view={view} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: blocks have nothing but their order.
          blocks.map((block, index) => <Row key={first + index} compared={block} view={view} />)
        ),
      )}
    </div>
  );
}

/** Blocks without changes, until somebody wants to see them. */
function Folded(props: { readonly blocks: readonly Compared[]; readonly view: View }): ReactNode {
  const words = useWords().history;
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <Button variant="subtle" size="compact-sm" className="comparison__folded" onClick={() => setOpen(true)}>
        {words.unchanged(props.blocks.length)}
      </Button>
    );
  }
  return props.blocks.map((block, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: blocks have nothing but their order.
    <Row key={index} compared={block} view={props.view} />
  ));
}

function Row(props: { readonly compared: Compared; readonly view: View }): ReactNode {
  const { compared, view } = props;
  return (
    <div className={`comparison__row comparison__row--${compared.kind}`}>
      <Sign compared={compared} />
      {view === "inline" ? (
        <Inline compared={compared} />
      ) : (
        <>
          <Side compared={compared} side="before" />
          <Side compared={compared} side="after" />
        </>
      )}
    </div>
  );
}

/** What happened to the block, as a sign beside it and in words. */
function Sign(props: { readonly compared: Compared }): ReactNode {
  const words = useWords().history;
  const { compared } = props;
  const [sign, said] = {
    kept: ["", ""],
    added: ["+", words.inserted],
    removed: ["−", words.deleted],
    changed: isSetDifferently(compared) ? ["¶", words.setDifferently] : ["±", words.changed],
  }[compared.kind];
  return (
    <span className="comparison__sign" title={said}>
      <span aria-hidden="true">{sign}</span>
      {said !== "" && <span className="visually-hidden">{said}: </span>}
    </span>
  );
}

function Inline(props: { readonly compared: Compared }): ReactNode {
  const { compared } = props;
  switch (compared.kind) {
    case "kept":
      return <BlockView block={compared.after} />;
    case "added":
      return <BlockView block={compared.after} words={wholly(compared.after, "added")} />;
    case "removed":
      return <BlockView block={compared.before} words={wholly(compared.before, "removed")} />;
    case "changed":
      return <BlockView block={compared.after} words={compared.words} />;
  }
}

function Side(props: { readonly compared: Compared; readonly side: "before" | "after" }): ReactNode {
  const { compared, side } = props;
  const words = useWords().history;
  const block = side === "before" ? beforeOf(compared) : afterOf(compared);
  if (block === null) {
    return <div className="comparison__side comparison__side--empty" />;
  }
  const other = side === "before" ? "added" : "removed";
  const shown =
    compared.kind === "changed"
      ? compared.words.filter(({ kind }) => kind !== other)
      : compared.kind === "kept"
        ? undefined
        : wholly(block, compared.kind);
  return (
    <div className="comparison__side">
      {compared.kind !== "kept" && <span className="visually-hidden">{words[side]}: </span>}
      <BlockView block={block} {...(shown === undefined ? {} : { words: shown })} />
    </div>
  );
}

function BlockView(props: { readonly block: Block; readonly words?: readonly Words[] }): ReactNode {
  const { block } = props;
  const text = useWords().history;
  const words = props.words ?? [{ kind: "kept", text: block.text }];
  const isBlank = words.every((each) => each.text === "");
  return (
    <div className={classOf(block)} data-depth={Math.min(block.depth, 6)}>
      {block.cell !== null && <span className="block__cell">{text.cell(...block.cell)}</span>}
      {block.marker !== "" && <span className="block__marker">{block.marker} </span>}
      {isBlank ? (
        <span className="block__blank">{block.look === "rule" ? text.rule : text.blank}</span>
      ) : (
        words.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: words have nothing but their order.
          <WordsView key={index} words={each} />
        ))
      )}
    </div>
  );
}

function WordsView(props: { readonly words: Words }): ReactNode {
  const { kind, text } = props.words;
  switch (kind) {
    case "kept":
      return text;
    case "added":
      return <ins>{text}</ins>;
    case "removed":
      return <del>{text}</del>;
  }
}

function classOf({ look, quoted, depth }: Block): string {
  return [
    "block",
    `block--${look}`,
    ...(quoted ? ["block--quoted"] : []),
    ...(depth > 0 ? ["block--listed"] : []),
  ].join(" ");
}

function wholly(block: Block, kind: "added" | "removed"): readonly Words[] {
  return [{ kind, text: block.text }];
}

function beforeOf(compared: Compared): Block | null {
  return compared.kind === "added" ? null : compared.before;
}

function afterOf(compared: Compared): Block | null {
  return compared.kind === "removed" ? null : compared.after;
}

function isSetDifferently(compared: Compared): boolean {
  return compared.kind === "changed" && compared.words.every(({ kind }) => kind === "kept");
}

interface Stretch {
  /** The place of the first block. */
  readonly first: number;
  readonly blocks: readonly Compared[];
  readonly isFolded: boolean;
}

/** What is near a change, and what is far from any. */
function stretchesOf(compared: readonly Compared[]): readonly Stretch[] {
  const isNear = compared.map((_, at) =>
    compared.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== "kept"),
  );
  const stretches: { first: number; blocks: Compared[]; isFolded: boolean }[] = [];
  compared.forEach((block, at) => {
    const isFolded = isNear[at] !== true;
    const last = stretches.at(-1);
    if (last !== undefined && last.isFolded === isFolded) {
      last.blocks.push(block);
    } else {
      stretches.push({ first: at, blocks: [block], isFolded });
    }
  });
  return stretches;
}
