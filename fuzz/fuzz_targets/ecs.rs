//! Task documents of ecs.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| taskctl_fuzz::document("ecs", body));
