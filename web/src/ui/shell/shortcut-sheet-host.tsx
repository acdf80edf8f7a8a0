/** Opens the sheet of keyboard shortcuts from anywhere; the sheet itself is loaded when it is first wanted. */
import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useEffect, useState } from "react";
import { piece } from "../pieces.ts";
import { hasMod } from "./keys.ts";

const ShortcutSheet = lazy(piece(() => import("./shortcut-sheet.tsx")));

const SheetContext = createContext<() => void>(() => undefined);

export function useShortcutSheet(): () => void {
  return useContext(SheetContext);
}

export function ShortcutSheetHost(props: { readonly children: ReactNode }): ReactNode {
  const [opened, setOpened] = useState(false);
  const show = useCallback(() => setOpened(true), []);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "/" && hasMod(event)) {
        event.preventDefault();
        setOpened(true);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  return (
    <SheetContext value={show}>
      {props.children}
      {opened && (
        <Suspense fallback={null}>
          <ShortcutSheet onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </SheetContext>
  );
}
