//! Rebuilds the crate when the browser app has been built anew: release binaries embed it.
//!
//! A bare `cargo build` without the app works; then any change below `web/` may mean that it has appeared.

use std::path::Path;

fn main() {
    let app = "../web/dist";
    let watched = if Path::new(app).is_dir() {
        app
    } else {
        "../web"
    };
    println!("cargo:rerun-if-changed={watched}");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=migrations");
}
