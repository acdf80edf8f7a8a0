/** Entries of the ledger in words. Documents stand there by their names on the wire; a reader knows their titles. */
import type { Catalogue } from "../../messages/index.ts";
import {
  joinPolicies,
  type LedgerEntry,
  type Privacy,
  privacies,
  type Role,
  roles,
  verdicts,
} from "../../sync/index.ts";
import { sayRule, sayVerdict } from "./rule.ts";
import { pointInTime } from "./time.ts";

export interface EntryWords {
  readonly sentence: string;
  /** Why, where somebody had to say so. */
  readonly reason: string | null;
}

/** @param titles - of documents by their names, as far as they are known */
export function describeEntry(
  entry: LedgerEntry,
  titles: ReadonlyMap<string, string>,
  language: string,
  catalogue: Catalogue,
): EntryWords {
  const reason = entry.detail["reason"];
  return {
    sentence: sentenceOf(entry, titles, language, catalogue),
    reason: typeof reason === "string" && reason !== "" ? reason : null,
  };
}

function sentenceOf(
  entry: LedgerEntry,
  titles: ReadonlyMap<string, string>,
  language: string,
  catalogue: Catalogue,
): string {
  const text = catalogue.portal.ledger;
  const { acts } = text;
  const { archive } = catalogue;
  const who = entry.actor ?? text.nobody;
  const word = (key: string): string => {
    const value = entry.detail[key];
    return typeof value === "string" ? value : "";
  };
  const count = (key: string): number => {
    const value = entry.detail[key];
    return typeof value === "number" ? value : 0;
  };
  const whom = entry.member ?? text.somebody;
  const title = titles.get(word("document"));
  const document = title === undefined || title === "" ? text.someDocument : text.titled(title);
  const role = (key: string): string => sayRole(word(key), catalogue);
  const privacy = (key: string): string => sayPrivacy(word(key), catalogue);
  switch (entry.act) {
    case "community-founded":
      return acts.founded(who, word("name"));
    case "community-changed":
      return acts.changed(who, sayChanges(entry, catalogue));
    case "invitation-made": {
      const until = entry.detail["expiresAt"];
      return acts.invited(who, role("role"), typeof until === "number" ? pointInTime(until, language) : "?");
    }
    case "invitation-withdrawn":
      return acts.withdrew(who);
    case "member-joined":
      return acts.joined(who, role("role"));
    case "role-changed":
      return acts.roleChanged(who, whom, role("from"), role("to"));
    case "member-removed":
      return acts.removed(who, whom);
    case "member-left":
      return acts.left(who);
    case "document-created":
      return acts.started(who, document, privacy("privacy"));
    case "document-binned":
      return acts.binned(who, document);
    case "document-restored":
      return acts.restored(who, document);
    case "question-binned":
      return catalogue.questions.acts.binned(who, document);
    case "question-restored":
      return catalogue.questions.acts.restored(who, document);
    case "privacy-changed":
      return acts.opened(who, document, privacy("from"), privacy("to"));
    case "community-exported":
      return archive.acts.exported(who, count("documents"));
    case "community-imported": {
      const at = entry.detail["exportedAt"];
      const when = typeof at === "number" ? pointInTime(at, language) : "?";
      const { imported, ledgerMissing, ledgerBroken } = archive.acts;
      const found = word("ledger");
      const doubt = found === "missing" ? ledgerMissing : found === "broken" ? ledgerBroken : "";
      return `${imported(who, count("documents"), when)}${doubt}`;
    }
    case "document-deleted-for-good":
      return catalogue.forGood.acts.deleted(who);
    case "leadership-handed-over": {
      const { handedOver, afterwards } = catalogue.forGood.acts;
      const act = handedOver(who, whom);
      const then = word("afterwards");
      return then === "deputy" || then === "member" || then === "gone" ? afterwards[then](act) : act;
    }
    case "inactivity-rule-changed": {
      const { ruleSet, ruleGone } = catalogue.forGood.acts;
      const ask = count("askAfterDays");
      return ask === 0 ? ruleGone(who) : ruleSet(who, ask, count("stepBackAfterDays"));
    }
    case "member-stepped-back":
      return catalogue.forGood.acts.steppedBack(whom);
    case "leadership-passed":
      return catalogue.forGood.acts.passed(whom);
    case "operator-acted": {
      const { locked, unlocked, linked } = acts.operator;
      const deed = word("deed");
      return (deed === "lock" ? locked : deed === "unlock" ? unlocked : linked)(whom);
    }
    case "password-link-made": {
      const { byHand, byMail } = catalogue.portal.passwordLink.acts;
      return (word("way") === "mail" ? byMail : byHand)(who, whom);
    }
    case "member-came-back":
      return catalogue.forGood.acts.cameBack(who);
    case "access-granted": {
      const until = entry.detail["until"];
      const act = acts.granted(who, whom, document, sayAccess(word("access"), catalogue));
      return typeof until === "number" ? acts.ending(act, pointInTime(until, language)) : act;
    }
    case "request-accepted":
      return word("before") === "removed" ? acts.acceptedAgain(who, whom) : acts.accepted(who, whom);
    case "request-declined":
      return acts.declined(who, whom);
    case "member-joined-freely":
      return acts.joinedFreely(who);
    case "comment-taken-away":
      return acts.tookAway(who, whom);
    case "member-renamed":
      return acts.renamed(who);
    case "sub-group-made":
      return acts.groupMade(who, word("name"));
    case "sub-group-joined":
      return acts.groupJoined(who, whom, word("name"));
    case "sub-group-left":
      return acts.groupLeft(who, word("name"));
    case "suggestion-merged": {
      const { merged, mergedSome } = catalogue.branches.ledger;
      return (word("part") === "some" ? mergedSome : merged)(who, whom, document);
    }
    case "suggestion-discarded":
      return catalogue.branches.ledger.discarded(who, whom, document);
    case "suggestion-reopened":
      return catalogue.branches.ledger.reopened(who, whom, document);
    case "round-opened": {
      const { rounds } = catalogue;
      const names = word("anonymity") === "anonymous" ? rounds.anonymous : rounds.named;
      return rounds.acts.opened(who, document, names, sayRule(word("rule"), catalogue).join(" "));
    }
    case "round-closed":
      return catalogue.rounds.acts.closed(
        document,
        sayVerdict(word("verdict"), catalogue),
        count("voted"),
        count("eligible"),
      );
    case "round-voided":
      return catalogue.rounds.acts.voided(who, document);
    case "publication-prepared":
      return catalogue.publication.acts.prepared(who, document, count("signatories"));
    case "publication-signed":
      return catalogue.publication.acts.signed(who, document);
    case "publication-declined":
      return catalogue.publication.acts.declined(who, document);
    case "version-published":
      return catalogue.publication.acts.published(who, document, word("number"));
    case "version-withdrawn":
      return catalogue.publication.acts.withdrawn(who, document, word("reason"));
    case "interests-declared":
      return catalogue.interests.acts.declared(who, count("entries"));
    case "interests-judged": {
      const { acts: said, short } = catalogue.interests;
      const verdict = verdicts.find((known) => known === word("verdict"));
      const say = entry.detail["question"] === undefined ? said.judged : said.judgedQuestion;
      return say(who, whom, document, verdict === undefined ? word("verdict") : short[verdict]);
    }
    case "meeting-planned":
      return catalogue.meetingLedger.planned(who, word("title"));
    case "meeting-cancelled":
      return catalogue.meetingLedger.cancelled(who, word("title"));
    case "meeting-opened":
      return catalogue.meetingLedger.opened(who, word("title"));
    case "meeting-ended":
      return catalogue.meetingLedger.ended(who, word("title"));
    case "participant-removed":
      return catalogue.meetingLedger.removed(who, whom, word("title"));
    default:
      return acts.other(who, entry.act);
  }
}

