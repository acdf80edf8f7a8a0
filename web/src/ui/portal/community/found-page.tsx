/** Founding a community: what kind, its name, the language of its first document, which is opened at once. */
import { Button, TextInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { BookOpenCheck, ClipboardList, UsersRound } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { communityLanguages, type Template, templates } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { useArrival } from "../../hooks/use-arrival.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { usePortal, useSignedIn } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { checkCommunityName } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";
import { BringAlong } from "./bring-along.tsx";

const icons = {
  "guideline-panel": BookOpenCheck,
  "community-of-practice": UsersRound,
  "working-group": ClipboardList,
} as const;

export function FoundPage(): ReactNode {
  const text = useWords();
  const words = text.portal.found;
  const language = useLanguage();
  const main = useArrival();
  const portal = usePortal();
  const { memory } = useSignedIn();
  const [, navigate] = useLocation();
  useDocumentTitle(`${words.pageTitle} – ${text.product}`);

  const form = useForm({
    initial: {
      template: templates[0] as Template,
      name: "",
      language: communityLanguages.find((each) => each === language) ?? "en",
    },
    check: ({ name }) => ({ name: checkCommunityName(name, text.portal) }),
    send: async ({ name, ...rest }) => {
      const community = await portal.api.communities.found({ ...rest, name: name.trim() });
      memory.rememberCommunity(community);
      const first = await portal.api.documents.list(community.id, { query: "", deleted: false }).catch(() => []);
      const name1 = first[0]?.name;
      navigate(name1 === undefined ? `/c/${community.id}` : `/d/${encodeURIComponent(name1)}`, { replace: true });
    },
    codes: { "too-many": text.joining.tooMany.communities },
  });

  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader connection={null} />
      <main ref={main} className="documents portal-page portal-page--narrow" id="content" tabIndex={-1}>
        <div className="portal-intro">
          <h1>{words.heading}</h1>
          <p>{words.lead}</p>
        </div>
        <FormView form={form} className="dialog-form portal-form">
          <Choices
            legend={words.kind}
            value={form.values.template}
            error={form.errors.fields.get("template") ?? null}
            choices={templates.map((template) => {
              const Icon = icons[template];
              return {
                value: template,
                label: words.templates[template].name,
                about: words.templates[template].about,
                icon: <Icon size={24} aria-hidden="true" className="choice__icon" />,
              };
            })}
            onChange={(template) => form.set("template", template)}
          />
          <TextInput
            {...form.bind("name")}
            label={words.name}
            description={words.nameHint}
            placeholder={words.namePlaceholder}
            size="md"
            autoComplete="off"
          />
          <Choices
            legend={words.language}
            inRow
            value={form.values.language}
            error={form.errors.fields.get("language") ?? null}
            choices={communityLanguages.map((each) => ({ value: each, label: words.languages[each] }))}
            onChange={(each) => form.set("language", each)}
          />
          <div className="dialog-actions">
            <Button component={Link} href="/" variant="default" size="md">
              {words.cancel}
            </Button>
            <Button type="submit" size="md" loading={form.busy}>
              {words.submit}
            </Button>
          </div>
        </FormView>
        <BringAlong />
      </main>
    </>
  );
}
