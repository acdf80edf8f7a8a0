/** A link that is shown when it is made and never again, to be copied. */
import { Button, TextInput } from "@mantine/core";
import { Copy } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useWords } from "../../context.tsx";
import { useToast } from "../../shell/toast.tsx";

export function ShownOnce(props: {
  readonly address: string;
  readonly lead: string;
  readonly onClose: () => void;
}): ReactNode {
  const { address, lead, onClose } = props;
  const text = useWords();
  const words = text.portal.invitations;
  const toast = useToast();
  const field = useRef<HTMLInputElement>(null);
  // The form that had the focus is gone.
  useEffect(() => field.current?.focus(), []);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(address);
      toast({ message: words.copied });
    } catch {
      field.current?.select();
      toast({ message: text.common.copyFailed, tone: "alarm" });
    }
  };

  return (
    <div className="dialog-form">
      <p className="dialog-lead">{lead}</p>
      <TextInput
        ref={field}
        label={words.address}
        value={address}
        readOnly
        data-autofocus
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {words.done}
        </Button>
        <Button leftSection={<Copy size={16} aria-hidden="true" />} onClick={() => void copy()}>
          {words.copy}
        </Button>
      </div>
    </div>
  );
}
