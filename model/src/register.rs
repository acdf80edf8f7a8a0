//! Values of which none is overwritten unseen (D12): what people set at the same time, all of it, until a person decides.
//!
//! A register is named, and lives with all others of its document in one root array, [`VALUES`]. Each setting is an element
//! of its own, so concurrent ones lie side by side. Whoever sets a value says which settings they were *shown*; exactly those
//! go, in the same transaction. What came in the meantime, seen by the program and not by the person, stays.
//!
//! Who set a value is the member who owns the CRDT client id in the setting's [`SettingId`], by the server's word (D16); a
//! setting does not say it itself. Its time is the claim of its author's clock. What reads as no setting is foreign content:
//! shown, counted as undecided, and gone when somebody who saw it decides.
//!
//! The layout, and why it is no map, is ADR-0028. Knows no clock and no meaning of values: see [`crate::grade`].

mod entry;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::str::FromStr;

use yrs::{Any, Array, ArrayPrelim, ArrayRef, ReadTxn, TransactionMut, WriteTxn};

use entry::{Element, Kind};

/// The root of all registers of a document: an array.
pub const VALUES: &str = "values";

/// Names are paths of a few words and ids (`recommendation/<uuid>/strength`); this is several times that.
const NAME_BYTES_MAX: usize = 200;

/// How much foreign content is shown at a time. To name a plain element means to walk to it; what a page does not show
/// need not be named, and the next comes into view when these are gone.
pub const FOREIGN_SHOWN_MAX: usize = 64;

/// In how many places a setting takes away what it replaces. Each is a walk along the array; an honest document has a few,
/// and the next setting goes on.
const REMOVALS_MAX: usize = 256;

/// The name of a register within its document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegisterName(String);

/// A text that names no register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a register: 1 to 200 bytes without control characters")]
pub struct NotARegister;

impl RegisterName {
    /// Reads a name.
    ///
    /// # Errors
    /// [`NotARegister`].
    pub fn parse(text: &str) -> Result<Self, NotARegister> {
        if text.is_empty() || text.len() > NAME_BYTES_MAX || text.chars().any(char::is_control) {
            return Err(NotARegister);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RegisterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which setting: the place of its block, which nobody else can give to anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SettingId {
    /// The CRDT client that made it. The member who owns it is the author.
    pub client: u64,
    /// When, by that client's count.
    pub clock: u32,
}

impl fmt::Display for SettingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.client, self.clock)
    }
}

/// A text that names no setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a setting: client and clock with a point between them")]
pub struct NotASetting;

impl FromStr for SettingId {
    type Err = NotASetting;

    fn from_str(text: &str) -> Result<Self, NotASetting> {
        let (client, clock) = text.split_once('.').ok_or(NotASetting)?;
        let id = Self {
            client: client.parse().map_err(|_| NotASetting)?,
            clock: clock.parse().map_err(|_| NotASetting)?,
        };
        if id.to_string() == text {
            Ok(id)
        } else {
            Err(NotASetting)
        }
    }
}

/// A value that somebody set.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Which, and by whom.
    pub id: SettingId,
    /// The value; `Any::Null` where it was cleared.
    pub value: Any,
    /// Milliseconds since 1970 by its author's clock, if it says so.
    pub at: Option<i64>,
    /// What its author was shown.
    pub seen: BTreeSet<SettingId>,
}

/// Something among the values that is no setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    /// Where it stands.
    pub id: SettingId,
    /// What it is.
    pub content: Any,
}

/// One register, as it stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Register {
    /// The settings that nobody has replaced, in one order everywhere.
    pub current: Vec<Setting>,
    /// Foreign content that names this register.
    pub foreign: Vec<Foreign>,
    /// How many elements were replaced without being taken away, as by a client that only adds.
    pub replaced: usize,
}

/// What a register comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum State<'a> {
    /// Nobody has set it.
    Unset,
    /// One value, set once or by several alike.
    Settled(&'a Any),
    /// A person has to decide.
    Conflict,
}

/// Why there is no value to go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// There are several, or foreign content beside it.
    #[error("a person has to decide between several settings")]
    Conflict,
    /// It is none of the values that belong there.
    #[error("the value is none of those that belong there")]
    Unreadable,
}

/// The text of a value that is a code.
#[must_use]
pub fn code(value: &Any) -> Option<&str> {
    match value {
        Any::String(code) => Some(code),
        _ => None,
    }
}

impl Register {
    /// The one value to go by, read by those who know which belong there (as by a `from_code` in [`crate::grade`]); `None`
    /// where it was not set, or cleared.
    ///
    /// # Errors
    /// [`Undecided`].
    pub fn value<T>(&self, read: impl FnOnce(&Any) -> Option<T>) -> Result<Option<T>, Undecided> {
        match self.state() {
            State::Unset | State::Settled(Any::Null) => Ok(None),
            State::Settled(value) => read(value).map(Some).ok_or(Undecided::Unreadable),
            State::Conflict => Err(Undecided::Conflict),
        }
    }

    /// What it comes to.
    #[must_use]
    pub fn state(&self) -> State<'_> {
        if !self.foreign.is_empty() {
            return State::Conflict;
        }
        let Some((first, others)) = self.current.split_first() else {
            return State::Unset;
        };
        let value = entry::canonical(&first.value);
        if others
            .iter()
            .all(|other| entry::canonical(&other.value) == value)
        {
            State::Settled(&first.value)
        } else {
            State::Conflict
        }
    }

    /// What somebody has seen to whom all of this was shown: to be handed to [`set`].
    #[must_use]
    pub fn shown(&self) -> BTreeSet<SettingId> {
        let current = self.current.iter().map(|setting| setting.id);
        let foreign = self.foreign.iter().map(|foreign| foreign.id);
        current.chain(foreign).collect()
    }
}

