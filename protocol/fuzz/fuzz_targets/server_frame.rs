//! Fuzz target: a frame that the server sent on `/sync`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let _ = consilium_protocol::laws::server_frame(input);
});
