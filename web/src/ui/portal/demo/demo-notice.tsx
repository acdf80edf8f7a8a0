/** Says that everything has begun again, until the person says that they know. */
import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import type { DemoHere } from "./demo-host.tsx";

export function BegunAgainNotice(props: { readonly demo: DemoHere }): ReactNode {
  const words = useWords().demo.again;
  return (
    <div role="status" className="form-whole demo-alert">
      {props.demo.hasBegunAgain && (
        <Notice
          tone="notice"
          title={words.done}
          action={
            <UnstyledButton className="notice__button" onClick={props.demo.understood}>
              {words.dismiss}
            </UnstyledButton>
          }
        >
          {words.doneBody}
        </Notice>
      )}
    </div>
  );
}
