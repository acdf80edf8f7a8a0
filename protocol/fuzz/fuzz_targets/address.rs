//! Fuzz target: the address of a channel.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let _ = consilium_protocol::laws::address(input);
});
