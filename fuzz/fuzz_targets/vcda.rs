//! Task documents of vcda.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| taskctl_fuzz::document("vcda", body));
