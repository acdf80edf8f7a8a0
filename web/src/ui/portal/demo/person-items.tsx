/** Being somebody else, as items of a menu: the member’s own menu and the demonstration’s bar offer the same. */
import { Menu } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../../context.tsx";
import { useToast } from "../../shell/toast.tsx";
import { usePortal, useSignedIn } from "../context.tsx";
import type { DemoHere } from "./demo-host.tsx";

export function PersonItems(props: { readonly demo: DemoHere }): ReactNode {
  const text = useWords();
  const words = text.demo.menu;
  const portal = usePortal();
  const { account } = useSignedIn();
  const toast = useToast();
  return (
    <>
      <Menu.Label>{words.heading}</Menu.Label>
      {props.demo.now?.people.map((person) => {
        const isMe = person.accountId === account.id;
        return (
          <Menu.Item
            key={person.key}
            disabled={isMe}
            onClick={() => {
              portal.become(person.key).catch(() => toast({ message: words.failed, tone: "alarm" }));
            }}
          >
            {person.name}
            {isMe ? ` (${words.now})` : person.role === null ? "" : `, ${text.portal.roles[person.role]}`}
          </Menu.Item>
        );
      })}
    </>
  );
}
