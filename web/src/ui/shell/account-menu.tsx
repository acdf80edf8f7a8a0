/** The member's own menu: name, appearance, shortcuts, version. */
import { ActionIcon, Menu, SegmentedControl, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { Keyboard, Monitor, Moon, Pencil, Sun } from "lucide-react";
import { type ReactNode, useState } from "react";
import { memberCalled } from "../../sync/index.ts";
import { useApp, useWords } from "../context.tsx";
import { Face } from "./face.tsx";
import { NameDialog } from "./name-form.tsx";
import { useShortcutSheet } from "./shortcut-sheet-host.tsx";

export function AccountMenu(): ReactNode {
  const text = useWords();
  const { member, session, setMember } = useApp();
  const [naming, setNaming] = useState(false);
  const showShortcuts = useShortcutSheet();
  const name = member.name || text.people.unnamed;
  return (
    <>
      <Menu width={280}>
        <Menu.Target>
          <ActionIcon variant="transparent" size={40} radius="xl" aria-label={text.account.menu(name)}>
            <Face name={name} color={member.color} size={34} />
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
          <Menu.Item leftSection={<Keyboard size={16} aria-hidden="true" />} onClick={showShortcuts}>
            {text.account.shortcuts}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{text.account.appearance}</Menu.Label>
          <AppearanceSwitch />
          <Menu.Divider />
          <Menu.Label>{text.account.version(session.config.version)}</Menu.Label>
        </Menu.Dropdown>
      </Menu>
      {naming && (
        <NameDialog
          current={member.name}
          onClose={() => setNaming(false)}
          onName={(chosen) => {
            setMember(memberCalled(chosen));
            setNaming(false);
          }}
        />
      )}
    </>
  );
}

function AppearanceSwitch(): ReactNode {
  const text = useWords();
  // Without `keepTransitions` the library would inject a style element for a moment.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const option = (value: "light" | "dark" | "auto", label: string, icon: ReactNode) => ({
    value,
    label: (
      <>
        {icon}
        <VisuallyHidden>{label}</VisuallyHidden>
      </>
    ),
  });
  return (
    <SegmentedControl
      fullWidth
      className="appearance"
      aria-label={text.account.appearance}
      value={colorScheme}
      onChange={(value) => setColorScheme(value === "light" || value === "dark" ? value : "auto")}
      data={[
        option("light", text.account.light, <Sun size={16} aria-hidden="true" />),
        option("auto", text.account.system, <Monitor size={16} aria-hidden="true" />),
        option("dark", text.account.dark, <Moon size={16} aria-hidden="true" />),
      ]}
    />
  );
}
