//! How this machine can compile for `wasm32-unknown-unknown`.
//!
//! Three ways, in this order: the target's standard library is installed; rustup can add it; the distribution ships the
//! library's source and cargo builds it. The choice is made from facts that a test can invent.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::{Cmd, Watch};
use crate::workspace::Workspace;

/// The browser's target.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Where the standard library for the browser comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WasmStd {
    /// Installed beside the compiler.
    Installed,
    /// To be built by cargo from the compiler's own source folder.
    FromSysroot,
    /// To be built by cargo from this folder, the root of a compiler's source tree.
    FromSource(PathBuf),
}

impl WasmStd {
    /// Finds a way, adding the target with rustup where that works. The error says what to install.
    pub(crate) fn find(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Self> {
        let rustc = |what: [&str; 2]| Cmd::new("rustc", workspace.root()).args(what).text();
        let sysroot = PathBuf::from(rustc(["--print", "sysroot"])?);
        let version = release(&rustc(["--version", "--verbose"])?)?;

        if let Some(installed) = installed(&sysroot) {
            return Ok(installed);
        }
        let rustup = Cmd::new("rustup", workspace.root()).args(["target", "add", WASM_TARGET]);
        let refusal = match rustup.capture(watch) {
            Ok(captured) if captured.status.success() => return installed(&sysroot).with_context(|| {
                format!("rustup added {WASM_TARGET} to another toolchain than the one of `rustc`; check `rustup show`")
            }),
            Ok(captured) => captured.output.lines().last().unwrap_or("rustup failed").to_owned(),
            Err(_) => "rustup is not installed".to_owned(),
        };
        from_source(&sysroot, Path::new("/usr/src"), &version).with_context(|| {
            format!(
                "Rust cannot compile for the browser here ({refusal}): run `rustup target add {WASM_TARGET}`, or install \
                 the source package of your distribution's Rust {version}, on Debian `apt-get install rust-web-src rust-web-llvm`."
            )
        })
    }

    /// What cargo needs in addition to build with this library.
    pub(crate) fn apply(&self, cargo: Cmd) -> Cmd {
        match self {
            Self::Installed => cargo,
            // Stable compilers build the library only when told that they bootstrap; the distribution's source package
            // belongs to exactly this compiler, which is what makes that sound.
            Self::FromSysroot => cargo
                .arg("-Zbuild-std=std,panic_abort")
                .env("RUSTC_BOOTSTRAP", "1"),
            Self::FromSource(root) => Self::FromSysroot
                .apply(cargo)
                .env("__CARGO_TESTS_ONLY_SRC_ROOT", root),
        }
    }

    /// What to tell the person at the screen, if this way is an unusual one.
    pub(crate) fn notice(&self) -> Option<String> {
        let source = match self {
            Self::Installed => return None,
            Self::FromSysroot => "beside the compiler".to_owned(),
            Self::FromSource(root) => format!("in {}", root.display()),
        };
        Some(format!(
            "rustup could not add {WASM_TARGET}: building Rust's standard library from its source {source}"
        ))
    }
}

fn installed(sysroot: &Path) -> Option<WasmStd> {
    let folder = sysroot.join("lib/rustlib").join(WASM_TARGET).join("lib");
    let mut files = fs::read_dir(folder).ok()?.flatten();
    files
        .any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
        .then_some(WasmStd::Installed)
}

fn from_source(sysroot: &Path, sources: &Path, version: &str) -> Option<WasmStd> {
    let has_library = |root: &Path| root.join("library/std/Cargo.toml").exists();
    if has_library(&sysroot.join("lib/rustlib/src/rust")) {
        return Some(WasmStd::FromSysroot);
    }
    // Another version's source would not compile, or worse, would.
    let root = sources.join(format!("rustc-{version}"));
    has_library(&root).then_some(WasmStd::FromSource(root))
}

/// The `release:` line of `rustc --version --verbose`.
fn release(verbose: &str) -> Result<String> {
    match verbose
        .lines()
        .find_map(|line| line.strip_prefix("release: "))
    {
        Some(release) => Ok(release.to_owned()),
        None => bail!("`rustc --version --verbose` names no release"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }

    #[test]
    fn an_installed_library_needs_its_std_not_only_its_folder() {
        let sysroot = tempfile::tempdir().unwrap();
        let lib = sysroot
            .path()
            .join("lib/rustlib")
            .join(WASM_TARGET)
            .join("lib");
        fs::create_dir_all(&lib).unwrap();
        assert_eq!(installed(sysroot.path()), None);
        touch(&lib.join("libstd-0123.rlib"));
        assert_eq!(installed(sysroot.path()), Some(WasmStd::Installed));
    }

    #[test]
    fn source_is_taken_beside_the_compiler_or_of_its_exact_version() {
        let (sysroot, sources) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let find = || from_source(sysroot.path(), sources.path(), "1.96.0");
        touch(&sources.path().join("rustc-1.63.0/library/std/Cargo.toml"));
        assert_eq!(find(), None);
        touch(&sources.path().join("rustc-1.96.0/library/std/Cargo.toml"));
        assert_eq!(
            find(),
            Some(WasmStd::FromSource(sources.path().join("rustc-1.96.0")))
        );
        touch(
            &sysroot
                .path()
                .join("lib/rustlib/src/rust/library/std/Cargo.toml"),
        );
        assert_eq!(find(), Some(WasmStd::FromSysroot));
    }

    #[test]
    fn the_release_is_read_from_the_verbose_version() {
        assert_eq!(
            release("rustc 1.96.0\nbinary: rustc\nrelease: 1.96.0\n").unwrap(),
            "1.96.0"
        );
        assert!(release("nonsense").is_err());
    }
}
