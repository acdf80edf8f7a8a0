/**
 * Every word on the screen, in English.
 *
 * Values are strings, or functions where a sentence takes a value. A further language is a further file with the
 * same shape: `Catalogue` in `index.ts` is derived from this one, so the compiler finds what is missing. The words
 * of the portal are in a file beside it.
 * Nothing here knows components.
 */

import { enArchive } from "./en-archive.ts";
import { enBranches } from "./en-branches.ts";
import { enCatchingUp } from "./en-catching-up.ts";
import { enDemo } from "./en-demo.ts";
import { enDiscussion } from "./en-discussion.ts";
import { enForGood } from "./en-for-good.ts";
import { enFormats } from "./en-formats.ts";
import { enHeldWords } from "./en-held-words.ts";
import { enHistory } from "./en-history.ts";
import { enInterests } from "./en-interests.ts";
import { enJoining } from "./en-joining.ts";
import { enLeftBehind } from "./en-left-behind.ts";
import { enLook } from "./en-look.ts";
import { enMail } from "./en-mail.ts";
import { enMeeting } from "./en-meeting.ts";
import { enMeetingLedger } from "./en-meeting-ledger.ts";
import { enMergeReview } from "./en-merge-review.ts";
import { enInPortal, enPortal } from "./en-portal.ts";
import { enPublication } from "./en-publication.ts";
import { enQuestions } from "./en-questions.ts";
import { enReferences } from "./en-references.ts";
import { enRounds } from "./en-rounds.ts";
import { enSearch } from "./en-search.ts";
import { enSigningIn } from "./en-signing-in.ts";
import { enTerms } from "./en-terms.ts";

