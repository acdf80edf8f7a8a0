/** A sign for how far a document is open. Decorative: the words stand beside it. */
import { Handshake, LibraryBig, Lock } from "lucide-react";
import type { ReactNode } from "react";
import type { Privacy } from "../../sync/index.ts";

const icons = { private: Lock, community: Handshake, portal: LibraryBig } as const;

export function PrivacyIcon(props: { readonly privacy: Privacy; readonly size?: number }): ReactNode {
  const Icon = icons[props.privacy];
  return <Icon size={props.size ?? 14} aria-hidden="true" />;
}
