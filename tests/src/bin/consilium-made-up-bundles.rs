//! Writes FHIR bundles of guidelines that nobody wrote into a folder, for a validator that is not ours (`xtask/fhir`): an
//! empty one, one with everything filled in, and many that are drawn, always the same ones.

use std::path::PathBuf;

use anyhow::{Context, Result};
use consilium_server::fhir::guideline::Guideline;
use consilium_server::fhir::{bundle, made_up};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How many are drawn.
const DRAWN: u64 = 200;

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).context("into which folder?")?;
    let folder = PathBuf::from(folder);
    let write = |name: &str, guideline: &Guideline| {
        let path = folder.join(format!("{name}.json"));
        std::fs::write(&path, bundle(guideline).to_string())
            .with_context(|| format!("write {}", path.display()))
    };
    write("empty", &made_up::empty())?;
    write("full", &made_up::full())?;
    for seed in 0..DRAWN {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let guideline = made_up::drawn(&mut |below| random.random_range(0..below.max(1)));
        write(&format!("drawn-{seed:03}"), &guideline)?;
    }
    Ok(())
}
