/** Searches the titles; the key that is usual for it leads here. */
import { CloseButton, TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { QUERY_LENGTH_MAX } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { hasMod } from "../shell/keys.ts";

export function SearchField(props: {
  readonly query: string;
  readonly onQuery: (query: string) => void;
  /** False where that key leads to another field of the page. */
  readonly hasKey?: boolean;
}): ReactNode {
  const { hasKey = true } = props;
  const text = useWords();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!hasKey) {
      return;
    }
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() === "k" && hasMod(event)) {
        event.preventDefault();
        field.current?.focus();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [hasKey]);
  return (
    <search className="documents__search">
      <TextInput
        ref={field}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        aria-label={text.documents.searchLabel}
        placeholder={text.documents.search}
        leftSection={<Search size={16} aria-hidden="true" />}
        rightSection={
          props.query === "" ? null : (
            <CloseButton
              size="sm"
              aria-label={text.documents.clearSearch}
              onClick={() => {
                props.onQuery("");
                field.current?.focus();
              }}
            />
          )
        }
        value={props.query}
        maxLength={QUERY_LENGTH_MAX}
        onChange={(event) => props.onQuery(event.currentTarget.value.slice(0, QUERY_LENGTH_MAX))}
      />
    </search>
  );
}