/// All registers of a document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values {
    /// By name.
    pub registers: BTreeMap<RegisterName, Register>,
    /// Foreign content that names no register.
    pub foreign: Vec<Foreign>,
    /// How much more foreign content there is than [`FOREIGN_SHOWN_MAX`].
    pub foreign_more: usize,
}

impl Values {
    /// A register; one that nobody has set is empty.
    #[must_use]
    pub fn register(&self, name: &RegisterName) -> Register {
        self.registers.get(name).cloned().unwrap_or_default()
    }

    /// Whether nothing is left for a person to decide; otherwise nothing is published. Whether a value belongs into its
    /// register is not known here: [`Register::value`].
    #[must_use]
    pub fn is_decided(&self) -> bool {
        // What is not shown may name a register that looks settled.
        self.foreign.is_empty() && self.foreign_more == 0 && self.conflicts().next().is_none()
    }

    /// The registers on which a person has to decide.
    pub fn conflicts(&self) -> impl Iterator<Item = &RegisterName> {
        self.registers
            .iter()
            .filter(|(_, register)| register.state() == State::Conflict)
            .map(|(name, _)| name)
    }
}

/// Reads all registers of a document. Changes nothing, and reads anything.
pub fn read<T: ReadTxn>(txn: &T) -> Values {
    let Some(array) = txn.get_array(VALUES) else {
        return Values::default();
    };
    let scan = entry::scan(txn, &array);
    let replaced = replaced(&scan.elements);
    let mut values = Values {
        foreign_more: scan.foreign_more,
        ..Values::default()
    };
    for element in scan.elements {
        let Some(name) = element.kind.register() else {
            if let Kind::Foreign(_, foreign) = element.kind {
                values.foreign.push(foreign);
            }
            continue;
        };
        let register = values.registers.entry(name.clone()).or_default();
        match element.kind {
            kind if replaced.contains(&kind.id()) => register.replaced += 1,
            Kind::Setting(_, setting) => register.current.push(setting),
            Kind::Foreign(_, foreign) => register.foreign.push(foreign),
        }
    }
    values
}

/// Sets a register, having seen some of its settings: exactly those are replaced, with whatever they had replaced. This is
/// how a conflict is decided too, and how a value is cleared (`Any::Null`). `at` is in milliseconds since 1970.
pub fn set(
    txn: &mut TransactionMut<'_>,
    name: &RegisterName,
    value: Any,
    at: i64,
    seen: &BTreeSet<SettingId>,
) -> SettingId {
    let array = txn.get_or_insert_array(VALUES);
    let of_this = |element: &Element| element.kind.register() == Some(name);
    let mut elements = entry::scan(txn, &array).elements;
    elements.retain(of_this);
    let gone = taken_along(&elements, seen);
    remove(txn, &array, &elements, |id| gone.contains(&id));
    let content = entry::content(name, value, at, seen);
    let made = array.push_back(txn, ArrayPrelim::from([content]));
    entry::id_of(&made)
}

/// Takes away foreign content that was shown and names no register. What names one goes when that is set.
pub fn discard(txn: &mut TransactionMut<'_>, shown: &BTreeSet<SettingId>) {
    let array = txn.get_or_insert_array(VALUES);
    let elements = entry::scan(txn, &array).elements;
    let is_foreign = |element: &&Element| matches!(element.kind, Kind::Foreign(None, _));
    let foreign: Vec<Element> = elements.iter().filter(is_foreign).cloned().collect();
    remove(txn, &array, &foreign, |id| shown.contains(&id));
}

/// Takes elements away, from the front, and no more runs of them than [`REMOVALS_MAX`]. What stays is replaced all the same:
/// whoever has seen it stands behind it, and stays too or is seen by the setting that is being made.
fn remove(
    txn: &mut TransactionMut<'_>,
    array: &ArrayRef,
    elements: &[Element],
    is_gone: impl Fn(SettingId) -> bool,
) {
    let gone: Vec<u32> = elements
        .iter()
        .filter(|element| is_gone(element.kind.id()))
        .map(|element| element.place)
        .collect();
    let mut before = 0;
    for run in gone
        .chunk_by(|one, next| one + 1 == *next)
        .take(REMOVALS_MAX)
    {
        if let (Some(first), Ok(length)) = (run.first(), u32::try_from(run.len())) {
            array.remove_range(txn, first - before, length);
            before += length;
        }
    }
}

/// What is replaced: by a setting of the same register that stands behind it and has seen it.
///
/// A setting is always behind what its author has seen, since it was added at the end. So a claim to have seen what comes
/// later is none, and no two settings can do away with each other: of each register that was set, one at least is current.
fn replaced(elements: &[Element]) -> HashSet<SettingId> {
    let mut replaced = HashSet::new();
    let mut seen_behind = HashSet::new();
    for element in elements.iter().rev() {
        let name = element.kind.register();
        if seen_behind.contains(&(name, element.kind.id())) {
            replaced.insert(element.kind.id());
        }
        seen_behind.extend(element.kind.seen().map(|id| (name, id)));
    }
    replaced
}

/// What goes with what was shown, of one register: that itself, and whatever it has replaced in its turn, which would come
/// to light again.
fn taken_along(elements: &[Element], shown: &BTreeSet<SettingId>) -> HashSet<SettingId> {
    let mut gone = HashSet::new();
    let mut seen_by_gone = HashSet::new();
    for element in elements.iter().rev() {
        let id = element.kind.id();
        if shown.contains(&id) || seen_by_gone.contains(&id) {
            gone.insert(id);
            seen_by_gone.extend(element.kind.seen());
        }
    }
    gone
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
