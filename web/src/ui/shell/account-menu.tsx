/** The member's own menu: name, appearance, shortcuts, version. */
import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { Keyboard, Pencil, RefreshCw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { languageOf, languages } from "../../messages/index.ts";
import type { Look } from "../../sync/index.ts";
import { useApp, useLanguage, useLanguageChoice, useWords } from "../context.tsx";
import { useObservable } from "../hooks/use-observable.ts";
import { putOffUpdate, updateOffer } from "./app-update.ts";
import { Face } from "./face.tsx";
import { IN_HEAD } from "./in-head.ts";
import { NameDialog } from "./name-form.tsx";
import { useShortcutSheet } from "./shortcut-sheet-host.tsx";
import { useToast } from "./toast.tsx";

export function AccountMenu(props: {
  /** How others see the member here, where that may be different from elsewhere. */
  readonly look?: Look | null;
}): ReactNode {
  const text = useWords();
  const { member, session, setMember, accountItems, besideAccount } = useApp();
  const [naming, setNaming] = useState(false);
  const showShortcuts = useShortcutSheet();
  const update = useObservable(updateOffer);
  const name = member.name || text.people.unnamed;
  const look = props.look ?? { color: member.color, mark: 0 };
  return (
    <>
      {besideAccount}
      <Menu {...IN_HEAD} width={280}>
        <Menu.Target>
          <ActionIcon
            className="account"
            variant="transparent"
            size={40}
            radius="xl"
            aria-label={text.account.menu(name)}
          >
            <Face name={name} color={look.color} mark={look.mark} size={34} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{text.account.signedInAs}</Menu.Label>
          <p className="account-name">{name}</p>
          {session.naming === "picked" && (
            <Menu.Item leftSection={<Pencil size={16} aria-hidden="true" />} onClick={() => setNaming(true)}>
              {text.account.changeName}
            </Menu.Item>
          )}
          {accountItems}
          <Menu.Item leftSection={<Keyboard size={16} aria-hidden="true" />} onClick={showShortcuts}>
            {text.account.shortcuts}
          </Menu.Item>
          {update.kind !== "none" && (
            <Menu.Item leftSection={<RefreshCw size={16} aria-hidden="true" />} onClick={() => putOffUpdate(false)}>
              {text.update.menu}
            </Menu.Item>
          )}
          <Menu.Divider />
          <AppearanceItems />
          <Menu.Divider />
          <LanguageItems />
          <Menu.Divider />
          <Menu.Label>{text.account.version(session.config.version)}</Menu.Label>
        </Menu.Dropdown>
      </Menu>
      {naming && (
        <NameDialog
          current={member.name}
          onClose={() => setNaming(false)}
          onName={(chosen) => {
            setMember({ ...member, name: chosen });
            setNaming(false);
          }}
        />
      )}
    </>
  );
}

function LanguageItems(): ReactNode {
  const text = useWords();
  const language = useLanguage();
  const choose = useLanguageChoice();
  const toast = useToast();
  return (
    <Menu.RadioGroup
      value={language}
      onChange={(value) => {
        const chosen = languageOf(value);
        if (chosen !== null) {
          choose(chosen).catch(() => toast({ message: text.common.pieceMissing, tone: "alarm" }));
        }
      }}
    >
      <Menu.Label>{text.account.language}</Menu.Label>
      {Object.entries(languages).map(([value, name]) => (
        <Menu.RadioItem key={value} value={value} lang={value}>
          {name}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

function AppearanceItems(): ReactNode {
  const text = useWords();
  // Without `keepTransitions` the library would inject a style element for a moment.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  return (
    <Menu.RadioGroup
      value={colorScheme}
      onChange={(value) => setColorScheme(value === "light" || value === "dark" ? value : "auto")}
    >
      <Menu.Label>{text.account.appearance}</Menu.Label>
      <Menu.RadioItem value="light">{text.account.light}</Menu.RadioItem>
      <Menu.RadioItem value="dark">{text.account.dark}</Menu.RadioItem>
      <Menu.RadioItem value="auto">{text.account.system}</Menu.RadioItem>
    </Menu.RadioGroup>
  );
}
