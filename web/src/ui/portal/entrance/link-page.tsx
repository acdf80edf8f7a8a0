/** What a link is for, before anything is done with it; and what is said when it is for nothing. */
import { Button } from "@mantine/core";
import { type ReactNode, useCallback } from "react";
import { Link } from "wouter";
import { isUnreachable, type LinkWord } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useObservable } from "../../hooks/use-observable.ts";
import { MessagePage } from "../../shell/message-page.tsx";
import { Waiting } from "../../shell/plain-pages.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal } from "../context.tsx";
import { nothing, useAsked } from "../use-asked.ts";

export function LinkPage(props: {
  readonly secret: string;
  /** The page for a link of the kind that belongs to this address; `null` for another kind. */
  readonly page: (link: LinkWord) => ReactNode;
  /** Instead of the word that it can be used no more. */
  readonly gone?: ReactNode;
}): ReactNode {
  const { secret, page } = props;
  const text = useWords();
  const portal = usePortal();
  const ask = useCallback((signal: AbortSignal) => portal.api.links.ask(secret, signal), [portal, secret]);
  const { value, error } = useAsked(ask, nothing, "once");
  if (value !== null) {
    return page(value) ?? <GonePage />;
  }
  if (error === null) {
    return <Waiting />;
  }
  if (isUnreachable(error)) {
    return <MessagePage title={text.portal.unreachable.title} body={text.portal.unreachable.body} />;
  }
  return error instanceof Error && isGone(error) ? (
    (props.gone ?? <GonePage />)
  ) : (
    <MessagePage title={text.portal.link.failed} body={describePortalFailure(error, text)} />
  );
}

function isGone(error: Error): boolean {
  return "failure" in error && (error.failure as { readonly kind?: unknown }).kind === "not-found";
}

export function GonePage(): ReactNode {
  const text = useWords().portal.link;
  const isIn = useObservable(usePortal().standing).kind === "in";
  return (
    <MessagePage
      title={text.gone}
      body={text.goneBody}
      action={
        <Button component={Link} href={isIn ? "/" : "/sign-in"}>
          {isIn ? text.toHome : text.toSignIn}
        </Button>
      }
    />
  );
}
