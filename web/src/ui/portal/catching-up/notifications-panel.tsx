/** What concerns whoever is signed in, the newest first; one press leads there and marks it as read. */
import { Button, CloseButton, Loader } from "@mantine/core";
import {
  AtSign,
  CalendarClock,
  CheckCheck,
  FilePenLine,
  GitPullRequestArrow,
  KeyRound,
  type LucideIcon,
  MessageSquare,
  UserPlus,
  Users,
  Vote,
} from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";
import { Link } from "wouter";
import type { Notification } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { useNow } from "../../hooks/use-now.ts";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { timeAgo } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { useBell } from "./bell-host.tsx";
import { pathOf, sentenceOf, whereOf } from "./told.ts";

export function NotificationsPanel(props: { readonly onGone: () => void; readonly canClose: boolean }): ReactNode {
  const text = useWords();
  const words = text.catchingUp.bell;
  const portal = usePortal();
  const bell = useBell();
  const toast = useToast();
  const [pages, setPages] = useState(1);
  const ask = useCallback((signal: AbortSignal) => portal.api.notifications.list(pages, signal), [portal, pages]);
  const { value, error, refresh } = useAsked(ask);
  const [busy, setBusy] = useState(false);
  const items = value?.items ?? null;
  const newest = items?.[0];

  const readAll = async (at: number): Promise<void> => {
    setBusy(true);
    try {
      await portal.api.notifications.markAllRead(at);
    } catch (reason) {
      toast({ message: describePortalFailure(reason, text), tone: "alarm" });
    }
    setBusy(false);
    refresh();
    bell.refresh();
  };
  const open = (notification: Notification): void => {
    props.onGone();
    if (!notification.isRead) {
      // Should it fail, it is unread for another while, and nothing worse.
      portal.api.notifications.markRead([notification.id]).then(bell.refresh, () => undefined);
    }
  };

  return (
    <section className="notifications" aria-label={words.heading}>
      <div className="notifications__head">
        <h2 tabIndex={-1} data-autofocus>
          {words.heading}
        </h2>
        {newest !== undefined && bell.unread > 0 && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<CheckCheck size={15} aria-hidden="true" />}
            loading={busy}
            onClick={() => void readAll(newest.at)}
          >
            {words.allRead}
          </Button>
        )}
        {props.canClose && <CloseButton size="lg" aria-label={text.common.close} onClick={props.onGone} />}
      </div>
      {error !== null && <Notice tone="plain">{words.failed}</Notice>}
      {items === null && error === null && (
        <div className="documents__waiting" aria-busy="true">
          <Loader size="sm" role="img" aria-label={text.common.loading} />
        </div>
      )}
      {items?.length === 0 && (
        <div className="notifications__empty">
          <p>{words.emptyTitle}</p>
          <p>{words.empty}</p>
        </div>
      )}
      {items !== null && items.length > 0 && (
        <ul className="notifications__list">
          {items.map((notification) => (
            <Item key={notification.id} notification={notification} onOpen={() => open(notification)} />
          ))}
        </ul>
      )}
      <div className="notifications__foot">
        {value?.hasMore === true && (
          <Button size="compact-sm" variant="default" onClick={() => setPages((last) => last + 1)}>
            {words.more}
          </Button>
        )}
        <Link href="/account" onClick={props.onGone}>
          {words.choose}
        </Link>
      </div>
    </section>
  );
}

function Item(props: { readonly notification: Notification; readonly onOpen: () => void }): ReactNode {
  const { notification } = props;
  const text = useWords();
  const language = useLanguage();
  const now = useNow(60_000);
  const Icon = iconOf(notification);
  return (
    <li>
      <Link
        href={pathOf(notification)}
        className={notification.isRead ? "notification" : "notification notification--unread"}
        onClick={props.onOpen}
      >
        <Icon size={18} aria-hidden="true" className="notification__icon" />
        <span className="notification__words">
          <span className="notification__sentence">
            {!notification.isRead && <span className="visually-hidden">{text.catchingUp.bell.unread}: </span>}
            {sentenceOf(notification, language, text)}
          </span>
          <span className="notification__where">
            {whereOf(notification, text)} · {timeAgo(notification.at, now, language)}
          </span>
        </span>
        {!notification.isRead && <span className="notification__dot" aria-hidden="true" />}
      </Link>
    </li>
  );
}

function iconOf({ kind }: Notification): LucideIcon {
  switch (kind) {
    case "mention":
      return AtSign;
    case "reply":
    case "resolved":
    case "comment-taken-away":
      return MessageSquare;
    case "suggestion-made":
    case "suggestion-taken":
    case "suggestion-taken-in-part":
    case "suggestion-discarded":
      return GitPullRequestArrow;
    case "role-changed":
    case "access-granted":
    case "sub-group-joined":
    case "interests-judged":
      return Users;
    case "round-opened":
    case "round-closed":
      return Vote;
    case "let-in":
    case "asks-to-join":
      return UserPlus;
    case "term-ends":
      return CalendarClock;
    case "signature-asked":
    case "signature-declined":
      return FilePenLine;
    case "password-link-made":
      return KeyRound;
  }
}
