/** The bar on top of every page but the editor's. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useApp, useWords } from "../context.tsx";
import type { ConnectionWords } from "../words/connection.ts";
import { AccountMenu } from "./account-menu.tsx";
import { ConnectionBadge } from "./connection-badge.tsx";
import { LogoMark } from "./logo.tsx";

export function PageHeader(props: {
  /** The state of the connection, as the page knows it; `null` where it does not. The replica’s when left out. */
  readonly connection?: ConnectionWords | null;
}): ReactNode {
  const text = useWords();
  const { headerTools } = useApp();
  return (
    <header className="page-header">
      <Link href="/" className="page-header__brand">
        <LogoMark size={30} />
        <span>{text.product}</span>
      </Link>
      {headerTools}
      <div className="page-header__side">
        {props.connection !== null && (
          <ConnectionBadge {...(props.connection === undefined ? {} : { words: props.connection })} />
        )}
        <AccountMenu />
      </div>
    </header>
  );
}
