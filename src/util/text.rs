//! Text from a server on its way to a terminal: escaping, width, cutting; and words that are meant for others.
//!
//! What is exact in pipes and machine formats is made harmless here for terminals, since a task's name may be written
//! by anybody. Nothing here knows what the text means.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

/// Whether a character could move the cursor, change the terminal, reorder the line or hide in it.
///
/// Control characters (C0, DEL, C1), line and paragraph separators, and the format characters that reorder
/// ("trojan source") or take no room.
fn must_be_escaped(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'                            // soft hyphen
            | '\u{61c}'                         // Arabic letter mark
            | '\u{180e}'                        // Mongolian vowel separator
            | '\u{200b}'..='\u{200f}'           // zero width, left-to-right and right-to-left marks
            | '\u{2028}'..='\u{202e}'           // line and paragraph separators, embeddings and overrides
            | '\u{2060}'..='\u{206f}'           // word joiner, invisible operators, isolates, deprecated formats
            | '\u{feff}'                        // byte order mark
            | '\u{fff9}'..='\u{fffb}'           // interlinear annotations
            | '\u{e0000}'..='\u{e007f}' // tags
        )
}

fn escape_but(text: &str, kept: impl Fn(char) -> bool) -> Cow<'_, str> {
    let harmful = |c: char| must_be_escaped(c) && !kept(c);
    if !text.chars().any(harmful) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if harmful(c) {
            escaped.extend(c.escape_default());
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// Text as one line that is safe on a terminal: what could harm is shown as `\n`, `\t`, `\u{1b}` and the like.
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_but(text, |_| false)
}

/// As [`escape`], but line feeds stay: for text that has the room to stand on several lines.
pub fn escape_lines(text: &str) -> String {
    escape_but(&text.replace("\r\n", "\n"), |c| c == '\n').into_owned()
}

/// As [`escape`], but line feeds and tabs stay: for a document with a layout of its own.
pub fn escape_layout(text: &str) -> Cow<'_, str> {
    escape_but(text, |c| matches!(c, '\n' | '\t'))
}

/// JSON text for a terminal: what JSON lets through though it could harm is written as JSON's own `\u009b`, so that
/// the value stays exact. Line feeds between values stay.
pub fn escape_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && must_be_escaped(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Text as one line with everything else exact, for a row in a pipe: each run of CR and LF becomes a space.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let parts: Vec<&str> = text.split(['\n', '\r']).filter(|part| !part.is_empty()).collect();
    Cow::Owned(parts.join(" "))
}

