//! The pieces of the suite: each can run alone with `cargo xtask ci <piece>`, and all run in order in `cargo xtask test`.
//!
//! A piece is either one check or a runner of many tests. It names what it needs; it never skips itself.

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::need::{Need, Needs, cargo_deny};
use crate::process::{Cmd, Watch};
use crate::tally::Tally;
use crate::workspace::Workspace;
use crate::{api_fuzz, arrows, counts, fhir, npm, rust_tests, skew, smoke, tidy};

/// One piece of the suite. The order is that of the suite: quick answers first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Piece {
    /// No leftovers, no skipped tests, a head comment in every module.
    Tidy,
    /// No forbidden arrow between crates, modules and layers.
    Arrows,
    /// rustfmt.
    Fmt,
    /// Biome: formatting and type-aware lints of TypeScript.
    Biome,
    /// Licences, sources and bans of all dependencies.
    Deny,
    /// The replica builds for the browser within its budget and loads in Node.
    Wasm,
    /// TypeScript's own check of every package.
    Tsc,
    /// Clippy with warnings as errors.
    Clippy,
    /// Every Rust test: units, contracts, properties, simulation, black box.
    Rust,
    /// The small pieces of the server take no more instructions than accepted.
    Counts,
    /// Today's code reads what the previous commit's code wrote.
    Skew,
    /// Every vitest suite: units, vectors, interoperability of stock clients.
    Js,
    /// The real binary starts, serves the app and drains.
    Smoke,
    /// The REST interface does what its description says, whatever it is asked; its FHIR bundles are FHIR.
    ApiFuzz,
    /// The app in real browsers.
    Browser,
}

/// Prints what there is to run.
pub(crate) fn list() {
    println!("cargo xtask ci <piece> runs one of:\n");
    for piece in Piece::value_variants() {
        let value = piece.to_possible_value().unwrap_or_default();
        println!(
            "  {:8} {}",
            value.get_name(),
            value.get_help().unwrap_or_default()
        );
    }
}

impl Piece {
    /// The name on the command line.
    pub(crate) fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// What must be there before it runs.
    fn needs(self) -> &'static [Need] {
        match self {
            Self::Tidy | Self::Arrows | Self::Fmt => &[],
            Self::Biome => &[Need::Packages],
            Self::Deny => &[Need::CargoDeny],
            Self::Wasm => &[Need::Wasm],
            Self::Tsc => &[Need::ClientPackage],
            // Clippy reads the embedded app's folder as the build does.
            Self::Clippy => &[Need::App],
            Self::Rust => &[Need::TestBuild, Need::Redis, Need::Postgres],
            Self::Js => &[Need::TestBuild, Need::Redis, Need::Postgres],
            // It comes after the tests, whose dependencies it uses; alone it builds what it needs.
            Self::Counts => &[Need::Valgrind],
            Self::Skew | Self::Smoke => &[Need::TestBuild],
            Self::ApiFuzz => &[Need::TestBuild, Need::Schemathesis, Need::FhirResources],
            Self::Browser => &[Need::TestBuild, Need::Chromium],
        }
    }

    /// Makes ready what it needs.
    pub(crate) fn make_ready(self, needs: &mut Needs<'_>, watch: &mut dyn Watch) -> Result<()> {
        self.needs()
            .iter()
            .try_for_each(|need| needs.meet(*need, watch))
    }

    /// Runs the piece, for which everything is ready. An error is a failure that no runner counted.
    pub(crate) fn run(self, workspace: &Workspace, watch: &mut dyn Watch) -> Result<Tally> {
        let cargo = || Cmd::cargo(workspace.root());
        let mut check = |cmd: Cmd| cmd.run(watch).map(|_| Tally::ONE_PASSED);
        match self {
            Self::Tidy => tidy::check(workspace, watch).map(|()| Tally::ONE_PASSED),
            Self::Arrows => arrows::check(workspace, watch).map(|()| Tally::ONE_PASSED),
            Self::Fmt => check(cargo().args(["fmt", "--all", "--check"])),
            Self::Biome => check(
                Cmd::new(workspace.npm_bin("biome"), workspace.root()).args([
                    "ci",
                    "--colors=off",
                    "--error-on-warnings",
                    ".",
                ]),
            ),
            Self::Deny => check(cargo_deny(workspace).args([
                "--workspace",
                "--all-features",
                "check",
                "bans",
                "licenses",
                "sources",
            ])),
            Self::Wasm => {
                let load = "import { readFile } from 'node:fs/promises'; \
                            for (const name of ['consilium_client', 'consilium_review', 'consilium_cite']) { \
                              const { default: init } = await import(`./client-wasm/js/wasm/${name}.js`); \
                              const bytes = await readFile(`./client-wasm/js/wasm/${name}_bg.wasm`); \
                              const exports = await init({ module_or_path: bytes }); \
                              console.log(`${name} loads in Node: ${Object.keys(exports).length} exports`); \
                            }";
                check(Cmd::new("node", workspace.root()).args([
                    "--input-type=module",
                    "--eval",
                    load,
                ]))
            }
            Self::Tsc => type_check(workspace, watch),
            Self::Clippy => check(cargo().args([
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "--deny",
                "warnings",
            ])),
            Self::Rust => {
                let mut tally = rust_tests::run(workspace, watch)?;
                let xtask = cargo().args(["test", "--package", "xtask"]);
                tally += tests(&xtask, workspace, watch)?;
                Ok(tally)
            }
            Self::Counts => counts::check(workspace, watch),
            Self::Skew => skew::check(workspace, watch),
            Self::Js => js_tests(workspace, watch),
            Self::Smoke => smoke::check(workspace, watch).map(|()| Tally::ONE_PASSED),
            Self::ApiFuzz => {
                let mut tally = fhir::check(workspace, watch)?;
                api_fuzz::check(workspace, watch)?;
                tally += Tally::ONE_PASSED;
                Ok(tally)
            }
            Self::Browser => browser_tests(workspace, watch),
        }
    }
}

