//! Texts that hold a secret.
#![no_main]

use taskctl::util::redact::{Redactor, SHORTEST};

libfuzzer_sys::fuzz_target!(|input: (&str, &str, &str)| {
    let (secret, before, after) = input;
    if secret.chars().count() < SHORTEST || secret.contains('*') {
        return;
    }
    let redactor = Redactor::new();
    redactor.hide(secret);
    let scrubbed = redactor.scrub(&format!("{before}{secret}{after}"));
    assert!(!scrubbed.contains(secret), "{scrubbed:?}");
    let document = serde_json::json!({ "a": format!("{before}{secret}{after}"), "b": [secret] }).to_string();
    let scrubbed = redactor.scrub_bytes(document.as_bytes());
    let value: serde_json::Value = serde_json::from_slice(&scrubbed).expect("JSON stays JSON");
    assert_eq!(value["b"][0], "***");
    let _ = redactor.scrub_bytes(before.as_bytes());
});
