/**
 * The page in the look of the community whose page it is, for as long as it is there.
 *
 * The look is asked for every few seconds while the page is looked at, so that what a leader has changed is seen without
 * loading anything again. Custom properties on the root carry it, because menus and dialogs hang beside the page; whoever
 * goes on to another page takes the look off.
 */
import "./look.css";
import { useCallback, useEffect, useMemo, useRef } from "react";
import {
  type CommunityId,
  type CommunityLook,
  type DocumentName,
  lookShades,
  type Memory,
  type Shades,
} from "../../../sync/index.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { nothing, useAsked } from "../use-asked.ts";

/** The look of a community, which the page wears from now on; `null` while it is not known, and for no community. */
export function useLook(id: CommunityId | null): CommunityLook | null {
  const portal = usePortal();
  const { memory } = useSignedIn();
  const last = useRef<CommunityLook | null>(null);
  const ask = useCallback(
    async (signal: AbortSignal): Promise<CommunityLook | null> => {
      // Of whoever stays it is known that they are not signed in: the look stays too.
      if (id === null || portal.staying !== null) {
        return last.current;
      }
      const found = await portal.api.looks.one(id, signal);
      // The same as before is the same: nothing on the page has to be made anew.
      last.current = isSame(last.current, found) ? last.current : found;
      return last.current;
    },
    [portal, id],
  );
  const { value } = useAsked(
    ask,
    useCallback(() => remembered(memory, id), [memory, id]),
    "live",
  );
  const look = id === null ? null : (value ?? remembered(memory, id));
  useDress(look?.accent ?? null);
  return look;
}

/** The same on a page of one of its documents. */
export function useDocumentLook(document: DocumentName): CommunityLook | null {
  const portal = usePortal();
  const { memory } = useSignedIn();
  const known = useMemo(() => memory.communityOf(document), [memory, document]);
  const ask = useCallback(
    async (signal: AbortSignal) => {
      if (known !== null) {
        return known;
      }
      const { community } = await portal.api.documents.policy(document, signal);
      memory.rememberDocuments(community.id, [document]);
      return community.id;
    },
    [portal, memory, document, known],
  );
  const { value } = useAsked<CommunityId>(ask, nothing, "once");
  return useLook(known ?? value);
}

/** Puts the shades of a colour on the page, and takes them off when it goes. */
export function useDress(accent: string | null): void {
  useEffect(() => {
    const shades = accent === null ? null : lookShades(accent);
    if (shades === null) {
      return undefined;
    }
    const root = document.documentElement;
    const properties = [...propertiesOf("light", shades.light), ...propertiesOf("dark", shades.dark)];
    for (const [property, value] of properties) {
      root.style.setProperty(property, value);
    }
    root.dataset["look"] = accent ?? "";
    return () => {
      for (const [property] of properties) {
        root.style.removeProperty(property);
      }
      delete root.dataset["look"];
    };
  }, [accent]);
}

function propertiesOf(scheme: string, shades: Shades): readonly (readonly [string, string])[] {
  return [
    [`--look-${scheme}-accent`, shades.accent],
    [`--look-${scheme}-soft`, shades.soft],
    [`--look-${scheme}-ink`, shades.ink],
    [`--look-${scheme}-fill`, shades.fill],
    [`--look-${scheme}-fill-hover`, shades.fillHover],
  ];
}

function remembered(memory: Memory, id: CommunityId | null): CommunityLook | null {
  if (id === null) {
    return null;
  }
  return memory.community(id) ?? memory.communities()?.find((community) => community.id === id) ?? null;
}

function isSame(one: CommunityLook | null, other: CommunityLook): boolean {
  return one !== null && one.name === other.name && one.accent === other.accent && one.logo === other.logo;
}