function sayChanges({ detail }: LedgerEntry, catalogue: Catalogue): string {
  const text = catalogue.portal.ledger;
  const { whatChanged } = text;
  const words = Object.entries(detail).flatMap(([key, value]) => {
    const said = typeof value === "string" ? value : "";
    switch (key) {
      case "name":
        return [whatChanged.name(said)];
      case "description":
        return [whatChanged.description()];
      case "accent":
        return [whatChanged.accent()];
      case "logo":
        return [value === null ? catalogue.look.ledger.noLogo : catalogue.look.ledger.logo];
      case "defaultPrivacy":
        return [whatChanged.defaultPrivacy(sayPrivacy(said, catalogue))];
      case "joinPolicy":
        return [whatChanged.joinPolicy(sayPolicy(said, catalogue))];
      default:
        return [];
    }
  });
  return words.length === 0 ? text.somethingElse : words.join(text.and);
}

function sayRole(word: string, { portal }: Catalogue): string {
  const role: Role | undefined = roles.find((known) => known === word);
  return role === undefined ? word : portal.roleInSentence[role];
}

function sayPrivacy(word: string, { portal }: Catalogue): string {
  const privacy: Privacy | undefined = privacies.find((known) => known === word);
  return privacy === undefined ? word : portal.privacyInSentence[privacy];
}

function sayPolicy(word: string, { joining }: Catalogue): string {
  const policy = joinPolicies.find((known) => known === word);
  return policy === undefined ? word : joining.policy.changed[policy];
}

function sayAccess(word: string, { portal }: Catalogue): string {
  const { access } = portal.ledger;
  return word === "read" || word === "comment" || word === "write" || word === "none" ? access[word] : word;
}
