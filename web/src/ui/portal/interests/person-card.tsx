/** One person: what they declare, how they are judged, and judging them. */
import { Button, Loader } from "@mantine/core";
import { type ReactNode, useCallback, useState } from "react";
import type { CommunityId, PersonInterests } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Notice } from "../../shell/notice.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { dayOf } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { nothing, useAsked } from "../use-asked.ts";
import { DeclarationView } from "./declaration-view.tsx";
import { JudgeDialog, type Person } from "./judge-dialog.tsx";
import { aboutOf } from "./words.ts";

export function PersonCard(props: {
  readonly community: CommunityId;
  readonly person: PersonInterests;
  readonly isOld: boolean;
  readonly mayJudge: boolean;
  readonly onChange: () => void;
}): ReactNode {
  const { community, person, isOld, mayJudge } = props;
  const text = useWords();
  const words = text.interests;
  const language = useLanguage();
  const [open, setOpen] = useState<"judge" | "earlier" | null>(null);
  const close = (): void => setOpen(null);
  const { who, declaration, judgements } = person;
  const when = declaration === null ? "" : dayOf(declaration.at, language);
  return (
    <li className="interests__person">
      <h4>
        {who.name} <span className="interests__role">{text.portal.roleInSentence[person.role]}</span>
      </h4>
      <p className={declaration === null || isOld ? "interests__state interests__state--due" : "interests__state"}>
        {declaration === null ? words.list.never : isOld ? words.list.oldOn(when) : words.list.declaredOn(when)}
      </p>
      {declaration !== null && <DeclarationView declaration={declaration} />}
      {judgements.length > 0 && (
        <ul className="interests__judgements" aria-label={words.list.judgedOf(who.name)}>
          {judgements.map((judgement) => (
            <li key={`${judgement.document} ${judgement.question ?? ""}`}>
              {words.judgedLine(aboutOf(judgement, text), words.short[judgement.verdict])} {judgement.reason}{" "}
              <span className="interests__by">{words.own.by(judgement.by.name, dayOf(judgement.at, language))}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="interests__acts">
        {mayJudge && (
          <Button
            variant="default"
            size="compact-md"
            aria-label={words.list.judgeLabel(who.name)}
            onClick={() => setOpen("judge")}
          >
            {words.list.judge}
          </Button>
        )}
        {person.declared > 1 && (
          <Button variant="subtle" size="compact-md" onClick={() => setOpen("earlier")}>
            {words.list.earlier}
          </Button>
        )}
      </div>
      {open === "judge" && <JudgeDialog community={community} member={who} onDone={props.onChange} onClose={close} />}
      {open === "earlier" && <EarlierDialog community={community} who={who} onClose={close} />}
    </li>
  );
}

function EarlierDialog(props: {
  readonly community: CommunityId;
  readonly who: Person;
  readonly onClose: () => void;
}): ReactNode {
  const { community, who } = props;
  const text = useWords();
  const words = text.interests.list;
  const language = useLanguage();
  const portal = usePortal();
  const ask = useCallback(
    (signal: AbortSignal) => portal.api.interests.history(community, who.id, signal),
    [portal, community, who.id],
  );
  const { value, error } = useAsked(ask, nothing, "once");
  return (
    <Dialog title={words.earlierTitle(who.name)} onClose={props.onClose} size="lg">
      {value === null && error === null && <Loader size="sm" role="img" aria-label={text.common.loading} />}
      {error !== null && <Notice tone="plain">{describePortalFailure(error, text, text.interests.codes)}</Notice>}
      {value?.map((declaration) => (
        <section key={declaration.id} className="interests__earlier">
          <h3>{words.declaredOn(dayOf(declaration.at, language))}</h3>
          <DeclarationView declaration={declaration} />
        </section>
      ))}
    </Dialog>
  );
}
