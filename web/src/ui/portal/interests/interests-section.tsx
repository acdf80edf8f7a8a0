/** What everybody in a community declares, how they are judged, and one's own part of both. */
import "./interests.css";
import { Button, Loader, NativeSelect } from "@mantine/core";
import { Printer } from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";
import { belongs, type Community, isUnreachable, manages, type PersonInterests } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { dayOf } from "../../words/time.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { DeclarationView } from "./declaration-view.tsx";
import { DeclareDialog } from "./declare-dialog.tsx";
import { PersonCard } from "./person-card.tsx";
import { sayOwn } from "./words.ts";

const filters = ["all", "missing", "old", "judged"] as const;
type Filter = (typeof filters)[number];

export function InterestsSection(props: { readonly community: Community }): ReactNode {
  const { community } = props;
  const text = useWords();
  const words = text.interests;
  const portal = usePortal();
  const { account } = useSignedIn();
  const ask = useCallback(
    (signal: AbortSignal) => portal.api.interests.of(community.id, signal),
    [portal, community.id],
  );
  const { value, error, refresh } = useAsked(ask);
  const me = value?.people.find(({ who }) => who.id === account.id) ?? null;
  const seesAll = belongs(community.role);
  return (
    <section className="interests" aria-labelledby="interests">
      <h2 id="interests">{words.section}</h2>
      <p className="portal-section__lead">{seesAll ? words.lead : words.guestLead}</p>
      {error !== null && (
        <Notice tone={isUnreachable(error) ? "plain" : "alarm"}>
          {describePortalFailure(error, text, words.codes)}
        </Notice>
      )}
      {value === null && error === null && (
        <div className="documents__waiting" aria-busy="true">
          <Loader size="sm" role="img" aria-label={text.common.loading} />
        </div>
      )}
      {value !== null && me !== null && (
        <Mine community={community} me={me} oldBefore={value.oldBefore} onChange={refresh} />
      )}
      {value !== null && seesAll && (
        <Everybody community={community} people={value.people} oldBefore={value.oldBefore} onChange={refresh} />
      )}
    </section>
  );
}

function Mine(props: {
  readonly community: Community;
  readonly me: PersonInterests;
  readonly oldBefore: number;
  readonly onChange: () => void;
}): ReactNode {
  const { community, me, oldBefore } = props;
  const text = useWords();
  const words = text.interests;
  const language = useLanguage();
  const [isDeclaring, setDeclaring] = useState(false);
  const { declaration } = me;
  const isOld = declaration !== null && declaration.at < oldBefore;
  const when = declaration === null ? "" : dayOf(declaration.at, language);
  return (
    <section className="portal-section interests__mine" aria-labelledby="own-interests">
      <h3 id="own-interests">{words.mine.heading}</h3>
      {declaration === null || isOld ? (
        <Notice tone="notice">{declaration === null ? words.mine.never : words.mine.old(when)}</Notice>
      ) : (
        <p>{words.mine.declared(when)}</p>
      )}
      {declaration !== null && <DeclarationView declaration={declaration} />}
      <Button className="interests__act" onClick={() => setDeclaring(true)}>
        {declaration === null ? words.mine.declare : words.mine.again}
      </Button>
      <h3>{words.mine.judged}</h3>
      {me.judgements.length === 0 ? (
        <p>{words.mine.notJudged}</p>
      ) : (
        <ul className="interests__judgements">
          {me.judgements.map((judgement) => (
            <li key={`${judgement.document} ${judgement.question ?? ""}`}>
              {sayOwn(judgement, text)}{" "}
              <span className="interests__by">{words.own.by(judgement.by.name, dayOf(judgement.at, language))}</span>
            </li>
          ))}
        </ul>
      )}
      {isDeclaring && (
        <DeclareDialog
          community={community.id}
          last={declaration}
          onDone={props.onChange}
          onClose={() => setDeclaring(false)}
        />
      )}
    </section>
  );
}

function Everybody(props: {
  readonly community: Community;
  readonly people: readonly PersonInterests[];
  readonly oldBefore: number;
  readonly onChange: () => void;
}): ReactNode {
  const { community, people, oldBefore } = props;
  const words = useWords().interests.list;
  const { account } = useSignedIn();
  const [filter, setFilter] = useState<Filter>("all");
  const shown = people.filter((person) => passes(person, filter, oldBefore));
  return (
    <section className="portal-section" aria-labelledby="all-interests">
      <div className="portal-section__head">
        <h3 id="all-interests">{words.heading}</h3>
        <Button
          variant="default"
          size="compact-md"
          className="interests__print"
          leftSection={<Printer size={16} aria-hidden="true" />}
          onClick={() => window.print()}
        >
          {words.print}
        </Button>
      </div>
      <NativeSelect
        className="interests__filter"
        label={words.filter}
        value={filter}
        data={filters.map((value) => ({ value, label: words.filters[value] }))}
        onChange={(event) => setFilter(filters.find((each) => each === event.currentTarget.value) ?? "all")}
      />
      <p className="interests__count" aria-live="polite">
        {shown.length === 0 ? words.none : words.count(shown.length)}
      </p>
      <ul className="interests__people">
        {shown.map((person) => (
          <PersonCard
            key={person.who.id}
            community={community.id}
            person={person}
            isOld={isOld(person, oldBefore)}
            mayJudge={manages(community.role) && person.who.id !== account.id}
            onChange={props.onChange}
          />
        ))}
      </ul>
    </section>
  );
}

function isOld({ declaration }: PersonInterests, oldBefore: number): boolean {
  return declaration !== null && declaration.at < oldBefore;
}

function passes(person: PersonInterests, filter: Filter, oldBefore: number): boolean {
  switch (filter) {
    case "all":
      return true;
    case "missing":
      return person.declaration === null;
    case "old":
      return isOld(person, oldBefore);
    case "judged":
      return person.judgements.length > 0;
  }
}
