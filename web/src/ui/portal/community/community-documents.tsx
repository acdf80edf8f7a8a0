/** The documents of a community, or its bin; new ones are started here. */
import { NativeSelect } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useMemo, useState } from "react";
import {
  type Beginning,
  beginnings,
  belongs,
  type Community,
  createDocument,
  isUnreachable,
  leads,
  type SubGroupId,
} from "../../../sync/index.ts";
import { useApp, useWords } from "../../context.tsx";
import { BinList } from "../../documents/bin-list.tsx";
import { Creation, type Starter } from "../../documents/creation.tsx";
import { DocumentList, Empty } from "../../documents/document-list.tsx";
import { SearchField } from "../../documents/search-field.tsx";
import { useLibrary } from "../../documents/use-library.ts";
import { Notice } from "../../shell/notice.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { DeleteForGood } from "../for-good/delete-for-good.tsx";
import { communityShelf } from "../shelves.ts";
import { useSubGroups } from "../use-sub-groups.ts";
import { TakeAway } from "./take-away.tsx";

/** How long to wait for the next letter before the server is asked, in milliseconds. */
const TYPING_PAUSE_MS = 200;

/** What the choice of who sees a new document means; a choice that is no level of privacy is a sub-group. */
function beginningOf(choice: string): Beginning {
  const privacy = beginnings.find((each) => each === choice);
  return choice === ""
    ? {}
    : privacy === undefined
      ? { privacy: "sub-group", subGroup: choice as SubGroupId }
      : { privacy };
}

export function CommunityDocuments(props: {
  readonly community: Community;
  readonly section: "documents" | "bin";
}): ReactNode {
  const { id, role } = props.community;
  const text = useWords();
  const portal = usePortal();
  const { memory } = useSignedIn();
  const { replica } = useApp();
  const [query, setQuery] = useState("");
  const [settledQuery] = useDebouncedValue(query, TYPING_PAUSE_MS);
  const shelf = useMemo(() => communityShelf(portal, memory, id), [portal, memory, id]);
  const library = useLibrary(settledQuery.trim(), shelf);
  const [beginning, setBeginning] = useState("");

  const starter = useMemo<Starter>(
    () => ({
      async start(write) {
        const name = await portal.api.documents.create(id, beginningOf(beginning));
        memory.rememberDocuments(id, [name]);
        return await createDocument(replica, name, write);
      },
    }),
    [portal, memory, replica, id, beginning],
  );
  const groups = (useSubGroups(id, belongs(role)).value ?? []).filter(({ isIn }) => isIn);

  if (props.section === "bin") {
    // A deputy puts things into the bin and takes them out; what nobody can take back is for leaders, and a draft for
    // whoever made it, who alone sees it here.
    return (
      <BinList
        library={library}
        further={(document, title) =>
          (leads(role) || document.sharing?.privacy === "private") && (
            <DeleteForGood document={document} title={title} disabled={!library.reachable} onDone={library.refresh} />
          )
        }
      />
    );
  }
  const isEmpty = library.entries?.length === 0 && settledQuery.trim() === "";
  return (
    <>
      <div className="documents__tools">
        {belongs(role) && (
          <NativeSelect
            className="documents__beginning"
            aria-label={text.joining.beginning.label}
            value={beginning}
            data={[
              {
                value: "",
                label: text.joining.beginning.usual(text.portal.privacyInSentence[props.community.defaultPrivacy]),
              },
              ...beginnings
                // Beyond the community, and beyond what leaders have set, only leaders begin one.
                .filter((privacy) => privacy !== "portal" || leads(role) || props.community.defaultPrivacy === "portal")
                .map((privacy) => ({ value: privacy, label: text.portal.privacy[privacy] })),
              ...groups.map((group) => ({ value: group.id, label: text.joining.beginning.subGroup(group.name) })),
            ]}
            onChange={(event) => setBeginning(event.currentTarget.value)}
          />
        )}
        {belongs(role) && (
          <Creation
            starter={starter}
            reason={library.reachable ? null : text.portal.community.createOffline}
            onChange={library.refresh}
          />
        )}
        <SearchField query={query} onQuery={setQuery} hasKey={false} />
      </div>
      {library.error !== null && !isUnreachable(library.error) && (
        <Notice tone="alarm">{describePortalFailure(library.error, text)}</Notice>
      )}
      {isEmpty && library.error !== null ? (
        <Empty
          title={text.portal.community.unreadTitle}
          body={
            isUnreachable(library.error) ? text.portal.community.unreadOffline : text.portal.community.unreadOtherwise
          }
        />
      ) : isEmpty && !belongs(role) ? (
        <Empty title={text.documents.emptyTitle} body={text.portal.community.emptyForReader} />
      ) : (
        <DocumentList library={library} query={settledQuery.trim()} />
      )}
      {belongs(role) && <TakeAway community={props.community} reachable={library.reachable} />}
    </>
  );
}
