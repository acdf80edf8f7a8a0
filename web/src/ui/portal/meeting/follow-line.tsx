/** That one follows, follows no longer, or is followed, and the one thing to do about it. It stays at the foot of the text. */
import "./follow-line.css";
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { Catalogue } from "../../../messages/index.ts";
import { useWords } from "../../context.tsx";
import { isOpenHere, useFollow } from "./follow-context.tsx";
import type { Following } from "./following.ts";
import { useRoom } from "./room-context.tsx";

/** The one thing to do. */
interface Choice {
  readonly label: string;
  readonly isMain: boolean;
  readonly run: () => void;
}

/** `onAgain` is called before one follows again. */
export function FollowLine(props: { readonly onAgain: () => void }): ReactNode {
  const here = useRoom();
  const { following, stop, again } = useFollow();
  const words = useWords().meeting.follow;
  // One button whatever it does, so that the focus stays on it.
  const choices: Readonly<Record<Following["kind"], Choice | null>> = {
    nobody: null,
    presenting: { label: words.stopPresenting, isMain: false, run: () => void here.act({ do: "stop-presenting" }) },
    along: { label: words.stop, isMain: false, run: stop },
    away: {
      label: following.kind === "away" && following.why === "writing" ? words.begin : words.again,
      isMain: true,
      run: () => {
        props.onAgain();
        again();
      },
    },
  };
  const presented = here.inside.room?.presenting?.document ?? null;
  const isHidden = following.kind === "along" && presented !== null && !isOpenHere(here, presented);
  const choice = isHidden ? null : choices[following.kind];
  return (
    <section
      className="follow-line"
      data-following={following.kind}
      aria-label={following.kind === "nobody" ? undefined : words.region}
    >
      <div className="follow-line__box">
        {/* It is there before there is something to say: what comes into it is announced, once. */}
        <p role="status">
          {isHidden ? words.hidden(here.nameOf(following.who)) : sayFollowing(following, here.nameOf, words)}
        </p>
        {choice !== null && (
          <Button size="compact-sm" variant={choice.isMain ? "filled" : "light"} onClick={choice.run}>
            {choice.label}
          </Button>
        )}
      </div>
    </section>
  );
}

export function sayFollowing(
  following: Following,
  nameOf: (who: Extract<Following, { readonly kind: "along" }>["who"]) => string,
  words: Catalogue["meeting"]["follow"],
): string {
  switch (following.kind) {
    case "nobody":
      return "";
    case "presenting":
      return words.presenting;
    case "along":
      return words.along(nameOf(following.who));
    case "away":
      return following.why === "writing" ? words.writing(nameOf(following.who)) : words.away(nameOf(following.who));
  }
}
