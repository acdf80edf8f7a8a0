/** Pages that stand in for others: while one is loaded, where there is none, when one broke. */
import { Button, Loader } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useWords } from "../context.tsx";
import { MessagePage } from "./message-page.tsx";

export function Waiting(): ReactNode {
  const text = useWords();
  return (
    <main className="waiting" aria-busy="true">
      <Loader size="sm" role="img" aria-label={text.common.loading} />
    </main>
  );
}

export function NotFound(): ReactNode {
  const text = useWords();
  return (
    <MessagePage
      title={text.boot.notFoundTitle}
      body={text.boot.notFoundBody}
      action={
        <Button component={Link} href="/">
          {text.boot.toDocuments}
        </Button>
      }
    />
  );
}

export function Broken(): ReactNode {
  const text = useWords();
  return (
    <MessagePage
      title={text.boot.crashedTitle}
      body={text.boot.crashedBody}
      action={<Button onClick={() => location.reload()}>{text.boot.reload}</Button>}
    />
  );
}
