//! A group with a task and an end: its first document holds the mandate, the plan and the minutes.

use consilium_model::prose::{Block, Done};

use super::Language::{self, English, German};
use super::text::{bullets, h, p, table, tasks};

pub(super) const fn description(language: Language) -> &'static str {
    match language {
        English => "A group with one task, a date by which it is done, and an end.",
        German => "Eine Gruppe mit einer Aufgabe, einem Termin und einem Ende.",
    }
}

pub(super) const fn title(language: Language) -> &'static str {
    match language {
        English => "Mandate and plan of work",
        German => "Auftrag und Arbeitsplan",
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
        p("[Text in square brackets says what belongs where. Write over it.]"),
        h(2, "Mandate"),
        p(
            "[Who asked for this work, what exactly is wanted, and how will everybody see that it is done? What is not part of it?]",
        ),
        h(2, "People"),
        table(&[
            ["Name", "Brings in", "Hours a month"],
            ["", "", ""],
            ["", "", ""],
        ]),
        h(2, "Plan"),
        table(&[
            ["Step", "Result", "Who", "By when"],
            [
                "1. Collect",
                "What is known, and what others have done",
                "",
                "",
            ],
            [
                "2. Draft",
                "A first version that can be argued about",
                "",
                "",
            ],
            ["3. Discuss", "Objections heard, changes made", "", ""],
            ["4. Adopt", "A version that everybody can stand by", "", ""],
        ]),
        h(2, "How we work together"),
        bullets(&[
            "We meet at fixed times; who cannot come writes beforehand.",
            "Every decision is written down below, with its reason.",
            "Whoever takes on a task says at once when it cannot be kept.",
        ]),
        h(2, "Decisions"),
        p("[Date, decision, reason, who took part. Newest first.]"),
        table(&[["Date", "Decision", "Reason"], ["", "", ""]]),
        h(2, "Open questions"),
        p("[What has to be cleared before the next step, and by whom?]"),
        h(2, "Minutes"),
        h(3, "First meeting"),
        p("[Present, topics, results, next date.]"),
        tasks(&[
            (Done::No, "Agree on the mandate"),
            (Done::No, "Share out the first step"),
            (Done::No, "Name a deputy for the lead"),
            (Done::No, "Set the date on which the group ends"),
        ]),
    ]
}

fn german() -> Vec<Block> {
    vec![
        p("[Was in eckigen Klammern steht, sagt, was wohin gehört. Überschreiben Sie es.]"),
        h(2, "Auftrag"),
        p(
            "[Wer hat um diese Arbeit gebeten, was genau wird gebraucht, und woran sehen alle, dass sie getan ist? Was gehört nicht dazu?]",
        ),
        h(2, "Beteiligte"),
        table(&[
            ["Name", "Bringt ein", "Stunden im Monat"],
            ["", "", ""],
            ["", "", ""],
        ]),
        h(2, "Plan"),
        table(&[
            ["Schritt", "Ergebnis", "Wer", "Bis wann"],
            [
                "1. Sammeln",
                "Was bekannt ist und was andere getan haben",
                "",
                "",
            ],
            [
                "2. Entwerfen",
                "Eine erste Fassung, über die man streiten kann",
                "",
                "",
            ],
            [
                "3. Besprechen",
                "Einwände gehört, Änderungen gemacht",
                "",
                "",
            ],
            [
                "4. Beschließen",
                "Eine Fassung, hinter der alle stehen können",
                "",
                "",
            ],
        ]),
        h(2, "Wie wir zusammenarbeiten"),
        bullets(&[
            "Wir treffen uns zu festen Zeiten; wer nicht kommen kann, schreibt vorher.",
            "Jede Entscheidung steht unten, mit ihrem Grund.",
            "Wer eine Aufgabe übernimmt, sagt sofort, wenn sie nicht zu halten ist.",
        ]),
        h(2, "Entscheidungen"),
        p("[Datum, Entscheidung, Grund, wer dabei war. Neueste zuerst.]"),
        table(&[["Datum", "Entscheidung", "Grund"], ["", "", ""]]),
        h(2, "Offene Fragen"),
        p("[Was muss vor dem nächsten Schritt geklärt sein, und von wem?]"),
        h(2, "Protokolle"),
        h(3, "Erstes Treffen"),
        p("[Anwesende, Themen, Ergebnisse, nächster Termin.]"),
        tasks(&[
            (Done::No, "Auftrag abstimmen"),
            (Done::No, "Den ersten Schritt verteilen"),
            (Done::No, "Eine Stellvertretung für die Leitung benennen"),
            (Done::No, "Den Tag festlegen, an dem die Gruppe endet"),
        ]),
    ]
}
