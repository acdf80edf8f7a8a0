/** What one is here for, in one's own words of five: it changes what one is offered first, and nothing else. */
import "./catching-up.css";
import { Checkbox } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { type ChosenRole, type CommunityId, chosenRoles } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal } from "../context.tsx";

export function ChosenRoles(props: {
  readonly community: CommunityId;
  readonly chosen: readonly ChosenRole[];
  readonly onChange: () => void;
}): ReactNode {
  const text = useWords();
  const words = text.catchingUp.chosen;
  const portal = usePortal();
  const toast = useToast();
  // What was chosen here goes before what the list said earlier.
  const [mine, setMine] = useState<readonly ChosenRole[] | null>(null);
  const chosen = mine ?? props.chosen;

  const toggle = async (role: ChosenRole): Promise<void> => {
    const before = mine;
    const next = chosenRoles.filter((each) => (each === role ? !chosen.includes(role) : chosen.includes(each)));
    setMine(next);
    try {
      setMine(await portal.api.digest.choose(props.community, next));
      toast({ message: words.saved });
      props.onChange();
    } catch (reason) {
      setMine(before);
      toast({ message: describePortalFailure(reason, text), tone: "alarm" });
    }
  };

  return (
    <fieldset className="chosen-roles">
      <legend>{words.heading}</legend>
      <p className="chosen-roles__lead">{words.lead}</p>
      {chosenRoles.map((role) => (
        <Checkbox
          key={role}
          label={words.roles[role]}
          description={words.about[role]}
          checked={chosen.includes(role)}
          onChange={() => void toggle(role)}
        />
      ))}
    </fieldset>
  );
}
