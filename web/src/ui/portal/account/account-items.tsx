/** What the member's own menu offers in the portal. */
import { Menu } from "@mantine/core";
import { LogOut, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useWords } from "../../context.tsx";
import { useDemo } from "../demo/demo-host.tsx";
import { PersonItems } from "../demo/person-items.tsx";
import { useSignOut } from "./sign-out.tsx";

export function AccountItems(): ReactNode {
  const text = useWords().portal.account;
  const signOut = useSignOut();
  const demo = useDemo();
  return (
    <>
      {demo !== null && (
        <>
          <Menu.Divider />
          <PersonItems demo={demo} />
          <Menu.Divider />
        </>
      )}
      <Menu.Item component={Link} href="/account" leftSection={<UserRound size={16} aria-hidden="true" />}>
        {text.menu}
      </Menu.Item>
      <Menu.Item leftSection={<LogOut size={16} aria-hidden="true" />} onClick={signOut}>
        {text.signOut}
      </Menu.Item>
    </>
  );
}
