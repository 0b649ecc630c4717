//! Task documents of snapservice.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| taskctl_fuzz::document("snapservice", body));
