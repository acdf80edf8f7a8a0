//! Fuzz target: a frame that a client sent to `/sync`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let _ = consilium_protocol::laws::client_frame(input);
});
