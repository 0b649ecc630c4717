//! Durations as they are typed.
#![no_main]

use taskctl::util::duration::{duration_text, parse_duration};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(duration) = parse_duration(text) {
        let spelled = duration_text(duration);
        let again = parse_duration(&spelled);
        assert_eq!(again, Ok(duration), "{text:?} {spelled:?}");
    }
});
