//! The steps of a schema, embedded in the binary (D6).
//!
//! Both stores have the same steps, each in its own words. sqlx has a macro that embeds a folder; with it both drivers and
//! their C are compiled a second time, for the compiler itself (ADR-0002).

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Names of files without their ending, with what is in them.
type Steps = [(&'static str, &'static str)];

/// All steps of one store, in the order of their numbers. A number that is missing was never given to anybody.
macro_rules! steps {
    ($store:literal) => {
        $crate::store::migrations::embedded!($store:
            "0001_core"
            "0002_people"
            "0003_communities"
            "0004_joining"
            "0005_branches"
            "0006_history"
            "0007_discussion"
            "0008_governance"
            "0009_search"
            "0010_identities"
            "0011_catching_up"
            "0012_for_good"
            "0013_left_behind"
            "0014_meetings"
            "0015_questions"
            "0016_rounds"
            "0017_looks"
            "0018_taken_away"
            "0019_publications"
            "0020_interests"
            "0022_closing"
        )
    };
}

macro_rules! embedded {
    ($store:literal: $($name:literal)*) => {
        &[$((
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $store, "/", $name, ".sql")),
        )),*]
    };
}

pub(super) use {embedded, steps};

/// The steps as sqlx applies them: a number, and words for whoever reads its table.
///
/// # Panics
/// When a name does not begin with a number; the list is part of the source.
pub(super) fn migrator(steps: &Steps) -> Migrator {
    let migrations = steps.iter().map(|(name, sql)| {
        let (version, description) = name.split_once('_').expect("a number and words");
        Migration::new(
            version.parse().expect("a number"),
            description.replace('_', " ").into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::*;

    fn in_folder(store: &str) -> BTreeMap<String, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations")
            .join(store);
        let files = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path());
        let step = |file: std::path::PathBuf| {
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(&file).unwrap())
        };
        files.map(step).collect()
    }

    #[test]
    fn each_file_is_a_step_of_both_stores() {
        let embedded = |steps: &Steps| -> BTreeMap<String, String> {
            let owned = steps
                .iter()
                .map(|(name, sql)| ((*name).to_owned(), (*sql).to_owned()));
            owned.collect()
        };
        assert_eq!(embedded(steps!("sqlite")), in_folder("sqlite"));
        assert_eq!(embedded(steps!("postgres")), in_folder("postgres"));
    }

    /// Stores remember the digest of each step (SHA-384, 48 bytes) and refuse another one. This one is from a store of the
    /// time when the macro of sqlx embedded them.
    #[test]
    fn a_step_is_what_stores_remember() {
        let steps = migrator(steps!("sqlite"));
        let first = steps.iter().next().unwrap();
        assert_eq!((first.version, &*first.description), (1, "core"));
        assert_eq!(first.migration_type, MigrationType::Simple);
        assert!(!first.no_tx);
        assert_eq!(first.checksum.len(), 48);
        assert_eq!(first.checksum[..8], 0x16AF_4611_1F49_F94D_u64.to_be_bytes());
        let numbers: Vec<i64> = steps.iter().map(|step| step.version).collect();
        assert!(numbers.is_sorted_by(|one, next| one < next));
    }
}
