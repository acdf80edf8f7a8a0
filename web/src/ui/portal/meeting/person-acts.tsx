/** What whoever leads may do with somebody who is here. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { AccountId, Command } from "../../../sync/index.ts";
import { currentItem } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useToast } from "../../shell/toast.tsx";
import { ConfirmDialog } from "../community/confirm-dialog.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";
import { useRoom } from "./room-context.tsx";

export function PersonActs(props: {
  readonly who: AccountId;
  readonly name: string;
  readonly onDone: () => void;
}): ReactNode {
  const { who, name, onDone } = props;
  const here = useRoom();
  const { inside, may } = here;
  const words = useWords().meeting.people;
  const toast = useToast();
  const [asked, setAsked] = useState<"remove" | "hand-over" | null>(null);
  const item = currentItem(inside);
  const isGuest = inside.present.get(who) === "guest";
  const isDeputy = inside.deputies.includes(who);
  const act = async (command: Command): Promise<void> => {
    if (await here.act(command)) {
      onDone();
    }
  };
  const button = (key: string, label: string, run: () => void, className = ""): ReactNode => (
    <Button key={key} size="compact-sm" variant="default" className={className} onClick={run}>
      {label}
    </Button>
  );
  return (
    <div className="person-acts">
      {may("give-floor") && button("floor", words.giveFloor, () => void act({ do: "give-floor", who, time: null }))}
      {may("hand-over") && !isGuest && button("hand-over", words.handOver, () => setAsked("hand-over"))}
      {may("name-deputies") &&
        !isGuest &&
        who !== inside.leader &&
        button(
          "deputy",
          isDeputy ? words.noDeputy : words.makeDeputy,
          () =>
            void act({
              do: "name-deputies",
              deputies: isDeputy ? inside.deputies.filter((each) => each !== who) : [...inside.deputies, who],
            }),
        )}
      {may("recuse") && item !== null && !item.recused.has(who) && (
        <>
          {button("recuse", words.recuse, () => void act({ do: "recuse", who, item: item.id, how: "read-only" }))}
          {button("absent", words.recuseAbsent, () => void act({ do: "recuse", who, item: item.id, how: "absent" }))}
        </>
      )}
      {may("end-recusal") &&
        item?.recused.has(who) === true &&
        button("end-recusal", words.endRecusal, () => void act({ do: "end-recusal", who, item: item.id }))}
      {may("remove") &&
        who !== inside.leader &&
        button("remove", words.remove, () => setAsked("remove"), "menu-danger")}
      {asked === "remove" && (
        <ReasonDialog
          title={words.removeTitle(name)}
          body={words.removeBody}
          label={words.reason}
          missing={words.reasonMissing}
          submit={words.removeSubmit}
          run={async (reason) => {
            await here.command({ do: "remove", who, reason });
            toast({ message: words.removed(name) });
            onDone();
          }}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === "hand-over" && (
        <ConfirmDialog
          title={words.handOverTitle(name)}
          body={words.handOverBody}
          confirm={words.handOver}
          run={async () => {
            await here.command({ do: "hand-over", to: who });
            onDone();
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}
