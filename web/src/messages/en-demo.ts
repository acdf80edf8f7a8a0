/** The words of a demonstration, in English. */

export const enDemo = {
  region: "Demonstration",
  label: "Demonstration",
  youAre: (name: string, role: string) => `You are ${name}, ${role}.`,
  youAreYourself: (name: string) => `You are ${name}.`,

  entrance: {
    pageTitle: "Demonstration",
    heading: "A community to try",
    lead: "A demonstration: five people who write a guideline together. Choose whom to be; everything is kept on this computer and can begin again at any time.",
    continueAs: (name: string) => `Continue as ${name}`,
    played: "Played by the server while you are somebody else",
    two: "Two people at once? Open this address in a private window or in another browser, and choose somebody else there. Windows of one browser are one person.",
    own: "Sign in with an account made here",
    back: "Choose one of the five",
    failed: "The demonstration could not be asked.",
    left: "Choose whom to be next.",
    ended: "Your session has ended: the demonstration has begun again, or you signed out elsewhere. Choose whom to be.",
  },

  /** A line about each, by their key. */
  about: {
    chair: "General practitioner. Chairs the panel and decides who may do what.",
    deputy: "Physician for infectious diseases. Stands in for the chair.",
    physician: "General practitioner. Writes the questions and the wording.",
    pharmacist: "Pharmacist with a bad connection. Goes offline, writes on, comes back.",
    microbiologist: "Expert from outside. Sees the guideline only, for thirty days.",
  } as Readonly<Record<string, string>>,

  menu: {
    heading: "Continue as",
    switch: "Be somebody else",
    now: "you",
    failed: "That did not work. Is the server running?",
    unsent: "What you wrote and could not send stays with the person you were.",
  },

  colleagues: {
    label: "Colleagues at work (simulated)",
    hint: "Three of the five are played by the server. They write in paragraphs of their own while you look.",
    on: "on",
    off: "off",
    nowOn: "Colleagues are at work where you look",
    nowOff: "Colleagues rest",
  },

  again: {
    button: "Start again",
    title: "Start again",
    body: "The community and its texts return to how they were. What was written, the people who joined, and everything in the ledger since is deleted for good, for everybody who has this demonstration open.",
    confirm: "Delete and start again",
    cancel: "Keep it",
    running: "Starting again …",
    done: "The demonstration has begun again",
    doneBody: "The texts are as they were at first. What was written before is deleted.",
    dismiss: "Understood",
  },

  tries: {
    button: "What to try",
    title: "What to try",
    open: "Open the guideline first and look for a moment: colleagues come and write.",
    secondTitle: "Be two people",
    second:
      "Open this address in a private window (Ctrl+Shift+N or Ctrl+Shift+P) or in another browser, continue there as somebody else, and put both windows side by side.",
    copy: "Copy the address",
    copied: "The address is copied",
    offlineTitle: "Lose the server and type on",
    offline:
      "The server goes away for twenty seconds. Write meanwhile, and watch the words at the top right; when it is back, what both sides wrote is together.",
    plug: "Pull the plug for 20 seconds",
    pulled: "The server is away for 20 seconds. Type on.",
    decideTitle: "Decide together",
    decide:
      "In the menu of the guideline (three dots) under Clinical questions, two colleagues have set the strength of a recommendation differently: you choose. Under Votes one waits for your ballot, and under Meetings one is planned that the chair can open.",
    toDecide: "To votes and meetings",
    inviteTitle: "Invite somebody",
    invite:
      "Make a link for a new member, open it in a private window, and make an account there. Then change what they may do, while they write.",
    toMembers: "Go to the members",
  },
} as const;
