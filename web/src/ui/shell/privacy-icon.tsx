/** A sign for how far a document is open. Decorative: the words stand beside it. */
import { Globe, Handshake, LibraryBig, Lock, UsersRound } from "lucide-react";
import type { ReactNode } from "react";
import type { Privacy } from "../../sync/index.ts";

const icons = {
  private: Lock,
  "sub-group": UsersRound,
  community: Handshake,
  portal: LibraryBig,
  public: Globe,
} as const;

export function PrivacyIcon(props: { readonly privacy: Privacy; readonly size?: number }): ReactNode {
  const Icon = icons[props.privacy];
  return <Icon size={props.size ?? 14} aria-hidden="true" />;
}
