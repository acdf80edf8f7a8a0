//! Fuzz target: a presence payload.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let _ = consilium_protocol::laws::presence(input);
});
