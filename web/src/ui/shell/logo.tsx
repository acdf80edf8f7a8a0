/** The mark of Consilium: an open ring of voices round one text. */
import type { ReactNode } from "react";

/** The mark alone, in the current colour and the accent. Decorative: put a name beside it. */
export function LogoMark(props: { readonly size?: number }): ReactNode {
  const size = props.size ?? 28;
  return (
    <svg className="logo-mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" className="logo-mark__ground" />
      <path
        d="M21.9 10.3a8.2 8.2 0 1 0 0 11.4"
        fill="none"
        strokeWidth="3.1"
        strokeLinecap="round"
        className="logo-mark__ring"
      />
      <circle cx="16.2" cy="16" r="2.5" className="logo-mark__dot" />
      <circle cx="24" cy="16" r="1.9" className="logo-mark__voice" />
    </svg>
  );
}
