/** What to try in a demonstration. Each suggestion can be followed from here. */
import { Button } from "@mantine/core";
import { Copy, Unplug, UserPlus, Vote } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { roundsPath } from "../rounds/paths.ts";
import type { DemoHere } from "./demo-host.tsx";

export function TriesDialog(props: { readonly demo: DemoHere; readonly onClose: () => void }): ReactNode {
  const { demo, onClose } = props;
  const text = useWords();
  const words = text.demo.tries;
  const toast = useToast();
  const address = location.origin;

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(address);
      toast({ message: words.copied });
    } catch {
      // It stands beside the button.
      toast({ message: address });
    }
  };
  const pull = async (): Promise<void> => {
    try {
      await demo.api.pullPlug();
      toast({ message: words.pulled });
      onClose();
    } catch (error) {
      toast({ message: describePortalFailure(error, text), tone: "alarm" });
    }
  };

  return (
    <Dialog title={words.title} onClose={onClose} size="lg">
      <div className="demo-tries">
        <p className="dialog-lead">{words.open}</p>
        <Try title={words.secondTitle} body={words.second}>
          <code className="demo-try__address">{address}</code>
          <Button
            variant="default"
            leftSection={<Copy size={16} aria-hidden="true" />}
            onClick={() => void copy()}
            data-autofocus
          >
            {words.copy}
          </Button>
        </Try>
        <Try title={words.offlineTitle} body={words.offline}>
          <Button variant="default" leftSection={<Unplug size={16} aria-hidden="true" />} onClick={() => void pull()}>
            {words.plug}
          </Button>
        </Try>
        <Try title={words.decideTitle} body={words.decide}>
          {demo.now !== null && (
            <Button
              component={Link}
              href={roundsPath(demo.now.community)}
              variant="default"
              leftSection={<Vote size={16} aria-hidden="true" />}
              onClick={onClose}
            >
              {words.toDecide}
            </Button>
          )}
        </Try>
        <Try title={words.inviteTitle} body={words.invite}>
          {demo.now !== null && (
            <Button
              component={Link}
              href={`/c/${demo.now.community}/members`}
              variant="default"
              leftSection={<UserPlus size={16} aria-hidden="true" />}
              onClick={onClose}
            >
              {words.toMembers}
            </Button>
          )}
        </Try>
      </div>
    </Dialog>
  );
}

function Try(props: { readonly title: string; readonly body: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className="demo-try">
      <h3>{props.title}</h3>
      <p>{props.body}</p>
      <div className="demo-try__way">{props.children}</div>
    </section>
  );
}
