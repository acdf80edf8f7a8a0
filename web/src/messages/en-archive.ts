/** The words of taking a community away as one file, and of bringing it along, in English. */

const documents = (count: number): string => `${count} ${count === 1 ? "document" : "documents"}`;

export const enArchive = {
  take: {
    heading: "Take it with you",
    lead: "One file with every document that you may read here, as Markdown, as a web page and for another Consilium, with comments, suggestions, clinical questions, versions and the bin, the members and the ledger. Votes and minutes of meetings are not in it. The ledger says that you took it.",
    button: "Download everything",
    offline: "Downloading needs a connection to the server.",
    /** The name of the file, where the community's has no letters. */
    file: "community",
    done: (name: string) => `${name} is among your downloads.`,
  },
  bring: {
    heading: "Bring a community along",
    lead: "Choose the file that “Download everything” of a community gave you, here or on another Consilium, or drop it on this page. A new community is made from it, led by you. Its documents come along; its members you invite anew.",
    button: "Choose the file",
    busy: (file: string) => `“${file}” is being brought here. That can take some minutes; stay on this page.`,
    done: (name: string, count: number) => `“${name}” is here, with ${documents(count)}.`,
    partly: (name: string, count: number) => `“${name}” is here, with ${documents(count)}. These could not come along:`,
    partlyTodo: "They are still in the file, as Markdown and as web pages.",
    ledger: {
      missing: "The archive has no ledger: what was decided before cannot be shown. The ledger here says so.",
      broken:
        "The ledger in the archive is not what was written: something in it was changed, taken out or cut off. Do not rely on it. The ledger here says so.",
    },
    goThere: "Go to the community",
    severalFiles: "Bring one file at a time.",
  },
  /** Refusals of an archive, by the server's word for what is wrong. */
  refused: {
    notAnArchive: "This file is no archive of a community. Choose the one that “Download everything” gave.",
    anotherKind: "This archive comes from a newer Consilium, or from something else. This server cannot read it.",
    damaged: "This archive is damaged. Download it again where it comes from.",
    tooLarge: (megabytes: number) => `This file is too large: an archive may have ${megabytes} MB at most.`,
    busy: "The server is busy with other archives. Try again in a minute.",
    cutOff: "The connection was lost meanwhile. Look whether the community is there before you try again.",
  },
  /** Sentences of the ledger; `who` did it. */
  acts: {
    exported: (who: string, count: number) => `${who} downloaded the community, with ${documents(count)}`,
    ledgerMissing: "; it had no ledger",
    ledgerBroken: "; the ledger in it is not what was written",
    imported: (who: string, count: number, when: string) =>
      `${who} brought the community along from an archive of ${when}, with ${documents(count)}`,
  },
} as const;
