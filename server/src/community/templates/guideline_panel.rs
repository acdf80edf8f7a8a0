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
            "__Text in italics says what belongs where. Write over it. Everything you type is kept at once, also without a connection.__",
        ),
        h(2, "Scope and purpose"),
        p(
            "__Which condition, which patients, in which setting of care? Whom does the guideline address, and what should be better because of it?__",
        ),
        h(2, "Panel and interests"),
        p(
            "__Who takes part, and for whom do they speak? Patients belong to the panel. Note interests before the first question is discussed, and who takes no part in which one.__",
        ),
        table(&[
            ["Name", "Speaks for", "Interests declared", "No part in"],
            ["", "", "", ""],
        ]),
        h(2, "Summary of recommendations"),
        p(
            "__Filled last. One sentence each, with its strength and the certainty of the evidence.__",
        ),
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
            "__What was found, how many people were studied, how certain are we (high, moderate, low, very low), and why not more certain?__",
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
            "__Direction (for or against), strength (strong or conditional) and wording. Doses stand with their unit, and are checked by a second person.__",
        ),
        h(2, "Carrying it out"),
        p("__What changes in practice, what might stand in the way, and what can be measured?__"),
        h(2, "Next steps"),
        tasks(&[
            (Done::No, "Agree on scope and purpose"),
            (Done::No, "Collect declarations of interests"),
            (Done::No, "Rank the questions and choose the first three"),
            (Done::No, "Name a second reader for every dose"),
            (Done::No, "Set the date of the next revision"),
        ]),
    ]
}

fn german() -> Vec<Block> {
    vec![
        p(
            "__Kursives sagt, was wohin gehört. Überschreiben Sie es. Alles Getippte ist sofort gesichert, auch ohne Verbindung.__",
        ),
        h(2, "Geltungsbereich und Zweck"),
        p(
            "__Welche Erkrankung, welche Patientinnen und Patienten, welcher Versorgungsbereich? An wen richtet sich die Leitlinie, und was soll durch sie besser werden?__",
        ),
        h(2, "Leitliniengruppe und Interessen"),
        p(
            "__Wer wirkt mit, und für wen? Betroffene gehören in die Gruppe. Interessen werden vor der ersten Frage festgehalten, ebenso, wer an welcher Frage nicht mitwirkt.__",
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
        p(
            "__Wird zuletzt gefüllt. Je ein Satz mit Empfehlungsgrad und Vertrauen in die Evidenz.__",
        ),
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
            "__Was wurde gefunden, wie viele Menschen wurden untersucht, wie sicher sind wir (hoch, moderat, niedrig, sehr niedrig), und warum nicht sicherer?__",
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
            "__Richtung (dafür oder dagegen), Stärke (stark oder abgeschwächt) und Wortlaut. Dosierungen stehen mit Einheit und werden von einer zweiten Person geprüft.__",
        ),
        h(2, "Umsetzung"),
        p(
            "__Was ändert sich in der Praxis, was könnte im Weg stehen, und woran lässt es sich messen?__",
        ),
        h(2, "Nächste Schritte"),
        tasks(&[
            (Done::No, "Geltungsbereich und Zweck abstimmen"),
            (Done::No, "Interessenerklärungen einholen"),
            (Done::No, "Fragen ordnen und die ersten drei auswählen"),
            (Done::No, "Für jede Dosierung eine zweite Person benennen"),
            (Done::No, "Termin der nächsten Überarbeitung festlegen"),
        ]),
    ]
}
