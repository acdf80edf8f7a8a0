//! The people of the demonstration. All of them are invented, and their addresses are under a name that nobody can have.

use consilium_model::access::Role;

/// One of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Person {
    /// The stable word, by which the app has a line about them.
    pub key: &'static str,
    /// The name that others see.
    pub name: &'static str,
    /// What their account is known by.
    pub email: &'static str,
    /// What they are in the community at first.
    pub role: Role,
    /// Whether the server plays them.
    pub played: Played,
}

/// Whether the server plays somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Played {
    /// They write by themselves while somebody looks.
    ByTheServer,
    /// Only visitors are them.
    ByVisitors,
}

/// How many there are.
pub const PEOPLE_COUNT: usize = 5;

/// All of them, the leader first.
pub const PEOPLE: [Person; PEOPLE_COUNT] = [
    Person {
        key: "chair",
        name: "Dr Miriam Halloran",
        email: "miriam.halloran@northwater.example",
        role: Role::Leader,
        played: Played::ByVisitors,
    },
    Person {
        key: "deputy",
        name: "Dr Chidi Okafor",
        email: "chidi.okafor@northwater.example",
        role: Role::Deputy,
        played: Played::ByTheServer,
    },
    Person {
        key: "physician",
        name: "Dr Sana Ito",
        email: "sana.ito@northwater.example",
        role: Role::Member,
        played: Played::ByTheServer,
    },
    Person {
        key: "pharmacist",
        name: "Jonas Brandt",
        email: "jonas.brandt@northwater.example",
        role: Role::Member,
        played: Played::ByTheServer,
    },
    Person {
        key: "microbiologist",
        name: "Dr Petra Thorne",
        email: "petra.thorne@northwater.example",
        role: Role::Guest,
        played: Played::ByVisitors,
    },
];

/// Somebody who has stepped back: a member whom nobody is, and who is not counted.
pub struct Absent {
    /// The name that others see.
    pub name: &'static str,
    /// What their account is known by.
    pub email: &'static str,
}

/// See [`Absent`].
pub const ABSENT: Absent = Absent {
    name: "Dr Edda Vestergaard",
    email: "edda.vestergaard@northwater.example",
};

/// Where somebody stands in [`PEOPLE`].
#[must_use]
pub fn index_of(key: &str) -> Option<usize> {
    PEOPLE.iter().position(|person| person.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::{email, name};

    #[test]
    fn every_person_could_have_an_account_and_the_first_one_leads() {
        assert_eq!(PEOPLE[0].role, Role::Leader);
        for (at, person) in PEOPLE.iter().enumerate() {
            assert_eq!(index_of(person.key), Some(at));
            assert!(email::parse(person.email).is_some(), "{}", person.email);
            assert_eq!(name::parse(person.name).as_deref(), Some(person.name));
        }
        assert_eq!(index_of("nobody"), None);
        assert!(email::parse(ABSENT.email).is_some());
        assert_eq!(name::parse(ABSENT.name).as_deref(), Some(ABSENT.name));
    }
}
