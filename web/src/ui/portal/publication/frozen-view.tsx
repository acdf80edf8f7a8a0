/** The very text that is signed or published, and taking it along. */
import "../../editor/editor.css";
import "../../editor/prose.css";
import { Button, Loader } from "@mantine/core";
import { Download, Printer } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Publication } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { piece } from "../../pieces.ts";
import { fileNameOf } from "../../shell/file-name.ts";
import { Notice } from "../../shell/notice.tsx";
import { saveFile } from "../../shell/save-file.ts";
import { usePortal } from "../context.tsx";
import type { Asked } from "../use-asked.ts";
import { type FrozenText, loadPublished } from "./use-frozen.ts";

const loadMarkdownWriter = piece(() => import("../../../editor/formats/markdown-write.ts"));
const loadHtmlWriter = piece(() => import("../../../editor/formats/html-write.ts"));
const loadWordWriter = piece(() => import("../../../editor/word/index.ts"));

export function FrozenView(props: { readonly asked: Asked<FrozenText>; readonly publication: Publication }): ReactNode {
  const text = useWords();
  const words = text.publication.page;
  const { value, error } = props.asked;
  return (
    <section className="version-text" aria-labelledby="version-text">
      <h2 id="version-text">{words.textHeading}</h2>
      {value !== null && <Files text={value} publication={props.publication} />}
      {value === null && error === null && <Loader size="sm" role="img" aria-label={text.common.loading} />}
      {error !== null && <Notice tone="alarm">{words.textFailed}</Notice>}
      {value !== null && <Shown text={value} language={props.publication.language} />}
    </section>
  );
}

function Shown(props: { readonly text: FrozenText; readonly language: string }): ReactNode {
  const { body } = props.text;
  const text = useWords();
  const place = useRef<HTMLDivElement>(null);
  const label = text.publication.page.textLabel;
  const { taskLabel } = text.toolbar;
  useEffect(() => {
    const { current } = place;
    let close = (): void => undefined;
    let isGone = false;
    void loadPublished().then(({ createFrozenReader }) => {
      if (current !== null && !isGone) {
        const reader = createFrozenReader({ body, element: current, label, taskLabel });
        close = () => reader.destroy();
      }
    });
    return () => {
      isGone = true;
      close();
    };
  }, [body, label, taskLabel]);
  return <div ref={place} className="sheet__text version-text__sheet" lang={props.language} />;
}

/** The version for other software: made by the server, which knows who signed and what was voted. */
function FhirButton(props: { readonly name: string; readonly publication: Publication }): ReactNode {
  const { name, publication } = props;
  const text = useWords();
  const portal = usePortal();
  const [failed, setFailed] = useState(false);
  const take = async (): Promise<void> => {
    try {
      const bundle = await portal.api.publications.fhir(publication.id);
      const number = publication.published === null ? "" : ` ${publication.published.number}`;
      const called = fileNameOf(`${name}${number}`, text.common.untitled, "fhir.json");
      saveFile(called, bundle, "application/fhir+json");
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  return (
    <>
      <Button variant="default" leftSection={<Download size={16} aria-hidden="true" />} onClick={() => void take()}>
        {text.formats.fhir}
      </Button>
      {failed && <p role="alert">{text.formats.fhirFailed}</p>}
    </>
  );
}

type Format = "markdown" | "html" | "word";

function Files(props: { readonly text: FrozenText; readonly publication: Publication }): ReactNode {
  const { frozen, body } = props.text;
  const { publication } = props;
  const text = useWords();
  const words = text.publication.page;
  const [failed, setFailed] = useState(false);
  const { language } = publication;

  const save = async (format: Format): Promise<void> => {
    const number = publication.published === null ? "" : ` ${publication.published.number}`;
    const called = (extension: string): string =>
      fileNameOf(`${frozen.title}${number}`, text.common.untitled, extension);
    switch (format) {
      case "markdown": {
        const { writeMarkdown } = await loadMarkdownWriter();
        saveFile(called("md"), writeMarkdown(body, frozen.title), "text/markdown");
        break;
      }
      case "html": {
        const { writeHtml } = await loadHtmlWriter();
        const content = writeHtml(frozen.title, body, {
          language,
          authors: [publication.communityName],
          skip: text.common.skipToContent,
          untitled: text.common.untitled,
          taskLabel: text.toolbar.taskLabel,
        });
        saveFile(called("html"), content, "text/html");
        break;
      }
      case "word": {
        const { writeWord, WORD_MEDIA_TYPE } = await loadWordWriter();
        const at = publication.published?.at ?? publication.preparedAt;
        const options = { language, authors: [publication.communityName], at, threads: [], since: null };
        saveFile(called("docx"), await writeWord({ title: frozen.title, body }, options), WORD_MEDIA_TYPE);
        break;
      }
    }
  };
  const take = async (format: Format): Promise<void> => {
    try {
      await save(format);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  return (
    <div className="version-text__tools">
      <Button variant="default" leftSection={<Printer size={16} aria-hidden="true" />} onClick={() => window.print()}>
        {words.print}
      </Button>
      {(["markdown", "word", "html"] as const).map((format) => (
        <Button
          key={format}
          variant="default"
          leftSection={<Download size={16} aria-hidden="true" />}
          onClick={() => void take(format)}
        >
          {words[format]}
        </Button>
      ))}
      <FhirButton name={frozen.title} publication={publication} />
      {failed && <p role="alert">{text.common.pieceMissing}</p>}
    </div>
  );
}
