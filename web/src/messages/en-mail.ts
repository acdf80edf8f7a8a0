/** The words about mail, in English. */

export const enMail = {
  forgotten: {
    link: "Password forgotten?",
    pageTitle: "Password forgotten",
    heading: "Password forgotten",
    lead: "Enter the e-mail address of your account. You get a link with which you choose a new password.",
    submit: "Send me the link",
    askedHeading: "Look into your mail",
    asked: (email: string) =>
      `If there is an account with ${email}, a mail with a link is on its way. The link works once, for 24 hours.`,
    askedHint: "Nothing there after some minutes? Look among the unwanted mails, and check the address.",
    back: "Back to signing in",
    noMail: "This server sends no mail. The people who run it can make you a link for a new password.",
  },
  signInHelp: "No account? You come in by an invitation.",
  invitation: {
    email: "Send the link by mail to (optional)",
    emailHint: "You see the link afterwards as well.",
    mailed: (email: string) =>
      `A mail with this link is on its way to ${email}. You can also send it yourself; it is not shown again.`,
    notMailed:
      "The link could not be sent by mail just now. Send it to those you mean yourself; it is not shown again.",
  },
  account: {
    lastWay: "To get a password as well, sign out and choose “Password forgotten?” on the page for signing in.",
  },
};
