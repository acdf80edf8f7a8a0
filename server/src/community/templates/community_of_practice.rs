//! People of one field who learn from each other: their first document is the charter by which they do.

use consilium_model::prose::{Block, Done};

use super::Language::{self, English, German};
use super::text::{bullets, h, numbered, p, table, tasks};

pub(super) const fn description(language: Language) -> &'static str {
    match language {
        English => "People of one field who learn from each other and agree on how they work.",
        German => {
            "Menschen eines Fachs, die voneinander lernen und sich darauf einigen, wie sie arbeiten."
        }
    }
}

pub(super) const fn title(language: Language) -> &'static str {
    match language {
        English => "Our charter (draft)",
        German => "Unsere Charta (Entwurf)",
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
            "[Text in square brackets says what belongs where. Write over it; what nobody needs can go.]",
        ),
        h(2, "What we are here for"),
        p(
            "[Two or three sentences: the field, the people, and what is better for patients when we learn from each other.]",
        ),
        h(2, "Who belongs to us"),
        p(
            "[Who may join, on whose invitation, and what is expected of members. Everybody takes part under their own name.]",
        ),
        h(2, "How we work"),
        bullets(&[
            "**Cases:** we describe them so that nobody can be recognised.",
            "**Questions:** every question gets an answer, if only where to look.",
            "**Meetings:** how often, how long, and who prepares them.",
            "**Results:** what we agree on is written down in a document of its own.",
        ]),
        h(2, "How we decide"),
        numbered(&[
            "We look for consent first: nobody upholds a reasoned objection.",
            "If that fails twice, we vote; a minority may add its view.",
            "This charter is changed by two thirds of those who take part.",
        ]),
        h(2, "Roles"),
        table(&[
            ["Role", "Task", "Who, until when"],
            [
                "Leader",
                "Answers for the community, members and openness",
                "",
            ],
            ["Deputy", "Stands ready to take over at any moment", ""],
            [
                "Host of the month",
                "Chooses the case and leads the talk",
                "",
            ],
        ]),
        h(2, "Independence and openness"),
        p(
            "[From whom do we take no money? Which interests does everybody declare? What do we share with other communities, and what stays among us?]",
        ),
        h(2, "Next steps"),
        tasks(&[
            (
                Done::No,
                "Everybody reads this charter and changes what they would not sign",
            ),
            (Done::No, "Name a second leader"),
            (Done::No, "Choose the first case"),
            (Done::No, "Set the date of the first meeting"),
        ]),
    ]
}

fn german() -> Vec<Block> {
    vec![
        p(
            "[Was in eckigen Klammern steht, sagt, was wohin gehört. Überschreiben Sie es; was niemand braucht, kann weg.]",
        ),
        h(2, "Wozu es uns gibt"),
        p(
            "[Zwei, drei Sätze: das Fach, die Menschen, und was für Patientinnen und Patienten besser wird, wenn wir voneinander lernen.]",
        ),
        h(2, "Wer zu uns gehört"),
        p(
            "[Wer kann beitreten, auf wessen Einladung, und was wird von Mitgliedern erwartet? Alle wirken unter eigenem Namen mit.]",
        ),
        h(2, "Wie wir arbeiten"),
        bullets(&[
            "**Fälle:** Wir beschreiben sie so, dass niemand zu erkennen ist.",
            "**Fragen:** Jede Frage bekommt eine Antwort, und sei es, wo man nachsehen kann.",
            "**Treffen:** wie oft, wie lange, und wer sie vorbereitet.",
            "**Ergebnisse:** Worauf wir uns einigen, steht in einem eigenen Dokument.",
        ]),
        h(2, "Wie wir entscheiden"),
        numbered(&[
            "Wir suchen zuerst den Konsens: Niemand hält einen begründeten Einwand aufrecht.",
            "Scheitert das zweimal, stimmen wir ab; eine Minderheit darf ihre Sicht anfügen.",
            "Diese Charta wird mit zwei Dritteln der Mitwirkenden geändert.",
        ]),
        h(2, "Rollen"),
        table(&[
            ["Rolle", "Aufgabe", "Wer, bis wann"],
            [
                "Leitung",
                "Steht ein für Gemeinschaft, Mitglieder und Offenheit",
                "",
            ],
            ["Stellvertretung", "Kann jederzeit übernehmen", ""],
            [
                "Gastgeberin oder Gastgeber des Monats",
                "Wählt den Fall und führt das Gespräch",
                "",
            ],
        ]),
        h(2, "Unabhängigkeit und Offenheit"),
        p(
            "[Von wem nehmen wir kein Geld? Welche Interessen legen alle offen? Was teilen wir mit anderen Gemeinschaften, und was bleibt unter uns?]",
        ),
        h(2, "Nächste Schritte"),
        tasks(&[
            (
                Done::No,
                "Alle lesen diese Charta und ändern, was sie nicht unterschreiben würden",
            ),
            (Done::No, "Eine zweite Leitung benennen"),
            (Done::No, "Den ersten Fall auswählen"),
            (Done::No, "Den Termin des ersten Treffens festlegen"),
        ]),
    ]
}
