//! Answers of vCenter's token service, XML: tokens and faults. An odd first byte makes it a fault.
#![no_main]

use taskctl_fuzz::{Said, connect};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let [kind, body @ ..] = input else { return };
    let status = if kind % 2 == 0 { 200 } else { 500 };
    let said = Said { status, content_type: "text/xml", body: body.to_vec() };
    let backend = connect("snapservice", &said, true, true);
    let id = taskctl::task::TaskId::new("t-1").expect("an id");
    let _ = backend.get(&id);
});
