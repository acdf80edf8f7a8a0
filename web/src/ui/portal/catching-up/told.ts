/** A notification in words, and where it leads. Pure. */
import type { Catalogue } from "../../../messages/index.ts";
import { type Notification, roles } from "../../../sync/index.ts";
import { dayOf } from "../../words/time.ts";
import { documentPath, suggestionsPath } from "../branches/paths.ts";
import { publicationPath } from "../publication/paths.ts";
import { toldOfEnd } from "../terms/term-words.ts";

/** Who did what. */
export function sentenceOf(notification: Notification, language: string, text: Catalogue): string {
  const { said } = text.catchingUp;
  const { actor: who, word, until } = notification;
  const ending = (sentence: string): string =>
    until === null ? sentence : said.until(sentence, dayOf(until, language));
  switch (notification.kind) {
    case "mention":
      return said.mention(who);
    case "reply":
      return said.reply(who);
    case "resolved":
      return said.resolved(who);
    case "suggestion-made":
      return said.suggestionMade(who);
    case "suggestion-taken":
      return said.suggestionTaken(who);
    case "suggestion-taken-in-part":
      return said.suggestionTakenInPart(who);
    case "suggestion-discarded":
      return said.suggestionDiscarded(who);
    case "role-changed": {
      const role = roles.find((known) => known === word);
      return ending(said.roleChanged(who, role === undefined ? (word ?? "") : text.portal.roleInSentence[role]));
    }
    case "access-granted":
      return word === "read" || word === "comment" || word === "write"
        ? ending(said.granted(who, said.access[word]))
        : said.revoked(who);
    case "sub-group-joined":
      return said.subGroupJoined(who, notification.subGroup ?? "");
    case "let-in":
      return said.letIn(who);
    case "asks-to-join":
      return said.asksToJoin(who);
    case "comment-taken-away":
      return said.takenAway(who);
    case "signature-asked":
      return text.publication.told.asked(who);
    case "signature-declined":
      return text.publication.told.declined(who);
    case "password-link-made":
      return text.portal.passwordLink.told(who);
    case "interests-judged":
      return text.interests.told.judged(who);
    case "round-opened":
      return text.rounds.told.opened(who);
    case "round-closed":
      return word === "voided" ? text.rounds.told.voided(who) : text.rounds.told.closed(who);
    case "term-ends": {
      const role = roles.find((known) => known === word) ?? "member";
      return toldOfEnd(role, notification.document !== null, until ?? notification.at, language, text);
    }
  }
}

/** In which document of which community. */
export function whereOf(notification: Notification, text: Catalogue): string {
  const { document, title, community } = notification;
  return document === null
    ? community
    : text.catchingUp.said.where(title === "" ? text.common.untitled : title, community);
}

/** The very thread, suggestion or page that it is about. */
export function pathOf(notification: Notification): string {
  const { document, branch, thread, round, communityId } = notification;
  if (round !== null) {
    return `/c/${communityId}/rounds/${encodeURIComponent(round)}`;
  }
  if (notification.kind === "interests-judged") {
    return `/c/${communityId}/interests`;
  }
  if (document !== null && (notification.kind === "signature-asked" || notification.kind === "signature-declined")) {
    return publicationPath(document);
  }
  if (document !== null && branch !== null) {
    return `${suggestionsPath(document)}/${encodeURIComponent(branch)}/changes`;
  }
  if (document !== null) {
    return thread === null ? documentPath(document) : `${documentPath(document)}?thread=${encodeURIComponent(thread)}`;
  }
  switch (notification.kind) {
    case "asks-to-join":
    case "role-changed":
    case "password-link-made":
      return `/c/${communityId}/members`;
    case "sub-group-joined":
      return `/c/${communityId}/groups`;
    default:
      return `/c/${communityId}`;
  }
}
