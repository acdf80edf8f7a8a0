/** What is said when the way back from the provider ends without success. The address names one of a few sentences. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useWords } from "../../context.tsx";
import { useObservable } from "../../hooks/use-observable.ts";
import { Waiting } from "../../shell/plain-pages.tsx";
import { usePortal } from "../context.tsx";
import { EntrancePage } from "../entrance/entrance-page.tsx";
import { signInPath } from "../next.ts";

const endings = [
  "denied",
  "forgotten",
  "away",
  "clock",
  "stale",
  "somebody-else",
  "refused",
  "locked",
  "unknown",
  "email-taken",
  "name-reads-alike",
  "no-email",
  "gone",
  "signed-out",
  "of-another",
  "has-another",
  "later",
] as const;

type Ending = (typeof endings)[number];

/** Those after which somebody signs in with a password to go to the page of their account. */
const forAccount: readonly Ending[] = [
  "unknown",
  "email-taken",
  "signed-out",
  "of-another",
  "has-another",
  "stale",
  "somebody-else",
];

export function EndingPage(props: { readonly word: string }): ReactNode {
  const text = useWords();
  const words = text.signingIn;
  const portal = usePortal();
  const standing = useObservable(portal.standing);
  // An address that nobody was sent to says what is true of any.
  const ending = endings.find((known) => known === props.word) ?? "forgotten";
  const { heading, body } = words.endings[ending];
  if (standing.kind === "unknown" && standing.reach === "asking") {
    return <Waiting />;
  }
  const isIn = standing.kind === "in";
  const wantsAccount = forAccount.includes(ending);
  const [href, action] = isIn
    ? wantsAccount
      ? ["/account", words.endings.toAccount]
      : ["/", words.endings.toHome]
    : [wantsAccount ? signInPath("/account") : "/sign-in", words.endings.toSignIn];
  return (
    <EntrancePage
      title={words.endings.pageTitle}
      heading={heading}
      lead={<p>{body(portal.config.provider ?? "OpenID Connect")}</p>}
    >
      <Button component={Link} href={href} size="md" data-autofocus>
        {action}
      </Button>
    </EntrancePage>
  );
}
