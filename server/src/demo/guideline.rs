//! A guideline as a panel might draft it. Plausible, and plainly a demonstration.

use consilium_model::prose::{Block, Done, Run};

use super::question;
use super::script::{self, Sample};
use crate::community::templates::text::{bullets, h, numbered, p, runs, table, tasks};

/// The title.
pub const TITLE: &str =
    "Acute uncomplicated cystitis in adult women: first-line antibiotic treatment";

/// The text.
#[must_use]
pub fn body() -> Vec<Block> {
    let mut blocks = vec![
        Block::Blockquote(vec![p(
            "**Demonstration text, not for clinical use.** The society, the panel, the studies and the references \
               below are invented. Doses are there to show a table, not to treat anybody.",
        )]),
        p(
            "__Northwater Society of General Practice · guideline panel “Urinary tract infections” · draft 3 for the \
           session in May__",
        ),
    ];
    blocks.extend(script::notes(Sample::Guideline));
    blocks.extend([
        h(2, "Summary of recommendations"),
        numbered(&[
            "For adult women with typical symptoms and no warning signs, we **recommend** starting treatment without \
             waiting for a urine culture. __(strong recommendation, moderate certainty)__",
            "We **recommend** one of nitrofurantoin, fosfomycin or pivmecillinam as the first choice. \
             __(strong recommendation, high certainty)__",
            "We **suggest** trimethoprim only where local resistance of __Escherichia coli__ is known to be below \
             20 %. __(conditional recommendation, low certainty)__",
            "We **recommend against** fluoroquinolones and cephalosporins as the first choice. \
             __(strong recommendation, moderate certainty)__",
            "We **suggest** offering symptomatic treatment and a delayed prescription to women with mild symptoms who \
             prefer to wait. __(conditional recommendation, moderate certainty)__",
        ]),
        h(2, "1. Scope"),
        p(
            "This guideline is for general practitioners, nurses and pharmacists who advise women of 18 years and older \
           with a first or occasional episode of acute uncomplicated cystitis.",
        ),
        p("It does **not** apply to:"),
        bullets(&[
            "pregnancy, or the first six weeks after birth",
            "fever of 38 °C or more, flank pain, rigors or vomiting (suspected pyelonephritis)",
            "a urinary catheter, a known anomaly of the urinary tract, or an operation on it within three months",
            "severely impaired kidney function or immunosuppression",
            "three or more episodes within a year (see the guideline on recurrent infection)",
        ]),
        h(2, "2. Who needs more than this page"),
        p(
            "Ask every woman about the signs listed under scope, whichever way she contacts the practice. If one of them \
           is present, see her on the same day, take a urine culture before the first dose, and leave this guideline.",
        ),
        h(2, "3. Choice of treatment"),
        h(3, "3.1 Question"),
        p(
            "In adult women with acute uncomplicated cystitis, which antibiotic taken by mouth relieves symptoms soonest, \
           with the fewest relapses, the fewest harms and the least selection of resistance?",
        ),
        Block::Question(question::ID.to_owned()),
        h(3, "3.2 Options"),
        p("All doses: demonstration text, not for clinical use."),
        table(&[
            [
                "Option",
                "Dose (demonstration)",
                "Duration",
                "Benefit",
                "Harms and cautions",
                "Place",
            ],
            [
                "Nitrofurantoin, prolonged release",
                "100 mg twice a day",
                "5 days",
                "Free of symptoms on day 5: about 80 of 100 women",
                "Nausea in about 8 of 100. Not with severely impaired kidney function",
                "First choice",
            ],
            [
                "Fosfomycin trometamol",
                "3 g once",
                "single dose",
                "Free of symptoms on day 5: about 75 of 100 women",
                "Diarrhoea in about 9 of 100. Take on an empty stomach",
                "First choice",
            ],
            [
                "Pivmecillinam",
                "400 mg three times a day",
                "3 days",
                "Free of symptoms on day 5: about 76 of 100 women",
                "Not with penicillin allergy or carnitine deficiency",
                "First choice",
            ],
            [
                "Trimethoprim",
                "200 mg twice a day",
                "3 days",
                "As above where the organism is sensitive",
                "Only with known resistance below 20 %. Watch potassium",
                "Second choice",
            ],
            [
                "Symptomatic treatment and delayed prescription",
                "as needed",
                "3 to 5 days",
                "About 60 of 100 women need no antibiotic",
                "Symptoms last one to two days longer; kidney infection in 1 to 2 of 100",
                "For mild symptoms, by preference",
            ],
        ]),
        h(3, "3.3 From the evidence to the recommendation"),
        bullets(&[
            "**Benefits and harms.** The three first choices differ little in relief. They differ in convenience, price \
             and cautions, so the woman’s preference decides between them.",
            "**Certainty.** High for relief of symptoms (eleven trials, 4,210 women), low for selection of resistance \
             (observation only).",
            "**Values.** In interviews most women ranked quick relief first, and one in four would rather wait than \
             take an antibiotic.",
            "**Equity.** A single dose helps women who cannot easily return to a pharmacy.",
            "**Resources.** All first choices cost less than a second visit.",
        ]),
        h(2, "4. Follow-up"),
        p(
            "No visit and no test are needed when symptoms are gone. Ask the woman to come back when symptoms last longer \
           than 48 hours on treatment, when they return within two weeks, or at once when fever or flank pain appears. \
           Then take a culture and change the drug by its result.",
        ),
        h(2, "5. Open points for the panel"),
        tasks(&[
            (
                Done::Yes,
                "Agree on the wording of recommendation 4 (strong or conditional)",
            ),
            (Done::Yes, "Declare interests for the current session"),
            (
                Done::No,
                "Replace the regional resistance data of two years ago",
            ),
            (
                Done::No,
                "Decide whether pharmacists may supply the single dose without a prescription",
            ),
            (
                Done::No,
                "Plain-language summary: read by three patient partners",
            ),
        ]),
        h(2, "6. Strength and certainty in words"),
        p(
            "“We **recommend**” means that nearly all women who know the facts would want this, and that it can serve as a \
           measure of quality. “We **suggest**” means that many would and some would not: talk about it. Certainty says \
           how likely it is that new studies would change the estimate.",
        ),
        h(2, "References (invented)"),
        numbered(&[
            "Halloran M, Ito S, Brandt E. Five-day nitrofurantoin or single-dose fosfomycin for cystitis: a pragmatic \
             trial. J North Gen Pract 2021; 14: 201–210.",
            "Okafor C, Lindqvist A. Delayed prescribing in lower urinary tract infection: systematic review. Prim Care \
             Evid 2022; 9: 33–47.",
            "Northwater Resistance Network. Escherichia coli in outpatient urine samples, annual report 2023.",
            "Vega R, Thorne P, and the patient panel. What matters to women with cystitis: interviews. Patient Voices \
             2023; 5: 88–95.",
        ]),
        Block::Paragraph(
            runs("How strengths and certainty are graded is described by the ")
                .into_iter()
                .chain([Run::link(
                    "GRADE working group",
                    "https://www.gradeworkinggroup.org/",
                )])
                .chain(runs("."))
                .collect(),
        ),
    ]);
    blocks
}
