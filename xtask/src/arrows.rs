//! The arrows of the architecture: who may know whom, held by a check.
//!
//! Three kinds: between crates (`arrows::crates`, from cargo's own graph), between modules of the server
//! (`arrows::modules`, from the paths in its source) and between layers of the app (`arrows::layers`, from its imports).
//! The rules are tables; docs/architecture.md says why they are what they are.

mod crates;
mod layers;
mod modules;

use anyhow::{Result, bail};

use crate::process::Watch;
use crate::workspace::Workspace;

/// Checks all arrows; the error lists every forbidden one.
pub(crate) fn check(workspace: &Workspace, watch: &mut dyn Watch) -> Result<()> {
    let mut forbidden = crates::check(workspace)?;
    forbidden.extend(modules::check(workspace)?);
    forbidden.extend(layers::check(workspace)?);
    if forbidden.is_empty() {
        watch.line("no forbidden arrow between crates, modules or layers");
        return Ok(());
    }
    bail!(
        "{}\n{} forbidden arrows",
        forbidden.join("\n"),
        forbidden.len()
    );
}
