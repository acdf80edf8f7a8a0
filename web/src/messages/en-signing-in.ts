/** The words of signing in with a provider, in English. */

export const enSigningIn = {
  or: "or",
  continueWith: (provider: string) => `Continue with ${provider}`,
  codes: {
    "provider-away": "Signing in that way does not work at the moment: the provider does not answer. Try again later.",
    "no-such-identity": "It is not connected any more.",
    "last-way-in": "This is the only way into your account. Set a password first, then disconnect it.",
  } as Readonly<Record<string, string>>,

  /** What is said when the way back from the provider ends without success. */
  endings: {
    pageTitle: "Signing in",
    denied: {
      heading: "You did not go on",
      body: (provider: string) =>
        `Signing in with ${provider} was broken off there. Nothing has changed here. You can try again whenever you like.`,
    },
    forgotten: {
      heading: "This was not begun here, or too long ago",
      body: (provider: string) =>
        `Signing in with ${provider} has to begin and end in the same browser within ten minutes. Nobody was signed in. Begin again from here.`,
    },
    away: {
      heading: "The provider does not answer",
      body: (provider: string) =>
        `${provider} could not tell us who you are. Nobody was signed in. Try again in a few minutes; with a password you can sign in meanwhile.`,
    },
    clock: {
      heading: "The clocks do not agree",
      body: (provider: string) =>
        `What ${provider} says was over already, or still to come, by the clock of this server. Nobody was signed in. Try again; if it happens again, tell the people who run this server.`,
    },
    refused: {
      heading: "That did not work",
      body: (provider: string) =>
        `What came back from ${provider} could not be believed. Nobody was signed in. Try again; if it happens again, tell the people who run this server.`,
    },
    stale: {
      heading: "You were not asked to sign in again",
      body: (provider: string) =>
        `${provider} let you pass without asking who you are, and what you wish to do cannot be taken back. Nothing has changed. Sign out at ${provider}, then begin again on the page of your account.`,
    },
    "somebody-else": {
      heading: "You signed in there as somebody else",
      body: (provider: string) =>
        `Whoever signed in at ${provider} is not the one whose account is open here. Nothing has changed. Begin again on the page of your account, as yourself.`,
    },
    locked: {
      heading: "This account is locked",
      body: (_provider: string) => "You cannot sign in with it. Ask the people who run this server.",
    },
    unknown: {
      heading: "There is no account for you here yet",
      body: (provider: string) =>
        `${provider} knows you, but no account here is connected with it. If you have an account, sign in with its password and connect ${provider} on the page of your account. If you have none, open the invitation that you were sent and continue with ${provider} there.`,
    },
    "name-reads-alike": {
      heading: "Somebody there is called the same",
      body: (provider: string) =>
        `A member of the community has a name that reads like yours at ${provider}. No account was made. Open your invitation again and make an account with a password and another name; you can connect ${provider} with it on the page of your account.`,
    },
    "email-taken": {
      heading: "There is an account with your e-mail address already",
      body: (provider: string) =>
        `It may be yours, but ${provider} alone does not open it. Sign in with its password and connect ${provider} on the page of your account; then open your invitation again.`,
    },
    "no-email": {
      heading: "Your e-mail address is not known",
      body: (provider: string) =>
        `${provider} did not tell us an e-mail address of yours that it has checked, and an account needs one. Check it there and try again, or open your invitation and make an account with a password.`,
    },
    gone: {
      heading: "This invitation can no longer be used",
      body: (_provider: string) => "It was used up, has expired or was withdrawn meanwhile. Ask for a new one.",
    },
    "signed-out": {
      heading: "You were signed out meanwhile",
      body: (provider: string) => `Sign in again, then connect ${provider} on the page of your account.`,
    },
    "of-another": {
      heading: "It is connected with another account",
      body: (provider: string) =>
        `Whoever you are at ${provider} signs in to another account here. Disconnect it there first, or sign in to ${provider} as somebody else.`,
    },
    "has-another": {
      heading: "Your account is connected already",
      body: (provider: string) =>
        `Your account here is connected with somebody else at ${provider}. Disconnect that on the page of your account first.`,
    },
    later: {
      heading: "Not just now",
      body: (_provider: string) =>
        "There were too many tries from your network, or this server cannot keep anything at the moment. Try again in a minute.",
    },
    toSignIn: "Sign in",
    toAccount: "Go to your account",
    toHome: "Go to my communities",
  },

  ways: {
    heading: "How you sign in",
    password: "Password",
    passwordSet: "You can sign in with your e-mail address and your password.",
    passwordNone: "You have no password here.",
    provider: (provider: string) => `You can sign in with ${provider}.`,
    another: (issuer: string) => `Connected with ${issuer}, which lets nobody in here at the moment.`,
    as: (name: string) => `You are ${name} there.`,
    since: (when: string) => `Connected ${when === "now" ? "just now" : when}`,
    connect: (provider: string) => `Connect ${provider}`,
    connectHint: (provider: string) => `Then you can sign in with ${provider} as well.`,
    disconnect: "Disconnect",
    disconnectLabel: (provider: string) => `Disconnect ${provider}`,
    disconnected: (provider: string) => `${provider} does not sign you in any more`,
    lastWay: "It is your only way in, so it stays. Whoever runs this server can make you a link to set a password.",
    signOut: (provider: string) =>
      `Signing out here ends your visit here only: you stay signed in at ${provider}. On a device that others use, sign out there too.`,
  },
};
