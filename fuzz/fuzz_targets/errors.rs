//! Error bodies of every backend, to reads and to logins. The first byte chooses the backend, the second the status.
#![no_main]

use taskctl::api::BACKENDS;
use taskctl_fuzz::{Said, connect, read};

const STATUSES: [u16; 12] = [400, 401, 403, 404, 406, 408, 429, 500, 503, 302, 204, 599];
const TYPES: [&str; 3] = ["application/json", "application/xml", "text/plain"];

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let [choice, status, body @ ..] = input else { return };
    let choice = usize::from(*choice);
    let name = BACKENDS[choice % BACKENDS.len()].name;
    let said = Said {
        status: STATUSES[usize::from(*status) % STATUSES.len()],
        content_type: TYPES[choice / BACKENDS.len() % TYPES.len()],
        body: body.to_vec(),
    };
    read(name, &*connect(name, &said, choice & 0x80 != 0, false));
});
