/** The way to the provider, beside a form of e-mail and password; nothing where there is no provider. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { ProviderWish } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal } from "../context.tsx";
import { FormAlert } from "../form/form-alert.tsx";

export function ContinueWith(props: { readonly wish: ProviderWish }): ReactNode {
  const text = useWords();
  const words = text.signingIn;
  const { provider } = usePortal().config;
  const { busy, error, setOut } = useSettingOut();
  if (provider === null) {
    return null;
  }
  return (
    <div className="provider">
      <p className="provider__or">
        <span>{words.or}</span>
      </p>
      <FormAlert words={error === null ? null : describePortalFailure(error, text, words.codes)} cause={error} />
      <Button variant="default" size="md" fullWidth loading={busy} onClick={() => void setOut(props.wish)}>
        {words.continueWith(provider)}
      </Button>
    </div>
  );
}

/** Leaves this app for the provider. It stays busy: the page is about to go. */
export function useSettingOut(): {
  readonly busy: boolean;
  readonly error: unknown;
  readonly setOut: (wish: ProviderWish) => Promise<void>;
} {
  const portal = usePortal();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const setOut = async (wish: ProviderWish): Promise<void> => {
    setBusy(true);
    try {
      location.assign(await portal.api.openid.begin(wish));
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };
  return { busy, error, setOut };
}