/** How long ago, behind a verb: “edited now” would be said of something that is being done. */
const ago = (when: string): string => (when === "now" ? "just now" : when);

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const en = {
  product: "Consilium",
  tagline: "Texts that bind, written together.",

  common: {
    cancel: "Cancel",
    close: "Close",
    save: "Save",
    undo: "Undo",
    retry: "Try again",
    untitled: "Untitled document",
    loading: "Loading…",
    more: (title: string) => `More actions for ${title}`,
    skipToContent: "Skip to the content",
    dismiss: "Dismiss",
    copyFailed: "This browser did not allow copying.",
    pieceMissing: "A part of the app could not be loaded. Load the page again, then try once more.",
  },

  boot: {
    unreachableTitle: "Consilium cannot be reached",
    unreachableBody:
      "This device has not opened Consilium before, so the first visit needs a connection to the server.",
    crashedTitle: "Something went wrong on this page",
    crashedBody: "What you have written is kept on this device. Load the page again to go on.",
    reload: "Load the page again",
    notFoundTitle: "There is no such page",
    notFoundBody: "The address may be incomplete or mistyped: no document can have it.",
    toDocuments: "Go to the documents",
  },

  account: {
    menu: (name: string) => `You are ${name}. Name and appearance`,
    signedInAs: "You appear to others as",
    changeName: "Change name",
    appearance: "Appearance",
    light: "Light",
    dark: "Dark",
    system: "Same as this device",
    language: "Language",
    shortcuts: "Keyboard shortcuts",
    version: (version: string) => `Version ${version}`,
  },

  name: {
    title: "What should others call you?",
    changeTitle: "Change your name",
    body: "Your name appears beside your cursor and in the list of who is here. It is valid for this tab only.",
    label: "Your name",
    required: "Enter a name, so that others know who is writing.",
    tooLong: "Use at most 60 characters.",
    continue: "Continue",
    another: "Suggest another name",
    adjectives: [
      "Attentive",
      "Calm",
      "Careful",
      "Clear",
      "Curious",
      "Gentle",
      "Lucid",
      "Patient",
      "Steady",
      "Thoughtful",
    ],
    nouns: ["Alder", "Birch", "Cedar", "Heron", "Juniper", "Kestrel", "Linden", "Plover", "Rowan", "Wren"],
  },

  token: {
    missingTitle: "You have not been let in yet",
    missingBody:
      "This server opens documents with a personal link. Open the link that you were sent. What this device already holds stays readable below.",
    unreadableTitle: "Your link cannot be read",
    unreadableBody:
      "A part of it may be missing. Open the link once more, whole as you were sent it, or ask for a new one. What this device already holds stays readable below.",
    expiredTitle: "Your link has expired",
    expiredBody:
      "Ask for a new link and open it in this browser. Edits made on this device are kept and are sent then.",
  },

  update: {
    ready: {
      title: "A new version of Consilium is ready.",
      note: "The page loads again as soon as your newest words are stored.",
    },
    superseded: {
      title: "This tab runs an older version of Consilium.",
      note: "A newer one is in use in this browser. What you write here is kept; load it when it suits you.",
    },
    waiting: "Waiting until your newest words are stored…",
    apply: "Load it now",
    later: "Later",
    menu: "Load the new version",
  },

  grants: {
    everything: "Your personal link opens every document.",
    some: "Your personal link opens the documents listed here.",
    noNew: "It does not let you start others.",
    until: (when: string) => `It is valid until ${when}.`,
  },

  documents: {
    pageTitle: "Documents",
    heading: "Documents",
    binHeading: "Bin",
    navigation: "Sections",
    create: "New document",
    importFile: "Import a file",
    importHint: "Word, Markdown or HTML",
    search: "Search titles",
    searchLabel: "Search documents by title",
    clearSearch: "Clear the search",
    count: (count: number) => `${count} ${plural(count, "document", "documents")}`,
    emptyTitle: "Nothing here yet",
    emptyBody: "Start a document, with or without a connection. Share its address and write together.",
    emptyForLink: "The documents that your link opens appear here once somebody has started them.",
    emptySearchTitle: "No title matches",
    emptySearchBody: (query: string) => `No document has “${query}” in its title.`,
    emptyBinTitle: "The bin is empty",
    emptyBinBody: "Documents you delete wait here until you restore them.",
    edited: (when: string) => `Edited ${ago(when)}`,
    deleted: (when: string) => `Deleted ${ago(when)}`,
    onlyHere: "Only on this device",
    waiting: "Edits not yet on the server",
    onDevice: "Available offline",
    rename: "Rename",
    renameTitle: "Rename document",
    titleLabel: "Title",
    copyLink: "Copy link",
    copied: "Link copied",
    copyFailed: "This browser did not allow copying. The address is in the address bar of the opened document.",
    delete: "Move to bin",
    restore: "Restore",
    movedToBin: (title: string) => `“${title}” is in the bin`,
    restored: (title: string) => `“${title}” is back`,
    forget: "Remove the copy from this device",
    forgetTitle: "Remove the copy from this device?",
    forgetBody: "The document stays on the server. Opening it again needs a connection.",
    forgetUnsent: "Edits of yours have not reached the server. Removing this copy deletes them for good.",
    forgetSetAside: (count: number) =>
      `${count} ${plural(count, "edit is", "edits are")} set aside with it. Removing this copy deletes ${plural(count, "it", "them")} for good.`,
    forgetConfirm: "Remove",
    forgetDiscard: "Delete unsent edits and remove",
    forgotten: (title: string) => `The copy of “${title}” was removed from this device`,
    offlineList: "The server cannot be reached. These are the documents this device holds.",
    binOffline: "The bin is on the server. It appears when the server can be reached.",
    imported: (title: string, pictures: number) =>
      `“${title}” was imported${pictures === 0 ? "" : `, without its ${pictures} ${plural(pictures, "picture", "pictures")}`}`,
    importFailed: (file: string) =>
      `“${file}” could not be read. Word (.docx), Markdown (.md) and HTML (.html) files can be imported.`,
    importTooLarge: (file: string, megabytes: number) =>
      `“${file}” is larger than ${megabytes} MB. Split it into several documents.`,
    importUndecodable: (file: string, encoding: string) =>
      `“${file}” says that its characters are in ${encoding}, and they cannot be read so. Nothing was imported. Save it as UTF-8, then import it again.`,
    importFormats: "Word, Markdown and HTML files",
    needsServer: "Needs a connection to the server",
    needsWriting: "Your link lets you read this document only",
    renameNeedsServer: "This device does not hold the document. Connect to rename it.",
  },

  api: {
    unreachable: "The server cannot be reached. Check the connection and try again.",
    unauthorised: "Your personal link was not accepted. Open it once more, or ask for a new one.",
    forbidden: "You may not do this with this document.",
    notFound: "The server does not know this document. If it is new, it has not been sent yet.",
    tooMany: "Too many requests. Wait a moment and try again.",
    server: (reference: string | null) =>
      reference === null
        ? "The server had a problem. Try again in a moment."
        : `The server had a problem. Try again in a moment. Reference: ${reference}`,
    other: (title: string) => `That did not work: ${title}`,
  },

  /** Words for the server's and the replica's stable codes; a code without words is shown as it is. */
  reasons: {
    forbidden: "your link does not cover it",
    "not-found": "there is no such document",
    "read-only": "you may only read it",
    "foreign-identity": "it was written under another person’s name",
    lineage: "the document was replaced meanwhile",
    malformed: "it could not be understood",
    "too-large": "it is too large",
    poison: "it would have damaged the document",
    "quarantine-full": "too many refused edits are waiting for review",
    "too-deep": "it is nested too deeply",
    "append-only": "it would have taken away what somebody else said",
    incomplete: "it goes on from an edit that is lost or was not accepted",
    unknown: "the server did not say why",
    "worker-failed": "a part of the app could not be loaded",
    "token-missing": "a personal link is needed",
    "token-expired": "your link has expired",
    "token-not-yet-valid": "your link is not valid yet",
    "token-unknown-key": "your link was made for another server, or with a key that is no longer in use",
    "token-too-long": "your link is too long",
    "token-malformed": "your link is damaged; a part of it may be missing",
    "token-algorithm": "your link was signed in a way that this server does not accept",
    "token-signature": "your link is damaged, or was not made for this server",
    "token-audience": "your link was made for another service",
    "token-issuer": "your link was made by somebody this server does not know",
    "token-claims": "your link does not say who you are and what it opens",
    unsupported: "this browser or this version of the app is too old",
    "outdated-page": "a newer version of the app runs in another tab",
    unauthorized: "your link was not accepted",
    overloaded: "the server is busy",
  } as Readonly<Record<string, string>>,

  connection: {
    connecting: "Connecting…",
    online: "Connected",
    offline: "Offline",
    offlineDetail: "This device has no network. Keep writing: everything is saved on this device and sent later.",
    waiting: (seconds: number) =>
      seconds <= 0 ? "Connecting again…" : `Connection lost. Next attempt in ${seconds} s`,
    waitingDetail: "Keep writing: everything is saved on this device and sent when the connection is back.",
    refused: "Not connected",
    refusedDetail: (reason: string) =>
      `The connection was refused${reason === "" ? "" : `: ${reason}`}. Load the page again, or use a current browser.`,
    tryNow: "Connect now",
  },

  save: {
    saving: "Saving…",
    savingDetail: "Your newest words are still being written to this device. Keep this page open for a moment.",
    device: "Saved on this device",
    deviceDetail: "Your newest words are stored here and will be sent when the server can be reached.",
    deviceFullServerDetail: "Your newest words are stored here and will be sent when the server can store them.",
    deviceNoAccessDetail:
      "Your newest words are stored here. The server does not take them: you may not change this document.",
    unread: "On the server",
    unreadDetail:
      "The server has what you wrote here. What this device stored before cannot be read at the moment: edits that wait there are sent when it can.",
    sent: "Sent",
    sentDetail: "Your newest words are on their way. The server has not confirmed them yet.",
    safe: "Safe on the server",
    safeDetail: "The server has written everything to disk.",
    safeExcept: "Safe, except edits set aside",
    safeExceptDetail: "The server has written everything to disk that it accepted. Edits of yours were set aside.",
    safeSuggested: "Safe, some of it as a suggestion",
    safeSuggestedDetail:
      "The server has written everything to disk. What you wrote when you could not write here is in a suggestion of yours.",
    notSaved: "Not saved",
    notSavedDetail: "This device cannot store edits and the server has not confirmed them. Keep this page open.",
    onlyServer: "Safe on the server",
    onlyServerDetail: "The server has written everything to disk. This device keeps no copy.",
    opening: "Opening…",
    openingDetail: "The newest state is being fetched from the server.",
    label: (label: string) => `${label}. Show what this means`,
    heading: "Where your words are",
    steps: { device: "On this device", sent: "Sent to the server", safe: "Safe on the server" },
    stepDone: "done",
    stepPending: "not yet",
    unconfirmed: "Edits of yours wait for the server’s confirmation.",
  },

  foreign: {
    title: "This document holds something that this app cannot show",
    body: "Another program wrote it into the text. Nothing is lost: the rest is shown below.",
    todoWriter: "The text can be changed again once that is taken out; words in it stay, as plain paragraphs.",
    todoReader: "The text can be changed again once somebody who may write has taken that out.",
    takeOut: "Take it out and go on writing",
    takenOut: "Taken out. The text can be changed again.",
    download: "Download what can be read",
  },

  problems: {
    region: "Messages about this document",
    deniedTitle: "You have no access to this document",
    deniedBody: (reason: string) =>
      `The server refused it${reason === "" ? "" : `: ${reason}`}. What this device holds is shown. Ask the person who invited you.`,
    deniedWaiting: " Edits of yours wait on this device.",
    expiredTitle: "Your access has run out",
    expiredBody: "Edits stay on this device. Open a new personal link in this browser to send them.",
    unopenedTitle: "The server cannot open this document",
    unopenedBody:
      "Something is wrong with its stored copy. What you write is kept on this device and sent when the document can be opened. Please tell whoever runs the server.",
    storageTitle: "The server cannot store edits at the moment",
    storageBody: "Your edits wait on this device and are sent when the server recovers. You can keep writing.",
    withdrawnTitle: "You may read this document, but no longer change it",
    withdrawnBody:
      "Edits of yours wait on this device. They are sent if you may write again; nobody else sees them until then.",
    withdrawnLink: "Read what waits",
    rejectedServerTitle: "Edits of yours were set aside",
    rejectedServerBody: (reason: string) =>
      `They are not in this document. The reason: ${reason}. The server keeps them for review, and this device keeps them for you to read.`,
    rejectedDeviceTitle: "Edits of yours were not accepted",
    rejectedDeviceBody: (reason: string) =>
      `They are not in this document. The reason: ${reason}. Only this device keeps them.`,
    rejectedLink: "See what was set aside",
    forkedTitle: "This document was replaced on the server",
    forkedBody:
      "It has another history than the text this device held, as after restoring a backup. The text you had is kept whole as a document of its own, so that nothing is doubled or lost. What you write here goes into the document as it is now.",
    forkedLink: "Open the text you had",
    copyTitle: "This is the text you had",
    copyBody:
      "The document was replaced on the server meanwhile. This copy is a document of its own: what you write here is not in the other one.",
    copyLink: "Open the document as it is now",
    copyKeep: "Keep this as a document of its own",
    copyKept: "This copy is a document like any other now",
    /** The device keeps nothing: the danger while the newest words are on their way, and while they are not. */
    keepOpen: "Keep this page open until the server has confirmed your newest words: this device does not store them.",
    onlyServer:
      "Your words are safe on the server, but this device does not store them: do not write on without a connection.",
    quotaTitle: "This device has no room left",
    quotaBody: "Free some space, and they are stored here again.",
    blockedTitle: "This device’s storage is held by another tab",
    blockedBody: "Close the other tabs of Consilium, and they are stored here again.",
    wipedTitle: "This device’s storage was deleted",
    wipedBody:
      "Someone or something cleared this site’s data. What is open here is stored again. What only this device held of other documents is gone.",
    unavailableTitle: "This browser does not allow storage",
    unavailableBody: "This happens in private windows, and where cookies are blocked.",
  },

  editor: {
    pageTitle: (title: string) => `${title} – Consilium`,
    back: "All documents",
    title: "Document title",
    text: "Document text",
    textHelp: "Press Alt and F10 for the formatting tools, Control and slash for all shortcuts.",
    placeholder: "Write here, or paste a text…",
    readOnly: "Read only",
    readOnlyDetail: "You may read this document, not change it.",
    outline: "Outline",
    outlineEmpty: "Headings appear here.",
    words: (count: number) => `${count.toLocaleString("en")} ${plural(count, "word", "words")}`,
    menu: "Document actions",
    notHereTitle: "This document is not on this device",
    notHereBody: "It appears as soon as the server can be reached.",
    opening: "Opening the document…",
    binned: (title: string) => `“${title}” is in the bin`,
    binnedTitle: "This document is in the bin",
    binnedBody: (when: string) =>
      `It was moved there ${ago(when)}, and is missing from the list of documents. Its text is whole, and what you write is kept.`,
    binnedReader: "Somebody who may change it can bring it back.",
    binnedRestore: "Bring it back",
    binnedOffline: "Bringing it back needs a connection to the server.",
    menuItems: {
      find: "Find and replace",
      outline: "Outline",
      insertFile: "Insert a file",
      copyMarkdown: "Copy as Markdown",
      print: "Print or save as PDF",
      copyLink: "Copy link",
      shortcuts: "Keyboard shortcuts",
      setAside: "Edits set aside",
      delete: "Move to bin",
    },
    copiedMarkdown: "Copied as Markdown",
    inserted: (file: string, pictures: number) =>
      `“${file}” was inserted${pictures === 0 ? "" : `, without its ${pictures} ${plural(pictures, "picture", "pictures")}`}`,
  },

  aside: {
    pageTitle: "Set aside",
    heading: "Edits set aside",
    lead: "What you wrote that is not in the document you wrote it in. It stays in this browser until you delete it here.",
    leadOne: (title: string) =>
      `What you wrote in “${title}” that is not in it. It stays in this browser until you delete it here.`,
    back: "Back to the document",
    all: "Everything set aside",
    emptyTitle: "Nothing is set aside",
    emptyBody: "When a document cannot take what you wrote, you find it here.",
    failed: "This device’s storage could not be read. Close other tabs of Consilium and try again.",
    editsTitle: (count: number) => `${count} ${plural(count, "edit", "edits")} not accepted`,
    copyTitle: "The text you had, as a whole",
    unsentTitle: (count: number) => `${count} ${plural(count, "edit", "edits")} not sent yet`,
    at: (when: string) => `Set aside ${ago(when)}`,
    changed: (when: string) => `Last changed ${ago(when)}`,
    before: "Set aside earlier",
    /** What happened, by the reason of the refusal. */
    happened: {
      "read-only": "The server did not take this, because you might only read the document when it arrived.",
      "foreign-identity":
        "The server did not take this, because it carried the mark of another person. That happens when somebody copies a browser’s data, or pretends to be you.",
      lineage: "The server did not take this, because the document was replaced meanwhile.",
      "too-large": "The server did not take this, because it is too large for one edit or for the document.",
      "too-deep": "The server did not take this, because it is nested too deeply, like lists in tables in lists.",
      "append-only":
        "The server did not take this, because it would have taken away what somebody else said. In a discussion everybody takes back their own words only.",
      malformed: "The server did not take this, because it could not be understood.",
      poison: "The server did not take this, because it would have damaged the document.",
      incomplete:
        "This was not sent, because it goes on from an edit that is lost or was not accepted. By itself nobody could have seen it.",
      "quarantine-full":
        "The server did not take this, because too many refused edits of yours are waiting for review already.",
    } as Readonly<Record<string, string>>,
    happenedOtherwise: (reason: string) => `The server did not take this: ${reason}.`,
    copyHappened:
      "The document was replaced on the server, as after restoring a backup. Your copy had another history, so it was not mixed in but kept whole.",
    unsentHappened: "This is stored on this device and has not been confirmed by the server.",
    /** What it means. */
    keptServer: "The server keeps it for review; nobody sees it in the document.",
    keptPartly:
      "The server keeps a part of it for review; nobody sees it in the document. This device keeps all of it.",
    keptDevice: "Nobody else has it: it is kept on this device only.",
    copyHere: "It is a document of its own, on this device only so far.",
    copyThere: "It is a document of its own, on the server too.",
    unsentMeans: "It is sent by itself as soon as the server takes it. Until then nobody else sees it.",
    /** What to do. */
    doOffer: "If it still belongs there, put it back: it becomes a new edit of yours.",
    doSplit: "Download it, and bring it in again in smaller parts.",
    doReport: "Download it, and show it to the person who runs your server.",
    copyDo: "Open both, and bring over what is missing. Then keep the copy as a document of its own, or delete it.",
    text: "What it says",
    context: "Added words are marked, removed words struck through.",
    nothing: "There are no words in it that the document does not have.",
    more: (count: number) => `Show ${count} more ${plural(count, "passage", "passages")}`,
    added: "added",
    removed: "removed",
    offer: "Put it back into the document",
    offered: "It is in the document again",
    offeredNothing: "The document says this already; it is not set aside any more",
    offerDependent: "This builds on other edits that are set aside. Put the older ones back first.",
    offerReadOnly: "You may not change this document at the moment. It stays here.",
    offerFailed: "That did not work. It stays here.",
    open: "Open the document",
    copy: "Copy text",
    copied: "Copied",
    download: "Download",
    downloadText: "The words, as a text file",
    downloadWhole: "The whole text with them, as Markdown",
    delete: "Delete…",
    deleteTitle: "Delete this for good?",
    deleteBody: "Nobody can bring it back afterwards. Download it first if you are not sure.",
    deleteServerBody: "This device forgets it; the server keeps it for review.",
    deleteCopyHere: "The copy is on this device only. Nobody can bring it back afterwards.",
    deleteCopyThere: "This device forgets the copy. On the server it stays, as a document of its own.",
    deleteConfirm: "Delete",
    deleted: "Deleted from this device",
    fileHead: (title: string, when: string) => (when === "" ? `“${title}”` : `“${title}”. ${when}.`),
    fileAdded: (text: string) => `[added: ${text}]`,
    fileRemoved: (text: string) => `[removed: ${text}]`,
    count: (count: number) => `${count} ${plural(count, "edit", "edits")} set aside`,
    isCopy: "The text you had before it was replaced",
  },

  people: {
    here: (count: number) => `${count} ${plural(count, "person", "people")} here`,
    heading: (count: number) => (count === 1 ? "Who is here" : `Who is here (${count})`),
    you: (name: string) => `${name} (you)`,
    alone: "Only you are here.",
    writing: "in the text",
    more: (count: number) => `+${count}`,
    unnamed: "Guest",
  },

  toolbar: {
    label: "Formatting",
    undo: "Undo",
    redo: "Redo",
    style: (name: string) => `Text style: ${name}`,
    paragraph: "Text",
    heading: (level: number) => `Heading ${level}`,
    bold: "Bold",
    italic: "Italic",
    underline: "Underline",
    strike: "Strikethrough",
    superscript: "Superscript",
    subscript: "Subscript",
    code: "Code",
    link: "Link",
    bulletList: "Bulleted list",
    orderedList: "Numbered list",
    taskList: "Task list",
    quote: "Quote",
    codeBlock: "Code block",
    rule: "Dividing line",
    table: "Table",
    insertTable: "Insert table",
    rowBefore: "Row above",
    rowAfter: "Row below",
    columnBefore: "Column before",
    columnAfter: "Column after",
    headerRow: "Header row",
    headerColumn: "Header column",
    deleteRow: "Delete row",
    deleteColumn: "Delete column",
    deleteTable: "Delete table",
    find: "Find and replace",
    more: "More formatting",
    taskLabel: (text: string) => (text === "" ? "Task" : `Task: ${text}`),
  },

  pictures: {
    inPlace: (description: string) => (description === "" ? "[picture]" : `[picture: ${description}]`),
    leftOut: (count: number) =>
      `${count} ${plural(count, "picture was", "pictures were")} left out: texts hold none yet.`,
  },

  link: {
    title: "Link",
    address: "Address",
    addressHint: "For example https://example.org or name@example.org",
    text: "Text",
    apply: "Apply",
    remove: "Remove link",
    invalid: "Enter a web or e-mail address.",
    open: "Open in a new tab",
  },

  find: {
    label: "Find and replace",
    find: "Find",
    replace: "Replace with",
    next: "Next match",
    previous: "Previous match",
    matchCase: "Match case",
    wholeWord: "Whole words",
    count: (current: number, total: number) =>
      total === 0
        ? "No match"
        : current === 0
          ? `${total} ${plural(total, "match", "matches")}`
          : `${current} of ${total}`,
    replaceOne: "Replace",
    replaceAll: "Replace all",
    replaced: (count: number) => `${count} ${plural(count, "match", "matches")} replaced`,
    close: "Close find",
    showReplace: "Show replace",
  },

  shortcuts: {
    title: "Keyboard shortcuts",
    groups: {
      text: "Text",
      structure: "Structure",
      tables: "Tables",
      moving: "Moving about",
    },
    items: {
      bold: "Bold",
      italic: "Italic",
      underline: "Underline",
      strike: "Strikethrough",
      superscript: "Superscript",
      subscript: "Subscript",
      code: "Code",
      link: "Add or change a link",
      undo: "Undo your last change",
      redo: "Redo",
      heading: "Heading 1 to 4",
      paragraph: "Plain text",
      bulletList: "Bulleted list",
      orderedList: "Numbered list",
      taskList: "Task list",
      toggleTask: "Tick or untick the task",
      quote: "Quote",
      codeBlock: "Code block",
      indent: "Indent a list item",
      outdent: "Outdent a list item",
      nextCell: "Next cell",
      previousCell: "Previous cell",
      leaveTable: "Leave the table or code block downwards",
      find: "Find and replace",
      findNext: "Next match",
      findPrevious: "Previous match",
      toolbar: "Go to the formatting tools",
      backToText: "Back to the text",
      shortcuts: "This sheet",
      newDocument: "New document (in the list)",
      search: "Search (outside of a document)",
      plainPaste: "Paste without formatting",
      comment: "Comment (where there are accounts)",
    },
  },

  catchingUp: enCatchingUp,
  formats: enFormats,
  history: enHistory,
  publication: enPublication,
  questions: enQuestions,
  references: enReferences,
  comments: enDiscussion,
  joining: enJoining,
  portal: enPortal,
  signingIn: enSigningIn,
  mail: enMail,
  archive: enArchive,
  forGood: enForGood,
  search: enSearch,
  rounds: enRounds,
  interests: enInterests,
  branches: enBranches,
  leftBehind: enLeftBehind,
  heldWords: enHeldWords,
  mergeReview: enMergeReview,
  meeting: enMeeting,
  meetingLedger: enMeetingLedger,
  look: enLook,
  terms: enTerms,
  demo: enDemo,
  inPortal: enInPortal,
} as const;
