//! Every deed, every event and every refusal: what came before, what is done, and what comes of it.

use std::collections::BTreeSet;

use consilium_protocol::ids::UserId;

use super::super::deed::Deed;
use super::super::refusal::Refusal;
use super::script::Stage;

/// In a meeting that is under way: what came before, a step, and the events or the refusal.
#[rustfmt::skip]
const OPEN: &[(&str, &str, &str)] = &[
    // Coming and going.
    ("", "server arrive nora member", "arrived"),
    ("", "server arrive mia member", ""),
    ("", "server arrive mia guest", "arrived"),
    ("", "server drop mia", "dropped"),
    ("", "server drop nora", ""),
    ("server drop mia", "server arrive mia member", "arrived"),
    ("lena set-lobby knock", "server arrive nora guest", "knocked"),
    ("lena set-lobby knock; server arrive nora member", "server arrive nora member", ""),
    ("lena set-lobby knock; server arrive nora member", "nora leave", "left"),
    ("lena set-lobby knock; server drop mia", "server arrive mia member", "arrived"),
    ("lena set-lobby knock; server drop dora", "server arrive dora member", "arrived"),
    ("lena set-lobby knock; server arrive nora member", "lena admit nora", "admitted"),
    ("", "lena admit mia", "!already-so"),
    ("", "lena admit nora", "!no-such-person"),
    ("lena set-lobby knock", "lena set-lobby knock", "!already-so"),
    ("", "lena set-lobby knock", "lobby-set"),
    ("", "mia leave", "left"),
    ("", "server expel mia", "removed"),
    ("server expel mia", "server expel mia", ""),
    ("", "server expel nora", ""),
    ("", "lena remove mia shouted others down", "removed"),
    ("", "lena remove mia", "!bad-text"),
    ("", "lena remove lena no", "!not-oneself"),
    ("lena hand-over dora", "dora remove lena no", "!leader-stays"),
    ("", "lena remove nora no", "!no-such-person"),
    ("lena remove mia no", "lena remove mia no", "!already-so"),
    ("lena remove mia no", "mia raise-hand", "!not-present"),
    ("lena remove mia no", "server arrive mia member", "knocked"),
    ("lena remove mia no; server arrive mia member", "lena admit mia", "admitted"),
    ("lena remove mia no; server arrive mia member", "mia raise-hand", "!not-present"),
    ("", "server set-roll mia,max", "roll-set"),
    ("", "server set-roll lena,dora,mia,max", ""),
    ("", "mia end", "!not-yours"),
    ("", "lena end", "ended"),
    ("", "server end", "ended"),
    ("", "lena open", "!not-yours"),
    ("", "dora open", "!not-now"),
    ("lena end", "lena raise-hand", "!not-present"),
    ("lena end", "server tick", "!not-now"),
    // The chair.
    ("", "lena name-deputies mia,max", "deputies-named"),
    ("", "lena name-deputies -", "deputies-named"),
    ("", "lena name-deputies dora", "!already-so"),
    ("", "lena name-deputies mia,mia", "!already-so"),
    ("", "lena name-deputies gus", "!may-not-chair"),
    ("", "lena name-deputies nora", "!no-such-person"),
    ("", "lena hand-over mia", "chair-taken"),
    ("", "lena hand-over lena", "!not-oneself"),
    ("", "lena hand-over gus", "!may-not-chair"),
    ("server drop mia", "lena hand-over mia", "!may-not-chair"),
    ("lena hand-over mia", "lena reclaim", "chair-taken"),
    ("", "lena reclaim", "!not-yours"),
    ("", "mia reclaim", "!not-yours"),
    ("", "mia elect mia", "!not-now"),
    ("", "server drop lena", "dropped grace-began"),
    ("server drop lena", "server arrive lena member", "arrived chair-taken"),
    ("server drop lena", "mia elect mia", "!no-election"),
    ("", "lena leave", "left chair-taken"),
    ("", "server expel lena", "removed chair-taken"),
    ("lena name-deputies -", "lena leave", "left election-began"),
    ("lena name-deputies -; lena leave", "mia elect max", "elected election-ends"),
    ("lena name-deputies -; lena leave; mia elect max", "mia elect max", "!already-so"),
    ("lena name-deputies -; lena leave", "mia elect gus", "!may-not-chair"),
    ("lena name-deputies -; lena leave", "gus elect mia", "!not-yours"),
    // The agenda.
    ("", "lena add-item Cough q2 300", "item-added"),
    ("", "lena add-item -", "!bad-text"),
    ("", "lena add-item Cough elsewhere", "!not-our-text"),
    ("", "lena add-item Cough q2 5", "!bad-time"),
    ("", "mia add-item Cough", "!not-yours"),
    ("", "lena move-item 1 0", "item-moved"),
    ("", "lena move-item 1 9", "!already-so"),
    ("", "lena move-item 7 0", "!no-such-item"),
    ("", "lena begin-item 0", "item-began"),
    ("lena begin-item 0", "lena begin-item 0", "!already-so"),
    ("lena begin-item 0", "lena begin-item 1", "item-began"),
    ("", "lena begin-item 7", "!no-such-item"),
    ("", "lena park-item 0", "item-parked"),
    ("lena begin-item 0", "lena park-item 0", "item-parked"),
    ("lena park-item 0", "lena park-item 0", "!already-so"),
    ("lena park-item 0", "lena begin-item 0", "item-began"),
    ("lena begin-item 0", "lena close-item", "item-closed"),
    ("", "lena close-item", "!no-current-item"),
    ("lena begin-item 0", "lena pause-timer", "timer-paused"),
    ("lena begin-item 1", "lena pause-timer", "!no-timer"),
    ("lena begin-item 0; lena pause-timer", "lena resume-timer", "timer-resumed"),
    ("lena begin-item 0", "lena resume-timer", "!no-timer"),
    ("lena begin-item 0", "lena extend-timer 60", "timer-extended"),
    ("lena begin-item 0; lena pause-timer", "lena extend-timer 60", "timer-extended"),
    ("lena begin-item 0", "lena extend-timer 28800", "!bad-time"),
    ("lena begin-item 0", "lena extend-timer 1", "!bad-time"),
    ("", "lena extend-timer 60", "!no-current-item"),
    ("lena begin-item 0; @599", "server tick", ""),
    ("lena begin-item 0; @600", "server tick", "overran"),
    ("lena begin-item 0; @600; server tick", "server tick", ""),
    ("lena begin-item 0; @600; server tick", "lena extend-timer 60", "timer-extended"),
    ("lena begin-item 0; @600; server tick", "lena park-item 0", "item-parked"),
    ("lena begin-item 0; @600; server tick", "lena open-poll overrun", "poll-opened"),
    ("lena begin-item 0", "lena open-poll overrun", "!no-timer"),
    // Recusals.
    ("", "lena recuse mia 0 absent", "recused"),
    ("", "mia recuse-myself 0 read-only", "recused"),
    ("", "gus recuse-myself 0 absent", "recused"),
    ("", "server recuse mia 0 absent", "recused"),
    ("", "mia recuse max 0 absent", "!not-yours"),
    ("", "lena recuse mia 7 absent", "!no-such-item"),
    ("lena recuse mia 0 absent", "lena recuse mia 0 absent", "!already-so"),
    ("lena recuse mia 0 absent", "lena recuse mia 0 read-only", "recused"),
    ("lena recuse mia 0 absent", "lena end-recusal mia 0", "recusal-ended"),
    ("lena recuse mia 0 absent", "mia end-recusal mia 0", "!not-yours"),
    ("", "lena end-recusal mia 0", "!already-so"),
    ("lena recuse dora 0 absent; lena begin-item 0; lena leave", "server end-recusal dora 0", "recusal-ended chair-taken"),
    ("lena recuse dora 0 absent; lena recuse dora 1 absent; lena begin-item 0; lena leave", "server end-recusal dora 1", "recusal-ended"),
    ("lena recuse mia 0 absent; lena begin-item 0", "server end-recusal mia 0", "recusal-ended"),
    ("lena begin-item 0", "lena recuse-myself 0 read-only", "!chair-recused"),
    ("lena begin-item 0", "server recuse lena 0 read-only", "!chair-recused"),
    ("lena recuse-myself 0 read-only", "lena begin-item 0", "!chair-recused"),
    ("lena recuse-myself 0 read-only; lena hand-over dora", "dora begin-item 0", "item-began"),
    ("lena recuse-myself 0 read-only; lena hand-over dora; dora begin-item 0", "lena reclaim", "!may-not-chair"),
    // The floor.
    ("", "mia raise-hand", "hand-raised"),
    ("", "gus raise-hand", "hand-raised"),
    ("", "lena raise-hand", "!not-yours"),
    ("mia raise-hand", "mia raise-hand", "!already-so"),
    ("lena give-floor mia", "mia raise-hand", "!already-so"),
    ("lena recuse mia 0 read-only; lena begin-item 0", "mia raise-hand", "!recused"),
    ("mia raise-hand", "mia lower-hand", "hand-lowered"),
    ("", "mia lower-hand", "!already-so"),
    ("mia raise-hand", "lena lower-hand-of mia", "hand-lowered"),
    ("mia raise-hand", "max lower-hand-of mia", "!not-yours"),
    ("mia raise-hand; max raise-hand", "lena move-hand max 0", "hand-moved"),
    ("mia raise-hand; max raise-hand", "lena move-hand max 9", "!already-so"),
    ("", "lena move-hand max 0", "!no-such-person"),
    ("", "lena give-floor mia", "floor-given"),
    ("", "lena give-floor mia 60", "floor-given"),
    ("", "lena give-floor mia 1", "!bad-time"),
    ("lena give-floor mia", "lena give-floor mia", "!already-so"),
    ("lena give-floor mia", "lena give-floor max", "floor-given"),
    ("lena recuse mia 0 read-only; lena begin-item 0", "lena give-floor mia", "!recused"),
    ("", "mia give-floor mia", "!not-yours"),
    ("server drop mia", "lena give-floor mia", "!no-such-person"),
    ("lena give-floor mia", "lena take-floor", "floor-free"),
    ("", "lena take-floor", "!already-so"),
    ("lena give-floor mia", "mia yield-floor", "floor-free"),
    ("lena give-floor mia", "max yield-floor", "!already-so"),
    ("lena give-floor mia 60; @59", "server tick", ""),
    ("lena give-floor mia 60; @60", "server tick", "floor-free"),
    ("", "lena set-floor hands", "floor-set"),
    ("", "lena set-floor editors mia", "floor-set"),
    ("", "lena set-floor suggestions -", "floor-set"),
    ("", "lena set-floor editors nora", "!no-such-person"),
    ("", "lena set-floor open", "!already-so"),
    ("", "mia set-floor hands", "!not-yours"),
    // Writing.
    ("", "lena freeze -", "frozen"),
    ("lena freeze -", "lena freeze mia", "frozen"),
    ("lena freeze mia", "lena freeze mia", "!already-so"),
    ("", "lena freeze nora", "!no-such-person"),
    ("lena freeze -", "lena unfreeze", "unfrozen"),
    ("", "lena unfreeze", "!already-so"),
    ("", "lena lock q1 mia", "locked"),
    ("lena lock q1 mia", "lena lock q1 max", "locked"),
    ("lena lock q1 mia", "lena lock q1 mia", "!already-so"),
    ("", "lena lock elsewhere mia", "!not-our-text"),
    ("lena lock q1#s mia", "lena unlock q1#s", "unlocked"),
    ("lena lock q1#s mia", "lena unlock q1", "!no-such-lock"),
    // Where everybody looks.
    ("", "lena gather q1 10", "gathering"),
    ("lena gather q1 10", "lena gather q2 10", "!already-so"),
    ("", "lena gather q1 1", "!bad-time"),
    ("", "lena gather elsewhere 10", "!not-our-text"),
    ("lena gather q1 10", "lena cancel-gather", "gathering-cancelled"),
    ("", "lena cancel-gather", "!already-so"),
    ("lena gather q1 10", "mia stay", "stayed"),
    ("lena gather q1 10; mia stay", "mia stay", "!already-so"),
    ("", "mia stay", "!already-so"),
    ("lena gather q1 10; @9", "server tick", ""),
    ("lena gather q1 10; @10", "server tick", "gathered"),
    ("", "lena spotlight q1#rec", "spotlit"),
    ("lena spotlight q1", "lena spotlight q1", "!already-so"),
    ("lena spotlight q1", "lena end-spotlight", "spotlight-ended"),
    ("", "lena end-spotlight", "!already-so"),
    // Whom all follow.
    ("", "lena present q1", "presenting"),
    ("lena present q1", "lena present q1", "!already-so"),
    ("lena present q1", "lena present q2", "presenting"),
    ("", "lena present elsewhere", "!not-our-text"),
    ("", "mia present q1", "!not-yours"),
    ("", "gus present q1", "!not-yours"),
    ("lena present q1", "lena stop-presenting", "presenting-ended"),
    ("", "lena stop-presenting", "!already-so"),
    ("lena present q1", "dora stop-presenting", "!not-yours"),
    // It ends with the chair, and with being there.
    ("lena present q1; lena hand-over dora", "dora stop-presenting", "!already-so"),
    ("lena present q1; lena hand-over dora", "dora present q1", "presenting"),
    ("lena present q1; lena hand-over dora", "lena present q1", "!not-yours"),
    ("lena hand-over dora; dora present q1; lena reclaim", "lena stop-presenting", "!already-so"),
    ("lena present q1; server drop lena", "server arrive lena member", "arrived chair-taken"),
    ("lena present q1; server drop lena; server arrive lena member", "lena stop-presenting", "!already-so"),
    ("lena present q1; server drop lena", "dora present q1", "!not-yours"),
    ("lena present q1; server drop lena; @45; server tick", "dora present q1", "presenting"),
    ("lena present q1; lena leave", "dora stop-presenting", "!already-so"),
    ("lena present q1; server expel lena", "dora stop-presenting", "!already-so"),
    // Polls.
    ("", "lena open-poll Lunch? now,later", "poll-opened"),
    ("", "lena open-poll Lunch? now", "!bad-choices"),
    ("", "lena open-poll Lunch? now,now", "!bad-choices"),
    ("lena open-poll Lunch? now,later", "lena open-poll Lunch? now,later", "!poll-open"),
    ("lena open-poll Lunch? now,later", "mia answer-poll 0 1", ""),
    ("lena open-poll Lunch? now,later", "mia answer-poll 0 2", "!no-such-choice"),
    ("lena open-poll Lunch? now,later", "mia answer-poll 7 0", "!no-such-poll"),
    ("lena open-poll Lunch? now,later", "gus answer-poll 0 0", "!not-yours"),
    ("lena recuse mia 0 read-only; lena begin-item 0; lena open-poll Lunch? now,later", "mia answer-poll 0 0", "!recused"),
    ("lena open-poll Lunch? now,later; mia answer-poll 0 1", "lena close-poll 0", "poll-closed"),
    ("lena open-poll Lunch? now,later; lena close-poll 0", "mia answer-poll 0 1", "!poll-closed"),
    ("lena open-poll Lunch? now,later; lena close-poll 0", "lena close-poll 0", "!poll-closed"),
    ("lena begin-item 0; lena open-poll Lunch? now,later", "lena close-item", "!poll-open"),
    ("lena open-poll Lunch? now,later", "lena end", "poll-closed ended"),
    // Rounds.
    ("lena begin-item 0", "lena open-round 0 q1 t named 1/2 yes,no", "round-opened"),
    ("", "lena open-round 0 q1 t named 1/2 yes,no", "!no-current-item"),
    ("lena begin-item 1", "lena open-round 0 q1 t named 1/2 yes,no", "!no-current-item"),
    ("lena begin-item 0", "lena open-round 0 elsewhere t named 1/2 yes,no", "!not-our-text"),
    ("lena begin-item 0", "lena open-round 0 q1 t named 3/2 yes,no", "!bad-choices"),
    ("lena begin-item 0", "lena open-round 0 q1 t named 1/2 yes", "!bad-choices"),
    ("server drop mia; server drop max; lena begin-item 0", "lena open-round 0 q1 t named 2/3 yes,no", "!no-quorum"),
    ("server set-roll -; lena begin-item 0", "lena open-round 0 q1 t named 0/1 yes,no", "!no-quorum"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "lena open-round 0 q1 t named 1/2 yes,no", "!round-open"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "mia cast-ballot 0 t - 0", "ballot-cast"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no; mia cast-ballot 0 t - 0", "mia cast-ballot 0 t - 1", ""),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "mia cast-ballot 0 t - abstain", "ballot-cast"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "mia cast-ballot 0 t - 2", "!no-such-choice"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "mia cast-ballot 0 u - 0", "!other-text"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "mia cast-ballot 0 t s 0", "!wrong-slot"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "mo cast-ballot 0 t - 0", "!not-on-roll"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "gus cast-ballot 0 t - 0", "!not-yours"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "mia cast-ballot 7 t - 0", "!no-such-round"),
    ("lena recuse mia 0 read-only; lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "mia cast-ballot 0 t - 0", "!not-on-roll"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "mia recuse-myself 0 absent", "!round-open"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "mo recuse-myself 0 absent", "recused"),
    ("lena begin-item 0; lena open-round 0 q1 t anonymous 1/2 yes,no", "mia cast-ballot 0 t a 0", "ballot-cast"),
    ("lena begin-item 0; lena open-round 0 q1 t anonymous 1/2 yes,no", "mia cast-ballot 0 t - 0", "!wrong-slot"),
    ("lena begin-item 0; lena open-round 0 q1 t anonymous 1/2 yes,no; mia cast-ballot 0 t a 0", "mia cast-ballot 0 t a 1", ""),
    ("lena begin-item 0; lena open-round 0 q1 t anonymous 1/2 yes,no; mia cast-ballot 0 t a 0", "mia cast-ballot 0 t b 1", "!wrong-slot"),
    ("lena begin-item 0; lena open-round 0 q1 t anonymous 1/2 yes,no; mia cast-ballot 0 t a 0", "max cast-ballot 0 t a 1", "!wrong-slot"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "lena close-round 0", "round-closed"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no; lena close-round 0", "mia cast-ballot 0 t - 0", "!round-closed"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no; lena close-round 0", "lena close-round 0", "!round-closed"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "lena void-round 0 the wrong text", "round-voided"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "lena void-round 0", "!bad-text"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no; lena void-round 0 no", "mia cast-ballot 0 t - 0", "!round-closed"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "server text-changed q1 u", "round-voided"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "server text-changed q1 t", ""),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "server text-changed q2 u", ""),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no; lena close-round 0", "server text-changed q1 u", ""),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "lena begin-item 1", "!round-open"),
    ("lena begin-item 0; lena open-round 0 q1 t named 1/2 yes,no", "lena end", "round-voided ended"),
    // Motions.
    ("lena begin-item 0", "mia propose that we stop", "proposed"),
    ("", "mia propose that we stop", "!no-current-item"),
    ("lena begin-item 0", "mia propose", "!bad-text"),
    ("lena begin-item 0", "lena propose that we stop", "!not-yours"),
    ("lena begin-item 0; mia propose a; max propose b; mo propose c", "mia propose d", "!too-deep"),
    ("lena begin-item 0; mia propose a", "max second 0", "seconded"),
    ("lena begin-item 0; mia propose a", "mia second 0", "!not-oneself"),
    ("lena begin-item 0; mia propose a; max second 0", "mo second 0", "!already-so"),
    ("lena begin-item 0; mia propose a; max propose b", "mo second 0", "!no-such-motion"),
    ("lena begin-item 0; mia propose a", "mia withdraw-motion 0", "motion-ended"),
    ("lena begin-item 0; mia propose a", "max withdraw-motion 0", "!not-your-motion"),
    ("lena begin-item 0; mia propose a", "lena decide-motion 0 carried", "!not-seconded"),
    ("lena begin-item 0; mia propose a; max second 0", "lena decide-motion 0 carried", "motion-ended"),
    ("lena begin-item 0; mia propose a; max second 0", "lena decide-motion 0 carried c", "!bad-text"),
    ("lena begin-item 0; mia propose a", "lena decide-motion 0 lost", "motion-ended"),
    ("lena begin-item 0; mia propose a", "lena decide-motion 0 withdrawn", "!not-your-motion"),
    ("lena begin-item 0; mia propose a; max propose b; mo second 1", "lena decide-motion 1 carried ab", "motion-ended"),
    ("lena begin-item 0; mia propose a; max propose b; mo second 1", "lena decide-motion 1 carried", "!bad-text"),
    ("lena begin-item 0; mia propose a", "lena close-item", "!motion-pending"),
    ("lena recuse mia 0 read-only; lena begin-item 0", "mia propose a", "!recused"),
];

/// In a meeting that has not begun.
#[rustfmt::skip]
const PLANNED: &[(&str, &str, &str)] = &[
    ("", "lena open", "opened chair-taken"),
    ("", "dora open", "opened chair-taken"),
    ("", "mia open", "!not-yours"),
    ("", "lena begin-item 0", "!not-yours"),
    ("", "lena set-floor hands", "floor-set"),
    ("", "dora add-item Cough", "item-added"),
    ("", "lena remove mia no", "removed"),
    ("", "server drop lena", "dropped"),
    ("", "mia raise-hand", "!not-now"),
];

/// In a meeting of peers that is under way.
#[rustfmt::skip]
const PEERS: &[(&str, &str, &str)] = &[
    ("", "max begin-item 0", "item-began"),
    ("", "mia remove max no", "!not-yours"),
    ("", "mia freeze -", "!not-yours"),
    ("", "mia give-floor max", "floor-given"),
    ("mia give-floor max", "mia give-floor mia", "!not-yours"),
    ("mia give-floor max", "max give-floor mia", "floor-given"),
    ("", "server drop mia", "dropped"),
    ("", "mia leave", "left"),
    ("", "gus begin-item 0", "!not-yours"),
    ("", "max present q1", "presenting"),
    ("", "gus present q1", "!not-yours"),
    ("max present q1", "mia present q1", "!not-yours"),
    ("max present q1", "mia stop-presenting", "!not-yours"),
    ("max present q1", "max present q2", "presenting"),
    ("max present q1", "max stop-presenting", "presenting-ended"),
    ("max present q1; server drop max", "mia present q1", "presenting"),
    ("max present q1; max leave", "mia present q1", "presenting"),
    ("max present q1; server expel max", "mia present q1", "presenting"),
    ("max present q1; server arrive max guest", "mia present q1", "presenting"),
    ("max present q1; max begin-item 0; max recuse-myself 0 read-only", "mia present q1", "presenting"),
    ("max begin-item 0; max recuse-myself 0 read-only", "max present q1", "!recused"),
    ("max present q1; max recuse-myself 0 read-only; mia begin-item 0", "mia present q1", "presenting"),
    ("max begin-item 0", "mia recuse-myself 0 read-only", "recused"),
    ("mia open-poll Lunch? now,later; max answer-poll 0 1", "mia close-poll 0", "poll-closed"),
];

type Start = fn() -> Stage;

#[test]
fn every_step_comes_to_what_the_tables_say() {
    let tables: [(&[_], Start); 3] = [
        (OPEN, Stage::open),
        (PLANNED, Stage::planned),
        (PEERS, Stage::peers),
    ];
    let mut wrong = Vec::new();
    let mut done = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for (table, start) in tables {
        for (before, step, expected) in table {
            let mut stage = start().play(before);
            let found = stage.outcome(step);
            if found != *expected {
                wrong.push(format!("{before} | {step}: {found:?}, not {expected:?}"));
            }
            if !found.starts_with('!') {
                done.insert(step.split(' ').nth(1).unwrap_or_default());
            }
            seen.extend(found.split(' ').map(str::to_owned));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let never: Vec<_> = Deed::ALL
        .iter()
        .filter(|deed| !done.contains(deed.word()))
        .collect();
    assert!(never.is_empty(), "never done: {never:?}");
    // `full` is shown by the tests of bounds.
    let unseen: Vec<_> = Refusal::ALL
        .iter()
        .filter(|refusal| **refusal != Refusal::Full)
        .filter(|refusal| !seen.contains(&format!("!{}", refusal.code())))
        .collect();
    assert!(unseen.is_empty(), "never refused so: {unseen:?}");
    let events = event_words();
    assert!(events.len() > 40, "{events:?}");
    let unseen: Vec<_> = events.iter().filter(|word| !seen.contains(*word)).collect();
    assert!(unseen.is_empty(), "never happened: {unseen:?}");
}

/// The kinds of events, as the source names them.
pub(super) fn event_words() -> Vec<String> {
    include_str!("../event.rs")
        .split_once("pub enum Event {")
        .and_then(|(_, rest)| rest.split_once("\n}"))
        .map(|(body, _)| body)
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(char::is_uppercase))
        .map(|line| {
            let name: String = line.chars().take_while(|c| c.is_alphanumeric()).collect();
            let mut word = String::new();
            for c in name.chars() {
                if c.is_uppercase() && !word.is_empty() {
                    word.push('-');
                }
                word.extend(c.to_lowercase());
            }
            word
        })
        .collect()
}

#[test]
fn who_has_not_spoken_comes_before_those_who_have() {
    let stage = Stage::open().play(
        "lena give-floor mia; lena give-floor max; lena take-floor; \
         mia raise-hand; mo raise-hand; max raise-hand; gus raise-hand",
    );
    let hands: Vec<&str> = stage
        .meeting
        .state
        .floor
        .hands
        .iter()
        .map(UserId::as_str)
        .collect();
    assert_eq!(hands, ["mo", "gus", "mia", "max"]);
}

#[test]
fn a_carried_amendment_changes_what_it_amends_and_nothing_else() {
    let stage = Stage::open().play(
        "lena begin-item 0; mia propose a; max propose b; mo propose c; mia second 2; \
         lena decide-motion 2 carried bc; lena decide-motion 1 lost",
    );
    let motions = &stage.meeting.state.motions;
    let texts = |motions: &[super::super::motion::Motion]| -> Vec<String> {
        motions.iter().map(|motion| motion.text.clone()).collect()
    };
    assert_eq!(texts(&motions.stack), ["a"]);
    let ended: Vec<_> = motions
        .ended
        .iter()
        .map(|(motion, _)| motion.clone())
        .collect();
    assert_eq!(texts(&ended), ["c", "bc"]);
}

#[test]
fn a_timer_that_stood_still_has_as_much_left_as_before() {
    use super::super::agenda::Timer;
    use super::super::time::{Moment, Span};
    use super::script::START;
    let stage = Stage::open().play("lena begin-item 0; @100; lena pause-timer; @400");
    assert_eq!(
        stage.meeting.state.agenda.timer,
        Timer::Paused(Span::seconds(500))
    );
    let stage = stage.play("lena extend-timer 60; lena resume-timer");
    let until = Moment(START + (400 + 500 + 60) * 1_000);
    assert_eq!(stage.meeting.state.agenda.timer, Timer::Running(until));
}

#[test]
fn attendance_is_counted_while_the_meeting_is_open() {
    use super::super::time::Span;
    let stage = Stage::planned().play(
        "@10; lena open; @70; server drop mia; @100; server arrive mia member; @130; lena end",
    );
    let attendance = stage.meeting.state.attendance();
    let of = |name: &str| {
        attendance
            .iter()
            .find(|(who, ..)| who.as_str() == name)
            .map(|(_, _, each)| *each)
            .unwrap()
    };
    assert_eq!(of("lena").total, Span::seconds(120));
    assert_eq!(of("mia").total, Span::seconds(60 + 30));
    assert_eq!(of("mia").since, None);
}
