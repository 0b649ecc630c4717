//! Task documents of velostrata.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| taskctl_fuzz::document("velostrata", body));
