/** The way to searching, in the bar on top of every page of the portal; the key that is usual for it leads here. */
import { ActionIcon, Kbd, TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { SEARCH_LENGTH_MAX } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { ariaKeys, hasMod, keysOf } from "../../shell/keys.ts";
import { searchPath } from "./paths.ts";

const KEYS = "Mod+K";

export function HeaderSearch(): ReactNode {
  const text = useWords();
  const field = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState("");
  const [path, navigate] = useLocation();
  // The page itself has the field.
  const isThere = path === "/search";

  useEffect(() => {
    if (isThere) {
      return;
    }
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !hasMod(event)) {
        return;
      }
      event.preventDefault();
      // On a phone there is no room for it.
      if (field.current !== null && field.current.offsetParent !== null) {
        field.current.focus();
        field.current.select();
      } else {
        navigate("/search");
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [isThere, navigate]);

  if (isThere) {
    return null;
  }

  const search = (event: FormEvent): void => {
    event.preventDefault();
    navigate(searchPath({ query: query.trim(), within: null }));
  };

  return (
    <>
      <search className="header-search">
        <form onSubmit={search}>
          <TextInput
            ref={field}
            type="text"
            inputMode="search"
            enterKeyHint="search"
            aria-label={text.search.field}
            aria-keyshortcuts={ariaKeys(KEYS)}
            placeholder={text.search.field}
            leftSection={<Search size={16} aria-hidden="true" />}
            rightSection={
              <span className="header-search__keys" aria-hidden="true">
                {keysOf(KEYS).map((key) => (
                  <Kbd key={key} size="xs">
                    {key}
                  </Kbd>
                ))}
              </span>
            }
            rightSectionWidth="auto"
            value={query}
            maxLength={SEARCH_LENGTH_MAX}
            onChange={(event) => setQuery(event.currentTarget.value)}
          />
        </form>
      </search>
      <ActionIcon
        component={Link}
        href="/search"
        className="header-search-way"
        variant="subtle"
        color="gray"
        size={40}
        aria-label={text.search.field}
      >
        <Search size={20} aria-hidden="true" />
      </ActionIcon>
    </>
  );
}
