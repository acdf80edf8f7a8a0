//! Fuzz target: a frame of `/yjs/{name}`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let _ = consilium_protocol::laws::plain_frame(input);
});
