//! Small pieces of the server, each done a fixed number of times, for an instruction counter around this process.
//!
//! `cargo xtask ci counts` runs it under callgrind, once `half` way and once `whole`; what the second half takes is what a
//! piece costs, start and preparation left out (ADR-0021). Nothing here measures anything itself. What is done must be
//! the same every time: no clock but one that is moved by hand, no chance, nothing that depends on how many are done.
//!
//! Reading order: [`typing`] (what people wrote), then the pieces: [`codec`], [`room`], [`journal`], [`snapshot`].

mod codec;
mod journal;
mod room;
mod snapshot;
mod typing;

use std::process::ExitCode;

/// One piece.
struct Piece {
    /// What it is called in `counts.json` and on the command line.
    name: &'static str,
    /// How often it is done by half.
    half: usize,
    /// Prepares everything for doing it so often; what comes back does it once, given which time this is.
    prepare: fn(usize) -> Step,
}

/// Does a piece once.
type Step = Box<dyn FnMut(usize)>;

fn pieces() -> impl Iterator<Item = &'static Piece> {
    [
        codec::PIECES,
        room::PIECES,
        journal::PIECES,
        snapshot::PIECES,
    ]
    .into_iter()
    .flatten()
}

fn main() -> ExitCode {
    // What cargo adds when it starts a benchmark by itself says nothing here.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["list"] => {
            for piece in pieces() {
                println!("{} {}", piece.name, piece.half);
            }
            ExitCode::SUCCESS
        }
        [name, share @ ("half" | "whole")] => match pieces().find(|piece| piece.name == *name) {
            Some(piece) => {
                let whole = 2 * piece.half;
                let mut step = (piece.prepare)(whole);
                let times = if *share == "half" { piece.half } else { whole };
                (0..times).for_each(&mut step);
                ExitCode::SUCCESS
            }
            None => usage(&format!("there is no piece {name}")),
        },
        _ => usage("what is to be done?"),
    }
}

fn usage(problem: &str) -> ExitCode {
    eprintln!("{problem}\nusage: instructions list\n       instructions <piece> half|whole");
    ExitCode::FAILURE
}