/// Text between double quotes, escaped so that it is one line and the quotes can be found again.
pub fn quote(text: &str) -> String {
    format!("\"{}\"", escape(&text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// Columns that a character takes.
///
/// The emoji selector counts as one: it makes the character before it wide on some terminals, and a line that is a
/// column short is better than one that wraps.
fn columns(c: char) -> usize {
    match c {
        '\u{fe0f}' => 1,
        _ => c.width().unwrap_or(0),
    }
}

/// Columns that a text without control characters takes at most.
pub fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// How many bytes of text these characters are, up to the last that fits into so many columns.
fn fitting(characters: impl Iterator<Item = char>, room: usize) -> usize {
    let mut used = 0;
    let fits = |c: &char| {
        used += columns(*c);
        used <= room
    };
    characters.take_while(fits).map(char::len_utf8).sum()
}

/// The text cut to at most `limit` columns, with `…` at its end when something was cut.
pub fn truncate(text: &str, limit: usize) -> Cow<'_, str> {
    if width(text) <= limit {
        return Cow::Borrowed(text);
    }
    let Some(room) = limit.checked_sub(1) else { return Cow::Borrowed("") };
    Cow::Owned(format!("{}…", &text[..fitting(text.chars(), room)]))
}

/// The text cut to at most `limit` columns by leaving out its middle: `…` stands before the last `tail` columns. For
/// names, whose end tells as much as their beginning.
pub fn truncate_middle(text: &str, limit: usize, tail: usize) -> Cow<'_, str> {
    if width(text) <= limit {
        return Cow::Borrowed(text);
    }
    let tail = tail.min(limit.saturating_sub(1));
    let begin = text.len() - fitting(text.chars().rev(), tail);
    Cow::Owned(format!("{}{}", truncate(text, limit - tail), &text[begin..]))
}

/// The text cut or filled with blanks to exactly `columns` columns.
pub fn fit(text: &str, columns: usize) -> String {
    let mut text = truncate(text, columns).into_owned();
    let missing = columns.saturating_sub(width(&text));
    text.extend(std::iter::repeat_n(' ', missing));
    text
}

/// The line broken at blanks into lines of at most `limit` columns; words that are longer are cut. When it fits, the line
/// itself, with all its blanks.
///
/// A character that takes more than the limit stays whole.
pub fn wrap(line: &str, limit: usize) -> Vec<String> {
    if width(line) <= limit {
        return vec![line.to_owned()];
    }
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut used = 0;
    for word in line.split_inclusive(' ') {
        if used > 0 && used + width(word.trim_end_matches(' ')) > limit {
            lines.push(std::mem::take(&mut current).trim_end().to_owned());
            used = 0;
        }
        for c in word.chars() {
            if used > 0 && used + columns(c) > limit {
                lines.push(std::mem::take(&mut current).trim_end().to_owned());
                used = 0;
                if c == ' ' {
                    continue;
                }
            }
            current.push(c);
            used += columns(c);
        }
    }
    if !current.trim_end().is_empty() || lines.is_empty() {
        lines.push(current.trim_end().to_owned());
    }
    lines
}

/// The candidate that is most like `word`, if one is like it at all: for "did you mean".
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let likeness = |candidate: &str| {
        let likeness = strsim::jaro_winkler(&word, candidate);
        // Of short words with two letters swapped, `gte`, the measure above thinks too little.
        let one_slip = word.len() > 2 && strsim::damerau_levenshtein(&word, candidate) == 1;
        if one_slip { likeness.max(0.9) } else { likeness }
    };
    candidates
        .into_iter()
        .map(|candidate| (likeness(&candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// A word as a shell takes it.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(escape("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(escape("a\r\n\tb\u{7f}\u{9b}"), "a\\r\\n\\tb\\u{7f}\\u{9b}");
        assert_eq!(
            escape("\u{202e}evil\u{2066}\u{200b}\u{feff}"),
            "\\u{202e}evil\\u{2066}\\u{200b}\\u{feff}"
        );
        assert_eq!(escape_lines("one\r\ntwo\u{7}"), "one\ntwo\\u{7}");
        assert_eq!(escape_json("[\n\"\u{9b}\u{e0001}\"]"), "[\n\"\\u009b\\udb40\\udc01\"]");
        assert_eq!(one_line("one\r\n\r\ntwo\u{7}"), "one two\u{7}");
        assert_eq!(quote("say \"hi\\\"\n"), r#""say \"hi\\\"\n""#);
    }

    #[test]
    fn ordinary_text_of_any_language_is_untouched() {
        for text in ["Wiederherstellung läuft", "仮想マシン", "مهمة", "👍🏽", "a\\b", "e\u{301}"]
        {
            assert_eq!(escape(text), text);
        }
    }

    #[test]
    fn wide_characters_are_never_cut_in_half() {
        assert_eq!(truncate("仮想マシン", 10), "仮想マシン");
        assert_eq!(truncate("仮想マシン", 9), "仮想マシ…");
        assert_eq!(truncate("仮想マシン", 8), "仮想マ…");
        assert_eq!(truncate("仮想マシン", 1), "…");
        assert_eq!(truncate("仮想マシン", 0), "");
        assert_eq!(fit("仮想マシン", 8), "仮想マ… ");
    }

    #[test]
    fn a_name_keeps_its_beginning_and_its_end() {
        assert_eq!(truncate_middle("abcdefghij", 10, 3), "abcdefghij");
        assert_eq!(truncate_middle("abcdefghij", 8, 3), "abcd…hij");
        assert_eq!(truncate_middle("abcdefghij", 4, 9), "…hij");
        assert_eq!(truncate_middle("abcdefghij", 1, 3), "…");
        assert_eq!(truncate_middle("abcdefghij", 0, 3), "");
        assert_eq!(truncate_middle("仮想マシン", 8, 3), "仮想…ン");
    }

    #[test]
    fn lines_are_broken_at_blanks() {
        assert_eq!(wrap("copying disk 2", 8), ["copying", "disk 2"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("  kept as it is ", usize::MAX), ["  kept as it is "]);
        assert_eq!(wrap("仮想マシン", 5), ["仮想", "マシ", "ン"]);
        assert_eq!(wrap("", 5), [""]);
    }

    /// The columns of the widest character there is: Khmer's U+17D8.
    const WIDEST: usize = 3;

    proptest! {
        #[test]
        fn no_control_character_survives(text in any::<String>()) {
            let forbidden = |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}');
            prop_assert!(!escape(&text).chars().any(forbidden));
            prop_assert!(!escape_lines(&text).chars().any(|c| c != '\n' && forbidden(c)));
            prop_assert!(!quote(&text).chars().any(forbidden));
            prop_assert!(!one_line(&text).contains(['\n', '\r']));
        }

        #[test]
        fn width_never_exceeds_the_limit(text in any::<String>(), limit in 0usize..40, tail in 0usize..40) {
            let escaped = escape(&text);
            prop_assert!(width(&truncate(&escaped, limit)) <= limit);
            prop_assert!(width(&truncate_middle(&escaped, limit, tail)) <= limit);
            prop_assert_eq!(width(&fit(&escaped, limit)), limit);
            for line in wrap(&escaped, limit.max(WIDEST)) {
                prop_assert!(width(&line) <= limit.max(WIDEST));
            }
        }
    }
}
