//! What the pieces of the suite need before they can run: packages, builds, programs of the system.
//!
//! A need is met at most once in a run. When it cannot be met, every piece that needs it fails with that reason, and the
//! rest of the suite goes on. Profiles are chosen so that nothing is compiled twice: the tests, and the server that the
//! black-box tests start, come from one build in the development profile.

use std::collections::BTreeMap;
use std::thread::{self, JoinHandle};

use anyhow::{Result, anyhow, bail};

use crate::process::{Cmd, Kept, Watch};
use crate::workspace::Workspace;
use crate::{api_fuzz, fhir, npm, system, tools, wasm};

/// The version of cargo-deny that is installed when there is none.
const CARGO_DENY: &str = "0.20.2";

/// What keeps xtask out of a build of the product. Built together, the two would share the features of their dependencies,
/// and all of xtask's, which are there already, would be compiled a second time.
pub(crate) const NOT_XTASK: [&str; 2] = ["--exclude", "xtask"];

/// Something that must be there before a piece runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// Node and npm.
    Tools,
    /// npm's packages, as locked.
    Packages,
    /// The replica for the browser, within its budget.
    Wasm,
    /// The replica's JavaScript package.
    ClientPackage,
    /// The browser app.
    App,
    /// The Rust tests and the server they start.
    TestBuild,
    /// A browser.
    Chromium,
    /// A bus.
    Redis,
    /// A database of several nodes.
    Postgres,
    /// A counter of instructions.
    Valgrind,
    /// The dependency checker.
    CargoDeny,
    /// What asks the REST interface.
    Schemathesis,
    /// What judges FHIR bundles.
    FhirResources,
}

impl Need {
    /// What it is, after "getting ready: ".
    fn title(self) -> &'static str {
        match self {
            Self::Tools => "the tools",
            Self::Packages => "the JavaScript packages",
            Self::Wasm => "the replica (WASM)",
            Self::ClientPackage => "the replica's JavaScript package",
            Self::App => "the app",
            Self::TestBuild => "the Rust tests and the server",
            Self::Chromium => "Chromium",
            Self::Redis => "Redis",
            Self::Postgres => "PostgreSQL",
            Self::Valgrind => "Valgrind",
            Self::CargoDeny => "cargo-deny",
            Self::Schemathesis => "schemathesis",
            Self::FhirResources => "models of FHIR R5",
        }
    }

    /// Whether it is, or begins with, a program of the system.
    fn is_of_the_system(self) -> bool {
        matches!(
            self,
            Self::Chromium
                | Self::Redis
                | Self::Postgres
                | Self::Valgrind
                | Self::Schemathesis
                | Self::FhirResources
        )
    }

    /// What must be met first.
    fn after(self) -> &'static [Self] {
        match self {
            Self::Packages => &[Self::Tools],
            Self::Wasm => &[Self::Packages],
            Self::ClientPackage => &[Self::Wasm],
            Self::App => &[Self::ClientPackage],
            // The server embeds the app; built in the other order it would have to be built twice.
            Self::TestBuild => &[Self::App],
            Self::Tools
            | Self::Chromium
            | Self::Redis
            | Self::Postgres
            | Self::Valgrind
            | Self::CargoDeny
            | Self::Schemathesis
            | Self::FhirResources => &[],
        }
    }
}

/// The needs met, or found impossible to meet, in this run.
pub(crate) struct Needs<'a> {
    workspace: &'a Workspace,
    met: BTreeMap<Need, Result<(), String>>,
    /// Programs of the system are being installed; gives what there is to say about it.
    installing: Option<JoinHandle<Kept>>,
}

impl<'a> Needs<'a> {
    /// Nothing met yet.
    pub(crate) fn new(workspace: &'a Workspace) -> Self {
        Self {
            workspace,
            met: BTreeMap::new(),
            installing: None,
        }
    }

