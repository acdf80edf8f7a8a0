/** Who can see the open document, as a sign in the bar that leads to the whole answer. */
import { UnstyledButton } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { DocumentName, Policy } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { PrivacyIcon } from "../../shell/privacy-icon.tsx";
import { SharingDialog } from "./sharing-dialog.tsx";

export function SharingButton(props: {
  readonly name: DocumentName;
  readonly policy: Policy;
  readonly reachable: boolean;
  readonly onChange: () => void;
}): ReactNode {
  const { policy } = props;
  const { sharing, privacy } = useWords().portal;
  const [open, setOpen] = useState(false);
  const label = policy.subGroup?.name ?? privacy[policy.privacy];
  return (
    <>
      <UnstyledButton
        className="people sharing"
        aria-label={`${sharing.button}: ${label}`}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <PrivacyIcon privacy={policy.privacy} size={18} />
        <span className="sharing__label" aria-hidden="true">
          {label}
        </span>
      </UnstyledButton>
      {open && <SharingDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
