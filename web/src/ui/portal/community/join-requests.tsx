/** Who asks to join, each with what they say and an answer to give. Nothing at all while nobody asks. */
import { Button } from "@mantine/core";
import { UserRoundPlus } from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";
import type { Community, JoinRequest } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { pointInTime } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";

export function JoinRequests(props: { readonly community: Community; readonly onChange: () => void }): ReactNode {
  const { community, onChange } = props;
  const text = useWords();
  const words = text.joining.requests;
  const portal = usePortal();
  const [pages, setPages] = useState(1);
  const { value, error, refresh } = useAsked(
    useCallback(
      (signal: AbortSignal) => portal.api.joining.requests(community.id, pages, signal),
      [portal, community.id, pages],
    ),
  );
  const changed = useCallback(() => {
    refresh();
    onChange();
  }, [refresh, onChange]);
  if (error === null && (value === null || value.items.length === 0)) {
    return null;
  }
  return (
    <section className="requests" aria-labelledby="requests">
      <div className="portal-section__head">
        <h2 id="requests">{words.heading}</h2>
      </div>
      {error !== null && <Notice tone="plain">{describePortalFailure(error, text)}</Notice>}
      <ul className="plain-list">
        {(value?.items ?? []).map((request) => (
          <RequestRow key={request.accountId} request={request} community={community} onChange={changed} />
        ))}
      </ul>
      {value?.hasMore === true && (
        <Button variant="default" onClick={() => setPages((last) => last + 1)}>
          {text.joining.more}
        </Button>
      )}
    </section>
  );
}

function RequestRow(props: {
  readonly request: JoinRequest;
  readonly community: Community;
  readonly onChange: () => void;
}): ReactNode {
  const { request, community, onChange } = props;
  const text = useWords();
  const words = text.joining.requests;
  const language = useLanguage();
  const portal = usePortal();
  const toast = useToast();

  const answer = async (given: "accept" | "decline", done: string): Promise<void> => {
    try {
      await portal.api.joining.answer(community.id, request.accountId, given);
      toast({ message: done });
    } catch (error) {
      toast({ message: describePortalFailure(error, text), tone: "alarm" });
    }
    onChange();
  };

  return (
    <li className="plain-row plain-row--wraps">
      <UserRoundPlus size={20} aria-hidden="true" className="plain-row__icon" />
      <div className="plain-row__words">
        <p className="plain-row__title">{request.name}</p>
        <p className="plain-row__facts">
          {request.email} · {words.asked(pointInTime(request.askedAt, language))}
        </p>
        {request.removedAt !== null && (
          <p className="plain-row__facts">{words.removed(pointInTime(request.removedAt, language))}</p>
        )}
        <blockquote className="plain-row__quote">{request.sentence}</blockquote>
      </div>
      <div className="plain-row__deeds">
        <Button
          variant="default"
          aria-label={words.declineLabel(request.name)}
          onClick={() => void answer("decline", words.declined(request.name))}
        >
          {words.decline}
        </Button>
        <Button
          aria-label={words.acceptLabel(request.name)}
          onClick={() => void answer("accept", words.accepted(request.name))}
        >
          {words.accept}
        </Button>
      </div>
    </li>
  );
}