    /// Begins to install all programs of the system that are missing, while something else is built.
    pub(crate) fn begin_to_install(&mut self) {
        let workspace = self.workspace.clone();
        self.installing = Some(thread::spawn(move || {
            let mut kept = Kept::default();
            if let Err(error) = system::install_missing(&workspace, &mut kept) {
                kept.line(&format!("{error:#}"));
            }
            kept
        }));
    }

    /// The workspace that is tested.
    pub(crate) fn workspace(&self) -> &'a Workspace {
        self.workspace
    }

    /// Meets `need`, and first what it needs itself.
    pub(crate) fn meet(&mut self, need: Need, watch: &mut dyn Watch) -> Result<()> {
        if let Some(earlier) = self.met.get(&need) {
            return earlier
                .clone()
                .map_err(|reason| anyhow!("{} could not be made ready ({reason})", need.title()));
        }
        let first = need
            .after()
            .iter()
            .try_for_each(|before| self.meet(*before, watch));
        if need.is_of_the_system()
            && let Some(installing) = self.installing.take()
            && let Ok(kept) = installing.join()
        {
            kept.text().lines().for_each(|line| watch.line(line));
        }
        let result = first.and_then(|()| {
            watch.say(&format!("--- getting ready: {}", need.title()));
            self.provide(need, watch)
        });
        let memory = result.as_ref().copied().map_err(|error| {
            error
                .to_string()
                .lines()
                .last()
                .unwrap_or_default()
                .to_owned()
        });
        self.met.insert(need, memory);
        result
    }

    fn provide(&self, need: Need, watch: &mut dyn Watch) -> Result<()> {
        let workspace = self.workspace;
        match need {
            Need::Tools => tools::check(workspace).map(|versions| watch.say(&versions)),
            Need::Packages => npm::install(workspace, watch).map(drop),
            Need::Wasm => wasm::build(workspace, watch).map(drop),
            Need::ClientPackage => npm::build_client(workspace, watch).map(drop),
            Need::App => npm::build_web(workspace, watch).map(drop),
            Need::TestBuild => {
                Cmd::cargo(workspace.root())
                    .args(["build", "--workspace", "--bins", "--tests"])
                    .args(NOT_XTASK)
                    .run(watch)?;
                if !workspace.test_binary().exists() {
                    bail!("the build left no {}", workspace.test_binary().display());
                }
                Ok(())
            }
            Need::Chromium => system::ensure(workspace, system::CHROMIUM, watch),
            Need::Redis => system::ensure(workspace, system::REDIS, watch),
            Need::Postgres => system::ensure(workspace, system::POSTGRES, watch),
            Need::Valgrind => system::ensure(workspace, system::VALGRIND, watch),
            Need::CargoDeny => install_cargo_deny(workspace, watch),
            Need::Schemathesis => api_fuzz::PACKAGES.install(workspace, watch),
            Need::FhirResources => fhir::PACKAGES.install(workspace, watch),
        }
    }
}

/// The folder below which `cargo install` puts tools of this workspace only.
fn tools_folder(workspace: &Workspace) -> std::path::PathBuf {
    workspace.scratch().join("tools")
}

/// cargo-deny, as [`Need::CargoDeny`] provides it.
pub(crate) fn cargo_deny(workspace: &Workspace) -> Cmd {
    let installed = tools_folder(workspace).join("bin/cargo-deny");
    let program = if installed.exists() {
        installed.into_os_string()
    } else {
        "cargo-deny".into()
    };
    Cmd::new(program, workspace.root())
}

fn install_cargo_deny(workspace: &Workspace, watch: &mut dyn Watch) -> Result<()> {
    if cargo_deny(workspace).arg("--version").try_text()?.is_some() {
        return Ok(());
    }
    Cmd::cargo(workspace.root())
        .args([
            "install",
            "cargo-deny",
            "--locked",
            "--debug",
            "--version",
            CARGO_DENY,
            "--root",
        ])
        .arg(tools_folder(workspace))
        .run(watch)
        .map(drop)
}