/// The `check` script of every package that is written in TypeScript.
fn type_check(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Tally> {
    let mut tally = Tally::default();
    for (folder, package) in workspace.packages()? {
        if package.scripts.contains_key("check") {
            let check = npm::script(workspace, "check", &package.name);
            let succeeded = check.capture(watch)?.status.success();
            tally += if succeeded {
                Tally::ONE_PASSED
            } else {
                Tally::ONE_FAILED
            };
        } else if workspace.path(&folder).join("tsconfig.json").exists() {
            bail!("{folder} has a tsconfig.json, but no `check` script that uses it");
        }
    }
    Ok(tally)
}

/// Every package's `test` script; a package without one has forgotten its tests.
fn js_tests(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Tally> {
    let mut tally = Tally::default();
    for (folder, package) in workspace.packages()? {
        if !package.scripts.contains_key("test") {
            bail!("{folder}/package.json has no `test` script");
        }
        tally += tests(
            &npm::script(workspace, "test", &package.name),
            workspace,
            watch,
        )?;
    }
    Ok(tally)
}

/// The `test:browser` script of every package that has one; the app must.
fn browser_tests(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Tally> {
    let mut tally = Tally::default();
    for (folder, package) in workspace.packages()? {
        if package.scripts.contains_key("test:browser") {
            tally += tests(
                &npm::script(workspace, "test:browser", &package.name),
                workspace,
                watch,
            )?;
        } else if package.name == npm::WEB {
            bail!("{folder}/package.json has no `test:browser` script");
        }
    }
    Ok(tally)
}

/// Runs a test runner to its end and counts.
fn tests(runner: &Cmd, workspace: &Workspace, watch: &mut dyn Watch) -> Result<Tally> {
    let captured = runner
        .clone()
        .env("CONSILIUM_BIN", workspace.test_binary())
        .capture(watch)?;
    let tally = Tally::of_run(&captured.output, captured.status.success());
    if tally == Tally::default() {
        bail!("`{runner}` ran no test");
    }
    Ok(tally)
}
