/** A long guideline, as one is in the end: sixty pages, with tables, lists, tasks and everything else. */

const SENTENCES = [
  "Assess the pretest probability with a validated score before any imaging is ordered.",
  "Give the first dose within one hour, and record the time at which it was given.",
  "In patients with a creatinine clearance below 30 ml/min the dose is halved.",
  "The panel judged that the balance of benefits and harms favours the intervention.",
  "The certainty of the evidence was rated down for imprecision and for indirectness.",
  "Discuss the alternatives with the patient, and write down what was decided and why.",
  "A second sample is taken after six hours unless the first one settles the question.",
] as const;

function paragraph(seed: number): string {
  return Array.from({ length: 6 }, (_, index) => SENTENCES[(seed * 3 + index * 5) % SENTENCES.length]).join(" ");
}

/** Markdown of about `pages` printed pages. */
export function longGuideline(pages: number): string {
  const parts = ["# Suspected pulmonary embolism in the emergency department"];
  for (let page = 1; page <= pages; page++) {
    parts.push(
      `## ${page}. Question ${page}: when is imaging needed?`,
      paragraph(page),
      "### Recommendation",
      `**Strong recommendation, ${["high", "moderate", "low"][page % 3]} certainty.** ${paragraph(page + 1)}`,
      ["- Check the renal function.", "- Ask about allergies.", "  - Contrast media", "  - Anticoagulants"].join("\n"),
      ["- [x] Reviewed by the panel", "- [ ] Reviewed by patients"].join("\n"),
      [
        "| Outcome | Participants (studies) | Relative effect (95 % CI) | Risk with control | Risk difference | Certainty | Comment |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| Mortality at 30 days | 12,345 (11 RCTs) | RR 0.89 (0.77 to 1.02) | 57 per 1,000 | 6 fewer (13 fewer to 1 more) | low | imprecision |",
        "| Major bleeding | 10,021 (9 RCTs) | RR 1.31 (1.05 to 1.64) | 14 per 1,000 | 4 more (1 to 9 more) | moderate | indirectness |",
      ].join("\n"),
      `> ${paragraph(page + 2)}`,
    );
  }
  return `${parts.join("\n\n")}\n`;
}
