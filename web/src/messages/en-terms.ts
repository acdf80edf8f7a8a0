/** The words about terms with an end, in English. */

export const enTerms = {
  /** What has an end. */
  what: {
    leader: "Your term as leader",
    deputy: "Your term as deputy leader",
    member: "Your membership",
    guest: "Your guest access",
    listener: "Your access as a listener",
    grant: "Your access to this document",
  },
  endsTitle: (what: string, when: string) => `${what} ends on ${when}`,
  ends: "After that you do not see this any more. A leader of the community can make it longer.",
  endedTitle: (what: string, when: string) => `${what} ended on ${when}`,
  ended: "That is why you do not see this any more. A leader of the community can give you access again.",
  /** In the list of what concerns one. */
  told: (what: string, when: string) => `${what} ends on ${when}`,
  /** For those who could make it longer. */
  offer: (who: string, role: string, when: string) => `${who} is ${role} until ${when}: make it longer, or let it end`,
} as const;
