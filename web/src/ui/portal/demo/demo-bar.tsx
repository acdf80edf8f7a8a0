/** The bar of a demonstration, on top of every page: who one is, being somebody else, colleagues, what to try, again. */
import { Button, Menu } from "@mantine/core";
import { Lightbulb, PenLine, RotateCcw, UsersRound } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useWords } from "../../context.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { useSignedIn } from "../context.tsx";
import { AgainDialog } from "./again-dialog.tsx";
import { type DemoHere, useDemo } from "./demo-host.tsx";
import { BegunAgainNotice } from "./demo-notice.tsx";
import { PersonItems } from "./person-items.tsx";
import { TriesDialog } from "./tries-dialog.tsx";

export function DemoBar(): ReactNode {
  const demo = useDemo();
  return demo === null ? null : <Bar demo={demo} />;
}

function Bar(props: { readonly demo: DemoHere }): ReactNode {
  const { demo } = props;
  const text = useWords();
  const words = text.demo;
  const { account } = useSignedIn();
  const [dialog, setDialog] = useState<"tries" | "again" | null>(null);
  const me = demo.now?.people.find(({ accountId }) => accountId === account.id) ?? null;
  const who =
    me === null || me.role === null
      ? words.youAreYourself(account.name)
      : words.youAre(account.name, text.portal.roleInSentence[me.role]);
  return (
    <aside className="demo-bar" aria-label={words.region}>
      <div className="demo-bar__line">
        <p className="demo-bar__who">
          <span className="demo-bar__label">{words.label}</span>
          <span>{who}</span>
        </p>
        <div className="demo-bar__tools">
          <Menu width={280} position="bottom-end">
            <Menu.Target>
              <Button className="demo-tool" variant="subtle" size="compact-sm" leftSection={icon(UsersRound)}>
                {words.menu.switch}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <PersonItems demo={demo} />
            </Menu.Dropdown>
          </Menu>
          <Button
            className="demo-tool"
            variant="subtle"
            size="compact-sm"
            leftSection={icon(Lightbulb)}
            onClick={() => setDialog("tries")}
          >
            {words.tries.button}
          </Button>
          <Button
            className="demo-tool"
            variant="subtle"
            size="compact-sm"
            leftSection={icon(RotateCcw)}
            loading={demo.isAwaited}
            onClick={() => setDialog("again")}
          >
            {words.again.button}
          </Button>
          <ColleaguesSwitch demo={demo} />
        </div>
      </div>
      <BegunAgainNotice demo={demo} />
      {dialog === "tries" && <TriesDialog demo={demo} onClose={() => setDialog(null)} />}
      {dialog === "again" && <AgainDialog demo={demo} onClose={() => setDialog(null)} />}
    </aside>
  );
}

function icon(Icon: typeof PenLine): ReactNode {
  return <Icon size={16} aria-hidden="true" />;
}

function ColleaguesSwitch(props: { readonly demo: DemoHere }): ReactNode {
  const { demo } = props;
  const text = useWords();
  const words = text.demo.colleagues;
  const toast = useToast();
  const atWork = demo.now?.colleaguesAtWork ?? true;
  const set = async (): Promise<void> => {
    try {
      await demo.api.setColleagues(!atWork);
      demo.refresh();
      toast({ message: atWork ? words.nowOff : words.nowOn });
    } catch (error) {
      toast({ message: describePortalFailure(error, text), tone: "alarm" });
    }
  };
  return (
    <Button
      className="demo-tool"
      variant="subtle"
      size="compact-sm"
      leftSection={icon(PenLine)}
      role="switch"
      aria-checked={atWork}
      aria-label={words.label}
      title={words.hint}
      disabled={demo.now === null}
      onClick={() => void set()}
    >
      {words.label}: {atWork ? words.on : words.off}
    </Button>
  );
}
