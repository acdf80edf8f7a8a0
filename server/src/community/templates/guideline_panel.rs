//! A panel that writes a guideline: its first document is the guideline itself, question by question.

use consilium_model::prose::{Block, Done};

use super::Language::{self, English, German};
use super::text::{bullets, h, numbered, p, table, tasks};

pub(super) const fn description(language: Language) -> &'static str {
    match language {
        English => "A panel that writes and keeps a clinical guideline together.",
        German => "Eine Gruppe, die gemeinsam eine medizinische Leitlinie schreibt und pflegt.",
    }
}

pub(super) const fn title(language: Language) -> &'static str {
    match language {
        English => "Guideline (draft)",
        German => "Leitlinie (Entwurf)",
    }
}

pub(super) fn body(language: Language) -> Vec<Block> {
    match language {
        English => english(),
        German => german(),
    }
}

fn english() -> Vec<Block> {
    vec![
        p(
            "[Text in square brackets says what belongs where. Write over it. Everything you type is kept at once, also without a connection.]",
        ),
        h(2, "Scope and purpose"),
        p(
            "[Which condition, which patients, in which setting of care? Whom does the guideline address, and what should be better because of it?]",
        ),
        h(2, "Panel and interests"),
        p(
            "[Who takes part, and for whom do they speak? Patients belong to the panel. Note interests before the first question is discussed, and who takes no part in which one.]",
        ),
        table(&[
            ["Name", "Speaks for", "Interests declared", "No part in"],
            ["", "", "", ""],
        ]),
        h(2, "Summary of recommendations"),
        p("[Filled last. One sentence each, with its strength and the certainty of the evidence.]"),
        numbered(&["We **recommend** …", "We **suggest** …"]),
        h(2, "Question 1"),
        h(3, "The question"),
        table(&[
            ["Part", "What we ask"],
            ["Patients", ""],
            ["Intervention", ""],
            ["Comparison", ""],
            ["Outcomes that matter to patients", ""],
        ]),
        h(3, "Evidence"),
        p(
            "[What was found, how many people were studied, how certain are we (high, moderate, low, very low), and why not more certain?]",
        ),
        h(3, "From evidence to recommendation"),
        bullets(&[
            "**Benefits and harms:** ",
            "**Values and preferences of patients:** ",
            "**Resources and equity:** ",
            "**Acceptability and feasibility:** ",
        ]),
        h(3, "Recommendation"),
        p(
            "[Direction (for or against), strength (strong or weak) and wording. Doses stand with their unit, and are checked by a second person.]",
        ),
        h(2, "Carrying it out"),
        p("[What changes in practice, what might stand in the way, and what can be measured?]"),
        h(2, "Next steps"),
        tasks(&[
            (Done::No, "Agree on scope and purpose"),
            (Done::No, "Collect declarations of interests"),
            (Done::No, "Rank the questions and choose the first three"),
            (
                Done::No,
                "Fill in the page of each question (menu, Clinical questions): evidence, judgements, recommendation",
            ),
            (Done::No, "Name a second reader for every dose"),
            (Done::No, "Set the date of the next revision"),
        ]),
    ]
}

fn german() -> Vec<Block> {
    vec![
        p(
            "[Was in eckigen Klammern steht, sagt, was wohin gehört. Überschreiben Sie es. Alles Getippte ist sofort gesichert, auch ohne Verbindung.]",
        ),
        h(2, "Geltungsbereich und Zweck"),
        p(
            "[Welche Erkrankung, welche Patientinnen und Patienten, welcher Versorgungsbereich? An wen richtet sich die Leitlinie, und was soll durch sie besser werden?]",
        ),
        h(2, "Leitliniengruppe und Interessen"),
        p(
            "[Wer wirkt mit, und für wen? Betroffene gehören in die Gruppe. Interessen werden vor der ersten Frage festgehalten, ebenso, wer an welcher Frage nicht mitwirkt.]",
        ),
        table(&[
            [
                "Name",
                "Spricht für",
                "Interessen erklärt",
                "Wirkt nicht mit bei",
            ],
            ["", "", "", ""],
        ]),
        h(2, "Empfehlungen im Überblick"),
        p("[Wird zuletzt gefüllt. Je ein Satz mit Stärke und Vertrauenswürdigkeit der Evidenz.]"),
        numbered(&["Es **soll** …", "Es **sollte** …"]),
        h(2, "Frage 1"),
        h(3, "Die Frage"),
        table(&[
            ["Teil", "Was wir fragen"],
            ["Patientinnen und Patienten", ""],
            ["Maßnahme", ""],
            ["Vergleich", ""],
            ["Endpunkte, die für Betroffene zählen", ""],
        ]),
        h(3, "Evidenz"),
        p(
            "[Was wurde gefunden, wie viele Menschen wurden untersucht, wie sicher sind wir (hoch, moderat, gering, sehr gering), und warum nicht sicherer?]",
        ),
        h(3, "Von der Evidenz zur Empfehlung"),
        bullets(&[
            "**Nutzen und Schaden:** ",
            "**Werte und Wünsche der Betroffenen:** ",
            "**Aufwand und Gerechtigkeit:** ",
            "**Annehmbarkeit und Umsetzbarkeit:** ",
        ]),
        h(3, "Empfehlung"),
        p(
            "[Richtung (dafür oder dagegen), Stärke (stark oder schwach) und Wortlaut. Dosierungen stehen mit Einheit und werden von einer zweiten Person geprüft.]",
        ),
        h(2, "Umsetzung"),
        p(
            "[Was ändert sich in der Praxis, was könnte im Weg stehen, und woran lässt es sich messen?]",
        ),
        h(2, "Nächste Schritte"),
        tasks(&[
            (Done::No, "Geltungsbereich und Zweck abstimmen"),
            (Done::No, "Interessenerklärungen einholen"),
            (Done::No, "Fragen ordnen und die ersten drei auswählen"),
            (
                Done::No,
                "Zu jeder Frage ihre Seite ausfüllen (Menü, Klinische Fragen): Evidenz, Bewertungen, Empfehlung",
            ),
            (Done::No, "Für jede Dosierung eine zweite Person benennen"),
            (Done::No, "Termin der nächsten Überarbeitung festlegen"),
        ]),
    ]
}
