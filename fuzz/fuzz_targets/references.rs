//! References on the command line and standard input, and what each backend makes of an id.
#![no_main]

use taskctl::api::{BACKENDS, Options};
use taskctl::resolve::targets::{Reference, from_input};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut names = vec![text.to_owned()];
    names.extend(from_input(text).unwrap_or_default());
    for name in names {
        for alone in [false, true] {
            let Ok(reference) = Reference::parse(&name, alone, |prefix| prefix == "dr") else { continue };
            for backend in BACKENDS {
                let id = match &reference {
                    Reference::Prefixed { id, .. } | Reference::Id(id) => Some(id.clone()),
                    Reference::Url(url) => (backend.id_in_path)(url.path()),
                };
                let Some(Ok(id)) = id.map(|id| (backend.parse_id)(&id, &Options::default())) else {
                    continue;
                };
                for segment in id.as_str().rsplitn(2, if backend.name == "ecs" { '/' } else { '\0' }) {
                    let label = taskctl::http::Request::get(&["tasks", segment]).label();
                    assert_eq!(label.matches('/').count(), 2, "{label}");
                    assert!(!label.contains(['?', '#']), "{label}");
                    assert!(!label.ends_with("/.") && !label.ends_with("/.."), "{label}");
                }
            }
        }
    }
});
