/** What is new about a document, in words. Pure. */
import type { Catalogue } from "../../../messages/index.ts";
import type { DocumentNews } from "../../../sync/index.ts";
import { dayOf } from "../../words/time.ts";
import type { ForYou } from "./for-you.ts";

/** One fact a line: what concerns the viewer comes first. */
export function factsOf(news: DocumentNews, language: string, text: Catalogue): readonly string[] {
  const words = text.catchingUp.digest;
  const facts: string[] = [];
  const callers = [...new Set(news.mentions.map(({ actor }) => actor))];
  facts.push(...callers.map((who) => words.mentionedBy(who)));
  for (const branch of news.decided) {
    facts.push(
      branch.state === "merged"
        ? branch.isMine
          ? words.mineTaken
          : words.taken(branch.author)
        : branch.isMine
          ? words.mineDiscarded
          : words.discarded(branch.author),
    );
  }
  if (news.waitingCount > 0) {
    facts.push(words.waiting(news.waitingCount));
  }
  if (news.sessions > 0) {
    const work = words.sessions(news.sessions, news.edits);
    const names = new Intl.ListFormat(language, { type: "conjunction" });
    const who =
      news.moreAuthors > 0 ? words.andMore(news.authors.join(", "), news.moreAuthors) : names.format(news.authors);
    facts.push(news.authors.length === 0 ? work : words.by(work, who));
  }
  if (news.comments > 0) {
    facts.push(words.comments(news.comments));
  }
  if (news.versions.length > 0) {
    facts.push(words.versions(news.versions.map((name) => words.quoted(name)).join(", ")));
  }
  return facts;
}

/** An offer in words. */
export function sayOffer(offer: ForYou, language: string, text: Catalogue): string {
  const words = text.catchingUp.forYou;
  const titled = (title: string): string => (title === "" ? text.common.untitled : title);
  switch (offer.kind) {
    case "round":
      return text.rounds.told.offer(offer.question);
    case "declare":
      return offer.isOld ? text.interests.told.old : text.interests.told.missing;
    case "mention":
      return words.mention(offer.who, titled(offer.title));
    case "decided":
      return offer.taken ? words.decidedTaken(titled(offer.title)) : words.decidedDiscarded(titled(offer.title));
    case "requests":
      return words.requests(offer.count);
    case "watched":
      return text.publication.watch.digest(offer.count);
    case "ending":
      return text.terms.offer(offer.name, text.portal.roleInSentence[offer.role], dayOf(offer.until, language));
    case "waiting":
      return words.waiting(offer.count, titled(offer.title));
    case "go-on":
      return words.goOn(titled(offer.title));
    case "comments":
      return words.comments(offer.count, titled(offer.title));
    case "newcomers":
      return words.newcomers(offer.names.join(", "));
    case "public":
      return words.public(titled(offer.title));
    case "invite":
      return words.invite;
  }
}
