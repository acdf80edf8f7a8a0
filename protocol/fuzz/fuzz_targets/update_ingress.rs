//! Fuzz target: an update on its way into a document.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let _ = consilium_fuzz::update_ingress(input);
});
