//! Every limit of a meeting, each with the reason for its value (I4).
//!
//! They bound what one meeting holds in memory and what one of its events weighs. How often somebody may send commands is
//! the connection's limit (`consilium_protocol::limits`).

use super::time::Span;

/// People that a meeting knows, present or not. A meeting is of 5 to 500; as many again may come and go.
pub const PEOPLE_MAX: usize = 1_000;

/// People present whom every view lists. More are a crowd: nobody reads such a list, and written into every view it would be
/// nine tenths of it. A crowd is counted, and its list goes out apart and seldom.
pub const LISTED_MAX: usize = 100;

/// Documents that a meeting is about: a guideline of 200 questions, with its prose.
pub const DOCUMENTS_MAX: usize = 256;

/// People on the roll: the whole of a large community.
pub const ROLL_MAX: usize = 1_000;

/// Deputies in the order in which they take over. More than five nobody would remember.
pub const DEPUTIES_MAX: usize = 5;

/// Items of an agenda, those done and parked among them: a guideline of 200 questions, each of them an item.
pub const ITEMS_MAX: usize = 256;

/// People recused from one item. Above it nearly nobody would be left to decide.
pub const RECUSALS_PER_ITEM_MAX: usize = 500;

/// People named in one list of editors, of a floor, a lock or a freeze.
pub const NAMES_MAX: usize = 50;

/// Places locked at once.
pub const LOCKS_MAX: usize = 64;

/// Hands up at once. Beyond that a queue is no queue; those who come later are told.
pub const HANDS_MAX: usize = 200;

/// Straw polls in one meeting, closed ones among them.
pub const POLLS_MAX: usize = 200;

/// Formal rounds in one meeting: two for each item of a long day.
pub const ROUNDS_MAX: usize = 512;

/// What a poll or a round may offer. Nine ratings, and room for a ranked list.
pub const OPTIONS_MAX: usize = 12;

/// Motions and amendments in one meeting.
pub const MOTIONS_MAX: usize = 500;

/// A motion, an amendment to it, and an amendment to that. Deeper, nobody knows what they vote on.
pub const MOTION_DEPTH_MAX: usize = 3;

/// A title, an option, the name of a section. A line on a phone, three times over. Bytes.
pub const LINE_BYTES_MAX: usize = 300;

/// A reason, a motion, the words of a rule. A page. Bytes.
pub const TEXT_BYTES_MAX: usize = 4_000;

/// The longest time box, and the longest by which one is extended.
pub const TIME_BOX_MAX: Span = Span::minutes(8 * 60);

/// The shortest of them: below it a timer is a race.
pub const TIME_BOX_MIN: Span = Span::seconds(10);

/// How long the chair may be gone before somebody else takes over. A page reloads in seconds, a phone changes from Wi-Fi
/// to its network in ten; a minute without a chair is long in a meeting.
pub const GRACE: Span = Span::seconds(45);

/// How long an election of a chair is open after its first ballot.
pub const ELECTION: Span = Span::seconds(60);

/// The shortest countdown before everybody is brought to a place: time to read it and to say no.
pub const COUNTDOWN_MIN: Span = Span::seconds(3);

/// The longest of them.
pub const COUNTDOWN_MAX: Span = Span::seconds(60);

/// The smallest number of ballots of which an anonymous round shows counts: of two, each would know the other's.
pub const ANONYMOUS_BALLOTS_MIN: usize = 3;
