//! The replica for the browser: cargo, wasm-bindgen, wasm-opt, and a budget for what the page must load.
//!
//! wasm-bindgen runs as a library of xtask, so its version always matches the crate's. Its target is `web`: one ES module
//! that Vite can bundle into a worker and that Node can initialise from bytes. Decided in docs/adr/0004-wasm-build.md.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use wasm_bindgen_cli_support::Bindgen;

use crate::process::{Cmd, Watch};
use crate::progress::Outcome;
use crate::stamp::Inputs;
use crate::toolchain::{WASM_TARGET, WasmStd};
use crate::workspace::Workspace;

/// One module, with the glue around it.
struct Module {
    package: &'static str,
    /// Of the output files, without the endings.
    name: &'static str,
    /// What it and its glue may weigh together, gzipped, in bytes. A phone on a ward's network has to load it.
    gzipped_bytes_max: usize,
}

/// The engine, which every page loads; what is loaded when an offline spell has ended and there is something to review; and
/// what formats citations, where a text has some.
const MODULES: [Module; 3] = [
    Module {
        package: "consilium-client",
        name: "consilium_client",
        gzipped_bytes_max: 250_000,
    },
    Module {
        package: "consilium-review",
        name: "consilium_review",
        gzipped_bytes_max: 200_000,
    },
    Module {
        package: "consilium-cite",
        name: "consilium_cite",
        gzipped_bytes_max: 800_000,
    },
];

/// Where the package's sources import the module from.
const OUTPUT: &str = "client-wasm/js/wasm";

/// What rustc's default for this target uses, all of it in every browser since 2023. wasm-opt must be told, because the
/// section that says so is stripped.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Builds the modules into [`OUTPUT`]. Needs npm's packages.
///
/// Errors when a step fails or a result is over its budget.
pub(crate) fn build(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Outcome> {
    let library = WasmStd::find(workspace, watch)?;
    if let Some(notice) = library.notice() {
        watch.say(&notice);
    }
    let packages = MODULES.iter().flat_map(|each| ["--package", each.package]);
    let cargo = Cmd::cargo(workspace.root()).arg("build").args(packages);
    let cargo = cargo.args(["--lib", "--target", WASM_TARGET, "--profile", "wasm"]);
    library.apply(cargo).run(watch)?;
    let mut weights = Vec::new();
    for module in &MODULES {
        if let Outcome::Done(weight) = finish(workspace, module, watch)? {
            weights.extend(weight);
        }
    }
    if weights.is_empty() {
        return Ok(Outcome::UpToDate);
    }
    Ok(Outcome::Done(Some(weights.join("; "))))
}

/// Binds, optimizes, weighs and publishes what cargo has built of one module.
fn finish(workspace: &Workspace, module: &Module, watch: &mut dyn Watch) -> Result<Outcome> {
    let name = module.name;
    let compiled = workspace
        .target()
        .join(WASM_TARGET)
        .join("wasm")
        .join(format!("{name}.wasm"));
    let bytes = fs::read(&compiled).with_context(|| format!("read {}", compiled.display()))?;
    let output = workspace.path(OUTPUT);
    let outputs = [
        output.join(format!("{name}_bg.wasm")),
        output.join(format!("{name}.js")),
        output.join(format!("{name}.d.ts")),
    ];
    let stamp = Inputs::new()
        .text(&blake3::hash(&bytes).to_hex())
        .text(&FEATURES.join(" "))
        .path(workspace, "node_modules/binaryen/package.json")?
        .path(workspace, "xtask/src/wasm.rs")?
        .stamp(workspace, name);
    if stamp.is_current(&outputs.each_ref().map(PathBuf::as_path)) {
        return Ok(Outcome::UpToDate);
    }

    let scratch = workspace.scratch().join(name);
    bind(&compiled, name, &scratch)?;
    let bound = scratch.join(format!("{name}_bg.wasm"));
    let optimized = scratch.join("optimized.wasm");
    watch.line("wasm-opt");
    Cmd::new(workspace.npm_bin("wasm-opt"), workspace.root())
        .arg("-Oz")
        .args(FEATURES)
        .args([bound.as_os_str(), "-o".as_ref(), optimized.as_os_str()])
        .run(watch)?;
    fs::rename(&optimized, &bound).with_context(|| format!("replace {}", bound.display()))?;

    let weight = weigh(module, &bound, &scratch.join(format!("{name}.js")))?;
    publish(&scratch, &output)?;
    stamp.write()?;
    Ok(Outcome::Done(Some(weight)))
}

/// Writes the module and its glue into an empty `folder`.
fn bind(compiled: &Path, name: &str, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("empty {}", folder.display()))?;
    }
    Bindgen::new()
        .input_path(compiled)
        .out_name(name)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(true)
                .remove_name_section(true)
                .remove_producers_section(true)
                .generate(folder)
        })
        .context("run wasm-bindgen on the replica")
}

/// The weight in words; an error when it is over the budget.
fn weigh(module: &Module, bound: &Path, glue: &Path) -> Result<String> {
    let (bytes, glue) = (gzipped_bytes(bound)?, gzipped_bytes(glue)?);
    let words = format!(
        "{} weighs {} gzipped ({} module, {} glue)",
        module.package,
        kilobytes(bytes + glue),
        kilobytes(bytes),
        kilobytes(glue)
    );
    if bytes + glue > module.gzipped_bytes_max {
        bail!(
            "{words}: over its budget of {}. Its dependencies or a generic explosion?",
            kilobytes(module.gzipped_bytes_max)
        );
    }
    Ok(words)
}

fn gzipped_bytes(path: &Path) -> Result<usize> {
    let bytes = fs::read(path).with_context(|| format!("read {}", path.display()))?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&bytes)?;
    Ok(encoder.finish()?.len())
}

fn kilobytes(bytes: usize) -> String {
    format!("{:.1} kB", bytes as f64 / 1000.0)
}

/// Moves the finished files to where the package imports them, so that an interrupted build leaves no half of one.
fn publish(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("list {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        fs::rename(entry.path(), &target).with_context(|| format!("write {}", target.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_counts_module_and_glue_together_as_sent() {
        let folder = tempfile::tempdir().unwrap();
        let (module, glue) = (folder.path().join("module"), folder.path().join("glue"));
        let budget = MODULES[0].gzipped_bytes_max;
        // Compressible: far over the budget raw, far below it as sent.
        fs::write(&module, vec![0; 4 * budget]).unwrap();
        fs::write(&glue, "glue").unwrap();
        assert!(weigh(&MODULES[0], &module, &glue).is_ok());

        // Incompressible: each half fits, the sum does not.
        let noise: Vec<u8> = blake3_noise(budget * 6 / 10);
        fs::write(&module, &noise).unwrap();
        fs::write(&glue, &noise).unwrap();
        let refusal = weigh(&MODULES[0], &module, &glue).unwrap_err().to_string();
        assert!(refusal.contains("250.0 kB"), "{refusal}");
    }

    fn blake3_noise(bytes: usize) -> Vec<u8> {
        let mut noise = vec![0; bytes];
        blake3::Hasher::new().finalize_xof().fill(&mut noise);
        noise
    }
}
