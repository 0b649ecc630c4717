//! Text on its way to a terminal.
#![no_main]

use taskctl::util::text;

libfuzzer_sys::fuzz_target!(|input: (&str, u8)| {
    let (text, limit) = (input.0, usize::from(input.1));
    let escaped = text::escape(text);
    assert!(!escaped.contains(char::is_control) && !escaped.contains('\u{202e}'));
    assert!(text::width(&text::truncate(&escaped, limit)) <= limit);
    assert_eq!(text::width(&text::fit(&escaped, limit)), limit);
    assert!(!text::one_line(text).contains(['\n', '\r']));
    assert!(!text::quote(text).contains('\n'));
    let _ = text::wrap(&escaped, limit);
    let json = serde_json::to_string(text).expect("text");
    assert_eq!(serde_json::from_str::<String>(&text::escape_json(&json)).expect("JSON"), text);
});
