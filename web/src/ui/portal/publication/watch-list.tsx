/** Published versions of a community that are due to be looked at again, or were. Nothing where there is none. */
import "./publication.css";
import { type ReactNode, useCallback } from "react";
import { Link } from "wouter";
import type { Community } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { useNow } from "../../hooks/use-now.ts";
import { dayOf } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { versionPath } from "./paths.ts";

const MINUTE_MS = 60_000;

export function WatchList(props: { readonly community: Community }): ReactNode {
  const { id } = props.community;
  const text = useWords().publication;
  const language = useLanguage();
  const portal = usePortal();
  const now = useNow(MINUTE_MS);
  const { value } = useAsked(
    useCallback((signal: AbortSignal) => portal.api.publications.watched(id, signal), [portal, id]),
  );
  // It is an addition: without it the page is of use.
  if (value === null || value.length === 0) {
    return null;
  }
  return (
    <section className="watch-list" aria-labelledby="watched">
      <h2 id="watched">{text.watch.heading}</h2>
      <p className="version-lead">{text.watch.lead}</p>
      <ul className="version-list">
        {value.flatMap(({ id: version, title, published }) =>
          published === null
            ? []
            : [
                <li key={version} className="version-card">
                  <Link href={versionPath(version)}>
                    {title === "" ? text.untitled : title} · {text.version(published.number)}
                  </Link>
                  <p className="version-card__facts">
                    {(published.reviewBy < now ? text.watch.overdue : text.watch.due)(
                      dayOf(published.reviewBy, language),
                    )}
                  </p>
                </li>,
              ],
        )}
      </ul>
    </section>
  );
}
