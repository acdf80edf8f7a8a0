/** The meetings of a community: what goes on, what is planned, what was. */
import { Button } from "@mantine/core";
import { CalendarArrowDown, CalendarPlus, Users } from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";
import { Link } from "wouter";
import { type Community, isUnreachable, type Meeting, type Role } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Empty } from "../../documents/document-list.tsx";
import { piece } from "../../pieces.ts";
import { fileNameOf } from "../../shell/file-name.ts";
import { Notice } from "../../shell/notice.tsx";
import { saveFile } from "../../shell/save-file.ts";
import { useToast } from "../../shell/toast.tsx";
import { pointInTime } from "../../words/time.ts";
import { ConfirmDialog } from "../community/confirm-dialog.tsx";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { meetingPagePath } from "./paths.ts";
import { PlanDialog } from "./plan-dialog.tsx";
import { describeMeetingFailure } from "./refusal-words.ts";

const loadCalendar = piece(() => import("./calendar-file.ts"));

/** Whether `role` may plan a meeting of some kind. */
function plans(role: Role): boolean {
  return role === "leader" || role === "deputy" || role === "member";
}

export function MeetingsSection(props: { readonly community: Community }): ReactNode {
  const { community } = props;
  const text = useWords();
  const words = text.meeting.list;
  const { api } = usePortal();
  const [planning, setPlanning] = useState(false);
  const { value, error, refresh } = useAsked(
    useCallback((signal: AbortSignal) => api.meetings.list(community.id, signal), [api, community.id]),
  );
  return (
    <section aria-labelledby="meetings">
      <div className="portal-section__head">
        <h2 id="meetings">{words.heading}</h2>
        {plans(community.role) && (
          <Button leftSection={<CalendarPlus size={18} aria-hidden="true" />} onClick={() => setPlanning(true)}>
            {words.plan}
          </Button>
        )}
      </div>
      <p className="portal-section__lead">{words.lead}</p>
      {error !== null && (
        <Notice tone="plain" title={words.unread}>
          {isUnreachable(error) ? text.portal.account.needsServer : describeMeetingFailure(error, text)}
        </Notice>
      )}
      {value?.length === 0 && <Empty title={words.empty} body={words.emptyBody} action={null} />}
      <ul className="plain-list">
        {(value ?? []).map((meeting) => (
          <MeetingRow key={meeting.id} meeting={meeting} onChange={refresh} />
        ))}
      </ul>
      {planning && <PlanDialog community={community} onClose={() => setPlanning(false)} />}
    </section>
  );
}

function MeetingRow(props: { readonly meeting: Meeting; readonly onChange: () => void }): ReactNode {
  const { meeting } = props;
  const text = useWords();
  const words = text.meeting.list;
  const language = useLanguage();
  const { api } = usePortal();
  const toast = useToast();
  const [cancelling, setCancelling] = useState(false);
  const keep = async (): Promise<void> => {
    try {
      const { calendarFile, CALENDAR_MEDIA_TYPE } = await loadCalendar();
      const about = titles === "" ? [] : [words.documents(titles)];
      const description = [...about, words.calendarNote].join("\n\n");
      const file = calendarFile(meeting, { origin: location.origin, description, now: Date.now() });
      if (file !== null) {
        saveFile(fileNameOf(meeting.title, text.common.untitled, "ics"), file, CALENDAR_MEDIA_TYPE);
        toast({ message: words.calendarSaved });
      }
    } catch {
      toast({ message: words.calendarFailed, tone: "alarm" });
    }
  };
  const hasEntry = meeting.phase === "planned" && meeting.startsAt !== null;
  const titles = meeting.documents.map(({ title }) => (title === "" ? text.common.untitled : title)).join(", ");
  return (
    <li className="plain-row plain-row--wraps">
      <Users size={20} aria-hidden="true" className="plain-row__icon" />
      <div className="plain-row__words">
        <p className="plain-row__title">
          <Link href={meetingPagePath(meeting.id)}>{meeting.title}</Link>
          <span className="tag">{words.phases[meeting.phase]}</span>
        </p>
        <p className="plain-row__facts">
          {meeting.startsAt === null ? words.noTime : pointInTime(meeting.startsAt, language)}
          {titles !== "" && ` · ${words.documents(titles)}`}
        </p>
      </div>
      {(hasEntry || meeting.mayCancel) && (
        <div className="plain-row__deeds">
          {hasEntry && (
            <Button
              variant="default"
              leftSection={<CalendarArrowDown size={18} aria-hidden="true" />}
              aria-label={words.calendarLabel(meeting.title)}
              onClick={() => void keep()}
            >
              {words.calendar}
            </Button>
          )}
          {meeting.mayCancel && (
            <Button variant="default" aria-label={words.cancelLabel(meeting.title)} onClick={() => setCancelling(true)}>
              {words.cancel}
            </Button>
          )}
        </div>
      )}
      {cancelling && (
        <ConfirmDialog
          title={words.cancelTitle}
          body={words.cancelBody(meeting.title)}
          confirm={words.cancel}
          run={async () => {
            await api.meetings.cancel(meeting.id);
            setCancelling(false);
            toast({ message: words.cancelled });
            props.onChange();
          }}
          onClose={() => setCancelling(false)}
        />
      )}
    </li>
  );
}
