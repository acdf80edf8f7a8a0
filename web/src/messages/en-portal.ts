/** The words of the portal, in English: signing in, communities, members, who may see what. */

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const enPortal = {
  form: {
    /** Where the server refuses a field for a reason that there are no words for. */
    refused: "The server did not accept this.",
    failed: "That did not work.",
    name: "Your name",
    nameHint: "As others see it beside what you write.",
    nameMissing: "Enter your name.",
    nameTooLong: "Use at most 60 characters.",
    email: "E-mail",
    emailInvalid: "Enter an e-mail address, like name@example.org.",
    password: "Password",
    passwordMissing: "Enter your password.",
    newPassword: "New password",
    passwordHint: "At least 10 characters. A few unrelated words make a good one.",
    passwordShort: (missing: number) =>
      `${missing} more ${plural(missing, "character", "characters")} needed: at least 10.`,
    passwordLong: "Use at most 512 bytes.",
    passwordIsYou: "Do not use your name or e-mail address.",
    show: "Show the password",
    hide: "Hide the password",
  },

  /** Refusals of the server by their stable codes. */
  codes: {
    "interests-not-full-part":
      "By a judgement of your interests you do not take full part in this: another leader or a deputy does it.",
    "not-signed-in": "You are not signed in any more.",
    "wrong-credentials": "The e-mail address or the password is not right.",
    "account-locked": "This account is locked. Ask the people who run this server.",
    "too-many-attempts": "Too many attempts. Wait a while, then try again.",
    "weak-password": "This password is too easy to guess. Choose another.",
    "no-such-link": "This link can no longer be used.",
    "name-reads-alike":
      "A member of the community has a name that reads the same. Choose another, for example with a middle name or what you do.",
    "email-taken": "There is an account with this e-mail address already. Sign in with it instead.",
    "no-such-community": "There is no such community, or you do not belong to it.",
    "no-such-member": "They do not belong to this community any more.",
    "no-such-invitation": "This invitation is not open any more.",
    "no-such-version": "There is no such version any more, or its text is no longer kept.",
    "too-many-versions": "The document has as many named versions as it may have. Rename one that you no longer need.",
    "no-such-document": "There is no such document, or you may not see it.",
    "leaders-only": "Only leaders of the community can do this.",
    "members-only": "Only members of the community can do this.",
    "last-leader": "A community always has a leader. Make somebody else a leader first.",
    "creator-only": "Only whoever started the document can keep it to themselves.",
    "no-such-session": "You are not signed in there any more.",
    "invalid-field": "This is empty, too long, or has signs in it that cannot be kept.",
    "reason-missing": "Say why, in 3 to 500 characters.",
    "sentence-missing": "Say why, in 3 to 500 characters.",
    "no-such-sub-group": "There is no such sub-group any more.",
    "sub-group-only": "Only those who are in the sub-group can do this.",
    "no-such-request": "They do not ask to join any more, or somebody has answered.",
    "declined-lately": "You were not let in. After a week you can ask again.",
    "not-for-listeners": "A listener is let into no document by name. Give them another role first.",
    "private-document": "Nobody can be let into a document that only whoever started it sees.",
    "too-many": "There are as many as there may be.",
  } as Readonly<Record<string, string>>,
  /** Of the refusal `leaders-only`, where deputies may as well. */
  managersOnly: "Only leaders and deputies of the community can do this. Ask one of them.",
  invitersOnly:
    "Your role does not allow this invitation. Leaders and deputies invite, and only leaders invite leaders.",
  waitSeconds: (seconds: number) =>
    seconds < 90
      ? `Try again in ${seconds} ${plural(seconds, "second", "seconds")}.`
      : `Try again in ${Math.ceil(seconds / 60)} minutes.`,

  signIn: {
    pageTitle: "Sign in",
    heading: "Sign in",
    submit: "Sign in",
    ended: "Your session has ended. Sign in again; what you wrote on this device is kept.",
    left: "You are signed out.",
    help: "No account? You come in by an invitation. Password forgotten? The people who run this server can make you a new link.",
    another: "Sign in with an account that you have",
  },

  /** Over a page in which somebody may be writing. */
  ended: {
    title: "Your session has ended.",
    body: "You were signed out elsewhere, or too much time has passed. You can go on writing: it is kept on this device, and sent when you sign in again.",
    again: "Sign in again",
  },

  unreachable: {
    title: "The server cannot be reached",
    body: "Signing in needs a connection. This page goes on by itself as soon as there is one.",
  },

  setPassword: {
    pageTitle: "Choose a password",
    heading: (name: string) => `Welcome, ${name}`,
    lead: (email: string) => `Choose the password for ${email}. You are signed in with it at once.`,
    submit: "Set the password",
  },

  link: {
    gone: "This link can no longer be used",
    goneBody: "It was used, has expired or was withdrawn, or a part of it is missing. Ask for a new one.",
    failed: "The link could not be looked up",
    toSignIn: "Sign in",
    toHome: "Go to my communities",
  },

  join: {
    pageTitle: "Invitation",
    heading: (community: string) => `Join ${community}`,
    lead: (invitedBy: string, role: string) => `${invitedBy} invites you to this community as ${role}.`,
    leadUnnamed: (role: string) => `You are invited to this community as ${role}.`,
    until: (when: string) => `The invitation is open until ${when}.`,
    as: (name: string, email: string) => `You are signed in as ${name} (${email}).`,
    join: "Join",
    signUp: "Make an account and join",
    signUpHeading: "New here",
    signInHeading: "You have an account already?",
    signIn: "Sign in and join",
    other: "Sign out and join as somebody else",
  },

  home: {
    pageTitle: "Home",
    heading: "Your communities",
    found: "Found a community",
    recent: "Recent documents",
    recentEmpty: "Documents that you may read appear here, the newest first.",
    members: (count: number) => `${count} ${plural(count, "member", "members")}`,
    emptyTitle: "You belong to no community yet",
    emptyBody: "Found one for your panel or working group, or open the invitation that you were sent.",
    offline:
      "The server cannot be reached. You see your communities and documents from this device; what you write is kept here and sent later.",
  },

  found: {
    pageTitle: "Found a community",
    heading: "Found a community",
    lead: "A place of its own for people who write together. You lead it, and can hand it on.",
    kind: "What kind of community is it?",
    templates: {
      "guideline-panel": {
        name: "Guideline panel",
        about: "Develops recommendations. Begins with a guideline: scope, questions, recommendations.",
      },
      "community-of-practice": {
        name: "Community of practice",
        about: "Learns from each other’s work. Begins with a charter: purpose, ways of working, first topics.",
      },
      "working-group": {
        name: "Working group",
        about: "Gets one thing done. Begins with an agenda: task, people, dates, decisions.",
      },
    },
    name: "Name",
    nameHint: "As it stands on invitations. You can change it later.",
    namePlaceholder: "Regional sepsis panel",
    nameMissing: "Give the community a name.",
    nameTooLong: "Use at most 120 characters.",
    language: "Language of the first document",
    languages: { en: "English", de: "Deutsch" },
    submit: "Found it and open the first document",
    cancel: "Not now",
  },

  roles: {
    leader: "Leader",
    deputy: "Deputy leader",
    member: "Member",
    guest: "Guest",
    listener: "Listener",
  },
  /** Within a sentence. */
  roleInSentence: {
    leader: "a leader",
    deputy: "a deputy leader",
    member: "a member",
    guest: "a guest",
    listener: "a listener",
  },
  roleAbout: {
    leader: "Decides about members, roles and who may see documents. Reads and writes.",
    deputy: "Invites people and looks after the community’s page. Reads and writes.",
    member: "Starts documents, reads and writes.",
    guest: "From outside. Sees the documents that they are asked about, and what everybody on this server may read.",
    listener: "Knows that the community exists. Reads only what everybody on this server may read.",
  },

  community: {
    sections: "Sections of the community",
    documents: "Documents",
    bin: "Bin",
    members: "Members",
    settings: "Settings",
    ledger: "Ledger",
    you: (role: string) => `You are ${role}.`,
    unknownTitle: "There is no such community",
    unknownBody: "Or you do not belong to it, or not any more.",
    offline:
      "The server cannot be reached. You see what this device holds of this community; what you write is kept here and sent later.",
    emptyForReader: "No document is open to you here yet.",
    unreadTitle: "The list cannot be read now",
    unreadOffline:
      "The server cannot be reached, and this device holds no document of this community. Check your connection; the list appears by itself.",
    unreadOtherwise: "Nothing is lost. The list appears by itself as soon as the server can read it again.",
    createOffline: "Starting a document needs a connection to the server.",
  },

  members: {
    pageTitle: "Members",
    heading: "Members",
    invite: "Invite people",
    you: "you",
    since: (when: string) => `since ${when}`,
    until: (when: string) => `until ${when}`,
    more: (name: string) => `More actions for ${name}`,
    changeRole: "Change role",
    changeRoleTitle: (name: string) => `What is ${name} in this community?`,
    changeRoleLead: "It takes effect at once, also where they have a document open.",
    term: "Until",
    termHint: "Leave it empty for a role without an end. After that day they do not belong to the community.",
    termPast: "Choose a day to come.",
    changed: (name: string, role: string) => `${name} is ${role} now`,
    remove: "Remove from the community",
    removeTitle: (name: string) => `Remove ${name}?`,
    removeBody: (name: string) =>
      `${name} loses the community’s documents at once. What they wrote stays in the documents, and what they have not sent stays on their device.`,
    removeConfirm: "Remove",
    removed: (name: string) => `${name} does not belong to the community any more`,
    leave: "Leave the community",
    leaveTitle: "Leave this community?",
    leaveBody: "You lose its documents at once. What you wrote stays in them. To come back you need a new invitation.",
    leaveConfirm: "Leave",
    left: (community: string) => `You have left ${community}`,
  },

  passwordLink: {
    item: "New password for them",
    title: (name: string) => `Has ${name} forgotten the password?`,
    byHand:
      "You get a link with which they set a new password. Give it to them and to nobody else: whoever has it can sign in as them. It works once, for a day.",
    byMail:
      "They get a mail with a link with which they set a new password. It works once, for a day. You do not see it.",
    isTold: (name: string) => `${name} is told that you did this, and the ledger of the community says so.`,
    make: "Make the link",
    mail: "Send the mail",
    mailed: (name: string) => `A mail is on its way to ${name}`,
    madeTitle: "The link is ready",
    madeLead: (name: string, until: string) =>
      `Give this link to ${name} and to nobody else. It works once, until ${until}, and is not shown again.`,
    told: (who: string) => `${who} had a link made with which your password can be set`,
    acts: {
      byHand: (who: string, whom: string) => `${who} made a link for a new password of ${whom}`,
      byMail: (who: string, whom: string) => `${who} had a link for a new password mailed to ${whom}`,
    },
    codes: {
      "only-operator":
        "This is for whoever runs this server. A leader makes a link only for people who are in this community alone, do not lead it, and sign in with a password.",
    } as Readonly<Record<string, string>>,
  },

  invitations: {
    heading: "Open invitations",
    lead: "Whoever has the link can use it until it expires. It is shown only once, when it is made.",
    none: "No invitation is open.",
    createTitle: "Invite people",
    role: "As what?",
    expires: "Open for",
    days: (count: number) => `${count} ${plural(count, "day", "days")}`,
    uses: "How many people may use it?",
    usesOptions: { one: "One person", ten: "Up to ten people", any: "Anybody who has it" },
    submit: "Make the link",
    madeTitle: "The invitation is ready",
    madeLead: "Send this link to those you mean. It is not shown again.",
    address: "Link",
    copy: "Copy the link",
    copied: "Link copied",
    done: "Done",
    expiresAt: (when: string) => `open until ${when}`,
    used: (uses: number, most: number | null) =>
      most === null ? `used ${uses} ${plural(uses, "time", "times")}` : `used ${uses} of ${most}`,
    withdraw: "Withdraw",
    withdrawLabel: (role: string) => `Withdraw the invitation as ${role}`,
    withdrawn: "The invitation is withdrawn",
  },

  settings: {
    pageTitle: "Settings",
    heading: "Settings",
    name: "Name",
    description: "What this community is about",
    descriptionHint: "One or two sentences, shown on its page.",
    descriptionTooLong: "Use at most 2,000 characters.",
    accent: "Colour",
    accentHint: "Marks the community in lists and on its page.",
    house: "Petrol",
    colours: ["Berry", "Amber", "Olive", "Moss", "Forest", "Teal", "Ocean", "Indigo", "Violet", "Plum"],
    preview: "Preview",
    previewLight: "Light",
    previewDark: "Dark",
    privacy: "Who may see new documents?",
    privacyHint: "It can be changed for each document.",
    saved: "Saved",
  },

  privacy: {
    private: "Only whoever started it",
    "sub-group": "A sub-group",
    community: "The community",
    portal: "Everybody on this server",
    public: "Everybody, without an account",
  },
  /** Within a sentence. */
  privacyInSentence: {
    private: "only whoever started it",
    "sub-group": "a sub-group",
    community: "the community",
    portal: "everybody on this server",
    public: "everybody, without an account",
  },
  privacyAbout: {
    private: "Nobody else sees it, not even leaders.",
    "sub-group": "Those who are in it read and write, and nobody else: not even leaders.",
    community: "Leaders, deputies and members read and write.",
    portal:
      "Everybody with an account here can read the text. Comments, suggestions and history stay with the community, which writes.",
    public:
      "Whoever has the address can read the text. Comments, suggestions and history stay with the community, which writes.",
  },

  sharing: {
    button: "Who can see this",
    title: "Who can see this document?",
    lead: (community: string) => `It belongs to ${community}.`,
    now: "now",
    mayNotNarrow: "Only whoever started the document, or a leader, can take it back.",
    mayNotHide: "Only whoever started the document can keep it to themselves.",
    mayNotWiden: "Only a leader can open it to more people.",
    roleUnknown: "It is not known yet whether you may. That takes an answer of the server.",
    reason: "Why open it to more people?",
    reasonHint: "It stands in the ledger, where members can read it.",
    reasonShort: "Say why, in at least 3 characters.",
    reasonLong: "Use at most 500 characters.",
    submit: "Change",
    changed: (privacy: string) => `Seen by ${privacy} now`,
    offline: "Changing this needs a connection to the server.",
  },

  ledger: {
    pageTitle: "Ledger",
    heading: "Ledger",
    lead: "What was decided in this community, by whom and when. Nothing in it can be changed or left out afterwards without that being noticed: each entry carries a fingerprint of the one before.",
    entry: (seq: number) => `Entry ${seq}`,
    fingerprint: "Fingerprint",
    nobody: "The people who run this server",
    more: "Show earlier entries",
    reason: (reason: string) => `Reason: ${reason}`,
    /** A sentence about an act; `who` did it. */
    acts: {
      founded: (who: string, name: string) => `${who} founded the community “${name}”`,
      changed: (who: string, what: string) => `${who} changed ${what}`,
      invited: (who: string, role: string, until: string) =>
        `${who} made an invitation as ${role}, open until ${until}`,
      withdrew: (who: string) => `${who} withdrew an invitation`,
      joined: (who: string, role: string) => `${who} joined as ${role}`,
      roleChanged: (who: string, whom: string, from: string, to: string) =>
        `${who} made ${whom}, ${from} before, ${to}`,
      removed: (who: string, whom: string) => `${who} removed ${whom}`,
      left: (who: string) => `${who} left the community`,
      started: (who: string, document: string, privacy: string) => `${who} started ${document}. Seen by: ${privacy}`,
      binned: (who: string, document: string) => `${who} put ${document} into the bin`,
      restored: (who: string, document: string) => `${who} took ${document} out of the bin`,
      opened: (who: string, document: string, from: string, to: string) =>
        `${who} changed who sees ${document}. Before: ${from}. Now: ${to}`,
      granted: (who: string, whom: string, document: string, access: string) =>
        `${who} decided that ${whom} may ${access} ${document}`,
      /** An act behind which stands when it ends. */
      ending: (act: string, until: string) => `${act}, until ${until}`,
      accepted: (who: string, whom: string) => `${who} let ${whom} in, who had asked to join`,
      operator: {
        locked: (whom: string) => `The operator of this server locked the account of ${whom}`,
        unlocked: (whom: string) => `The operator of this server let ${whom} sign in again`,
        linked: (whom: string) => `The operator of this server made a link for a new password of ${whom}`,
      },
      acceptedAgain: (who: string, whom: string) => `${who} let ${whom} in again, who had been removed`,
      declined: (who: string, whom: string) => `${who} declined ${whom}, who had asked to join`,
      joinedFreely: (who: string) => `${who} joined as a member`,
      tookAway: (who: string, whom: string) => `${who} took a comment of ${whom} away`,
      renamed: (who: string) => `${who} took another name`,
      groupMade: (who: string, group: string) => `${who} made the sub-group “${group}”`,
      groupJoined: (who: string, whom: string, group: string) => `${who} took ${whom} into the sub-group “${group}”`,
      groupLeft: (who: string, group: string) => `${who} left the sub-group “${group}”`,
      /** For an act that this version of the app has no words for. */
      other: (who: string, act: string) => `${who}: ${act}`,
    },
    access: { none: "not see", read: "read", comment: "comment on", write: "write in" },
    whatChanged: {
      name: (value: string) => `the name to “${value}”`,
      description: () => "the description",
      accent: () => "the colour",
      defaultPrivacy: (value: string) => `who may see new documents to: ${value}`,
      joinPolicy: (value: string) => `how people come in to: ${value}`,
    },
    somethingElse: "its settings",
    somebody: "somebody who is not here any more",
    someDocument: "a document",
    titled: (title: string) => `“${title}”`,
    and: " and ",
  },

  account: {
    pageTitle: "Account",
    heading: "Your account",
    menu: "Your account",
    signOut: "Sign out",
    nameHeading: "Name",
    nameSaved: "Your name is changed",
    emailIs: (email: string) => `Your e-mail address is ${email}.`,
    passwordHeading: "Password",
    current: "Current password",
    currentWrong: "This is not your current password.",
    passwordSubmit: "Change the password",
    passwordSaved: "Your password is changed. Everywhere else you are signed out.",
    placesHeading: "Where you are signed in",
    here: "This browser",
    unknownBrowser: "A browser that does not say what it is",
    browserOn: (browser: string, system: string) => `${browser} on ${system}`,
    lastSeen: (when: string) => `Last seen ${when === "now" ? "just now" : when}`,
    signedInAt: (when: string) => `signed in ${when === "now" ? "just now" : when}`,
    signOutThere: "Sign out there",
    signOutThereLabel: (place: string) => `Sign out there: ${place}`,
    signedOutThere: "Signed out there",
    needsServer: "The server cannot be reached. This page needs it.",
  },

  signOut: {
    title: "Sign out",
    body: "The copies of your documents stay on this device. They open again when you sign in.",
    unsent: (titles: readonly string[]) =>
      `Edits of yours have not reached the server yet: ${titles.map((title) => `“${title}”`).join(", ")}. They stay on this device and are sent when you sign in here again.`,
    remove: "Remove my documents from this device too",
    removeHint: "For a device that others use. On the server everything stays as it is.",
    bodyRemoving:
      "The copies of your documents are removed from this browser. You find them on the server when you sign in again.",
    unsentLost: (titles: readonly string[]) =>
      `Edits of yours have not reached the server: ${titles.map((title) => `“${title}”`).join(", ")}. Removing your documents deletes these edits for good.`,
    drafts: "A comment that you have begun is not sent. It stays on this device.",
    draftsLost: "A comment that you have begun is not sent. Removing your documents deletes it for good.",
    confirmRemoving: "Remove and sign out",
    confirmLoss: "Delete what is not sent, and sign out",
    unsaved: "Your newest words are still being written to this device. Wait a moment.",
    confirm: "Sign out",
    stay: "Stay signed in",
  },

  lost: {
    title: "You can no longer see this document",
    body: "Who may see it was narrowed, or your role in the community has changed. A leader of the community can tell you why.",
    waits: "What you wrote and could not send is kept on this device.",
    draft: "What you had written into the text is in the document. What you had begun to say in a comment is not sent:",
    nothing: "Everything that you had written is in the document.",
    read: "Read what is kept",
    toHome: "Go to my communities",
  },
} as const;

/** What is said in other words where people have accounts instead of personal links. */
export const enInPortal = {
  account: {
    menu: (name: string) => `You are ${name}. Account and appearance`,
    signedInAs: "Signed in as",
  },
  boot: {
    toDocuments: "Go to my communities",
  },
  api: {
    unauthorised: "You are not signed in any more.",
    forbidden: "You may not do this.",
    notFound: "There is no such thing, or you may not see it.",
  },
  documents: {
    needsWriting: "You may read this document only",
    onlyHere: "Not open to you any more; what is kept on this device is shown",
    emptyBody: "Start a document, and write it together with the others.",
    emptyForLink: "Start a document, and write it together with the others.",
  },
  editor: {
    back: "All documents",
  },
  problems: {
    deniedTitle: "You may not see this document",
    deniedBody: () => "Who may see it was narrowed, or you do not belong to its community. A leader can tell you why.",
    expiredBody: "Edits stay on this device. Sign in again to send them.",
  },
  reasons: {
    forbidden: "you may not see it",
    "token-missing": "you are not signed in",
    "token-expired": "your session has ended",
    unauthorized: "you are not signed in any more",
  } as Readonly<Record<string, string>>,
} as const;
