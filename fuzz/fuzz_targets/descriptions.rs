//! The description of an API, and an answer read by it; the same answer by the descriptions of the program.
#![no_main]

use taskctl::api::described::{self, Source};

libfuzzer_sys::fuzz_target!(|input: (&str, &str)| {
    let (description, answer) = input;
    let own = Source::new("fuzzed", "fuzzed.toml", description.to_owned());
    let has_mistakes = !own.mistakes().is_empty();
    for source in described::all_sources().iter().chain([&own]) {
        let explained = source.explain(answer, None);
        assert!(!has_mistakes || source.name != "fuzzed" || explained.is_err());
        if let Ok((task, _)) = explained {
            assert!(task.percent().is_none_or(|percent| (0.0..=100.0).contains(&percent)));
            assert_eq!(&*task.raw, answer.as_bytes());
        }
    }
});
