//! Answers of vsphere: envelopes, tasks, faults. An odd first byte makes it a fault.
#![no_main]

use taskctl_fuzz::{Said, connect, read};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let [kind, body @ ..] = input else { return };
    let status = if kind % 2 == 0 { 200 } else { 500 };
    let said = Said { status, content_type: "text/xml", body: body.to_vec() };
    read("vsphere", &*connect("vsphere", &said, false, false));
});
