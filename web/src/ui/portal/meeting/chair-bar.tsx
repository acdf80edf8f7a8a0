/** Everything by which a meeting is led, in one bar. Who leads nothing has no such bar. */
import { Button, Menu } from "@mantine/core";
import { ChevronDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useWords } from "../../context.tsx";
import { IN_HEAD } from "../../shell/in-head.ts";
import { useToast } from "../../shell/toast.tsx";
import { ConfirmDialog } from "../community/confirm-dialog.tsx";
import { FloorDialog, FreezeDialog } from "./floor-dialogs.tsx";
import { LockDialog } from "./lock-dialog.tsx";
import { PlaceDialog } from "./place-dialog.tsx";
import { PollDialog } from "./poll-card.tsx";
import { useRoom } from "./room-context.tsx";
import { RoundDialog } from "./round-dialogs.tsx";
import { isOpenRound } from "./standing.ts";

type Asked = "floor" | "freeze" | "lock" | "poll" | "round" | "gather" | "spotlight" | "end";

export function ChairBar(): ReactNode {
  const here = useRoom();
  const { inside, may } = here;
  const words = useWords().meeting.chair;
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = (): void => setAsked(null);
  const { room } = inside;
  const hasOpenPoll = room?.poll !== null && room?.poll?.counts === null;
  const hasOpenRound = room?.rounds.some(isOpenRound) === true;
  const button = (what: Asked, label: string): ReactNode => (
    <Button key={what} size="compact-sm" variant="default" onClick={() => setAsked(what)}>
      {label}
    </Button>
  );
  const mayPresent = may("present") || may("stop-presenting");
  const buttons = [
    may("open") && (
      <Button key="open" size="compact-sm" onClick={() => void here.act({ do: "open" })}>
        {words.open}
      </Button>
    ),
    may("reclaim") && (
      <Button key="reclaim" size="compact-sm" onClick={() => void here.act({ do: "reclaim" })}>
        {words.reclaim}
      </Button>
    ),
    may("set-floor") && button("floor", words.floor),
    inside.freeze === null
      ? may("freeze") && button("freeze", words.freeze)
      : may("unfreeze") && (
          <Button key="unfreeze" size="compact-sm" variant="filled" onClick={() => void here.act({ do: "unfreeze" })}>
            {words.unfreeze}
          </Button>
        ),
    may("lock") && button("lock", words.lock),
    may("open-poll") && !hasOpenPoll && button("poll", words.poll),
    may("open-round") && !hasOpenRound && button("round", words.round),
    room?.gathering
      ? may("cancel-gather") && (
          <Button
            key="cancel-gather"
            size="compact-sm"
            variant="default"
            onClick={() => void here.act({ do: "cancel-gather" })}
          >
            {words.cancelGather}
          </Button>
        )
      : may("gather") && button("gather", words.gather),
    room?.spotlight
      ? may("end-spotlight") && (
          <Button
            key="end-spotlight"
            size="compact-sm"
            variant="default"
            onClick={() => void here.act({ do: "end-spotlight" })}
          >
            {words.endSpotlight}
          </Button>
        )
      : may("spotlight") && button("spotlight", words.spotlight),
    mayPresent && <PresentButton key="present" />,
  ].filter((each) => each !== false && each !== undefined);
  const hasMore = may("set-lobby") || may("end");
  if (buttons.length === 0 && !hasMore) {
    return null;
  }
  return (
    <section className="chair-bar" aria-label={words.region}>
      {buttons}
      {hasMore && <More onEnd={() => setAsked("end")} />}
      {asked === "floor" && <FloorDialog onClose={close} />}
      {asked === "freeze" && <FreezeDialog onClose={close} />}
      {asked === "lock" && <LockDialog onClose={close} />}
      {asked === "poll" && <PollDialog onClose={close} />}
      {asked === "round" && <RoundDialog onClose={close} />}
      {(asked === "gather" || asked === "spotlight") && <PlaceDialog what={asked} onClose={close} />}
      {asked === "end" && (
        <ConfirmDialog
          title={words.endTitle}
          body={words.endBody}
          confirm={words.end}
          run={async () => {
            await here.command({ do: "end" });
            close();
          }}
          onClose={close}
        />
      )}
    </section>
  );
}

/** Among peers, whoever presents first does. */
function PresentButton(): ReactNode {
  const { inside, me, shown, act } = useRoom();
  const words = useWords().meeting.follow;
  const presenting = inside.room?.presenting ?? null;
  if (presenting?.who === me) {
    return (
      <Button size="compact-sm" variant="default" onClick={() => void act({ do: "stop-presenting" })}>
        {words.stopPresenting}
      </Button>
    );
  }
  return (
    presenting === null &&
    shown !== null && (
      <Button size="compact-sm" variant="default" onClick={() => void act({ do: "present", document: shown })}>
        {words.present}
      </Button>
    )
  );
}

function More(props: { readonly onEnd: () => void }): ReactNode {
  const here = useRoom();
  const words = useWords().meeting.chair;
  const toast = useToast();
  const setLobby = async (lobby: "open" | "knock"): Promise<void> => {
    if (await here.act({ do: "set-lobby", lobby })) {
      toast({ message: words.lobbySet });
    }
  };
  return (
    <Menu {...IN_HEAD} position="bottom-end" withinPortal>
      <Menu.Target>
        <Button size="compact-sm" variant="default" rightSection={<ChevronDown size={14} aria-hidden="true" />}>
          {words.more}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {here.may("set-lobby") && (
          <>
            <Menu.Item onClick={() => void setLobby("knock")}>{words.lobbyKnock}</Menu.Item>
            <Menu.Item onClick={() => void setLobby("open")}>{words.lobbyOpen}</Menu.Item>
          </>
        )}
        {here.may("end") && (
          <Menu.Item className="menu-danger" onClick={props.onEnd}>
            {words.end}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
