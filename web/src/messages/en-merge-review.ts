/** The words about what came together after an offline spell, in English. */

const places = (count: number): string => (count === 1 ? "1 place" : `${count} places`);

export const enMergeReview = {
  /** Above the text. */
  line: (theirs: number, both: number) => {
    const changed = `While you were offline, others changed ${places(theirs)}.`;
    if (both === 0) {
      return changed;
    }
    if (theirs === 1) {
      return `${changed} You changed it too.`;
    }
    return both === 1 ? `${changed} You changed one of them too.` : `${changed} You changed ${both} of them too.`;
  },
  lineOpaque: "While you were offline, you and others changed this document.",
  lineOpaqueBody: "What came together could not be compared place by place. Read the text once, where it matters.",
  look: "Look at it",

  /** The panel. */
  menuItem: "What came together",
  heading: "What came together",
  close: "Close what came together",
  span: (from: string, to: string) => `Apart from ${from}, together again ${to}.`,
  which: "Which time offline",
  intro: "Where both sides changed something, a merge may say what nobody meant. Look at those places first.",
  opaque:
    "What came together could not be compared place by place. Read the text once; its history shows what came when.",
  both: (count: number) => `Both of you changed (${count})`,
  theirs: (count: number) => `Others changed (${count})`,
  mine: (count: number) => `You changed (${count})`,
  more: (count: number) =>
    count === 1
      ? "And 1 more place. It is not listed because there are so many."
      : `And ${count} more places. They are not listed because there are so many.`,
  looksRight: "Looks right",
  closed: "You have said that this looks right. You can still change your mind, place by place.",

  /** One place. */
  kinds: {
    title: "Title",
    paragraph: "Paragraph",
    heading: "Heading",
    listItem: "List item",
    taskItem: "Task",
    tableCell: "Table cell",
    tableHeader: "Table heading",
    bulletList: "List",
    orderedList: "Numbered list",
    taskList: "Task list",
    table: "Table",
    tableRow: "Table row",
    blockquote: "Quotation",
    codeBlock: "Code",
    horizontalRule: "Line",
    other: "Passage",
  },
  under: (kind: string, heading: string) => `${kind} under “${heading}”`,
  yours: "You",
  others: "Others",
  now: "Now in the text",
  inserted: "added",
  deleted: "removed",
  nothing: "Nothing is left of it in the text.",
  nothingSaid: "No words.",
  youRemoved: "You removed it.",
  theyRemoved: "Others removed it.",
  looksOnly: "The words are the same; how they are set is not.",
  frame: "Only its settings are different, not what is in it.",
  moved: "It was moved.",
  show: "Show in the text",
  keepMine: "Keep mine",
  keepTheirs: "Keep theirs",
  edit: "Edit",
  about: (action: string, place: string) => `${action}: ${place}`,
  keptMine: "The text says what you wrote.",
  keptTheirs: "The text says what others wrote.",
  failed: "That did not work. The text is as it was; try it again.",
  gone: {
    removedHere: "It is not in the text now. “Keep theirs” puts it back.",
    removedThere: "It is not in the text now. “Keep mine” puts it back.",
    both: "It is not in the text now. “Keep mine” or “Keep theirs” puts it back.",
  },
};
