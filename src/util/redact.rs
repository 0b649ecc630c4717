//! What must not be seen, and the traces that do not show it.

use std::ops::Range;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::error::Error;

/// What stands where a secret stood.
pub const STARS: &str = "***";

/// A secret of fewer characters is not looked for in texts: it stands in every other word, and taking it out would
/// take out the sense. Where it is sent (session headers, bodies of logins) it is hidden all the same.
pub const SHORTEST: usize = 4;

/// The shortest piece of base64 that is looked for; a shorter one stands in ordinary words.
const SHORTEST_BASE64: usize = 8;

/// How many backslashes one escape may have: text escaped three times over has seven.
const MOST_BACKSLASHES: usize = 8;

/// In how many ways a text is read at a time: a secret of backslashes alone could be read in thousands. The reading as
/// it stands is always the first of them.
const MOST_READINGS: usize = 8;

/// Knows every secret of a run and takes it out of texts.
#[derive(Default)]
pub struct Redactor {
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    /// What is looked for: secrets, and what base64 makes of them.
    forms: Vec<Zeroizing<String>>,
    /// A secret is too short to be looked for.
    short: bool,
}

impl Redactor {
    /// Knows nothing yet.
    pub fn new() -> Redactor {
        Redactor::default()
    }

    /// Registers a secret: from now on it is replaced as it is, as JSON, XML, a URL or this program's own escapes
    /// spell it, and inside base64. One of fewer than [`SHORTEST`] characters is not looked for.
    pub fn hide(&self, secret: &str) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if secret.chars().count() < SHORTEST {
            known.short |= !secret.is_empty();
            return;
        }
        for form in std::iter::once(Zeroizing::new(secret.to_owned())).chain(in_base64(secret)) {
            if !known.forms.contains(&form) {
                known.forms.push(form);
            }
        }
    }

    /// Registers a secret that is held as one.
    pub fn hide_secret(&self, secret: &SecretString) {
        self.hide(secret.expose_secret());
    }

    /// Registers what a Basic header makes of a user name and a password.
    pub fn hide_basic(&self, user: &str, password: &SecretString) {
        let pair = Zeroizing::new(format!("{user}:{}", password.expose_secret()));
        self.hide(&Zeroizing::new(STANDARD.encode(pair.as_bytes())));
    }

    /// The text without any known secret.
    pub fn scrub(&self, text: &str) -> String {
        self.scrubbed(text).unwrap_or_else(|| text.to_owned())
    }

    /// The text without any known secret; `None` when there was none in it.
    pub fn scrubbed(&self, text: &str) -> Option<String> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let (begins, firsts) = known.begins();
        let mut result = String::new();
        // The end of what was copied or replaced so far, and the secret that is being replaced.
        let (mut done, mut found) = (0, None::<Range<usize>>);
        for (at, c) in text.char_indices() {
            if !may_begin(&begins, c) {
                continue;
            }
            let rest = &text[at..];
            // Most characters begin no secret, which one look for each first character tells.
            let may_be = |first: &&char| c == **first || is_escape(c) && begins_with(rest, **first);
            let likely: Vec<char> = firsts.iter().filter(may_be).copied().collect();
            let longest = known
                .forms
                .iter()
                .filter(|form| form.chars().next().is_some_and(|first| likely.contains(&first)))
                .filter_map(|form| spelled(rest, form))
                .max();
            let Some(length) = longest else { continue };
            let end = at + length;
            found = Some(match found {
                // Secrets that overlap are replaced as one, so that nothing is left of either.
                Some(range) if at < range.end => range.start..range.end.max(end),
                other => {
                    if let Some(range) = other {
                        result.push_str(&text[done..range.start]);
                        result.push_str(STARS);
                        done = range.end;
                    }
                    at..end
                }
            });
        }
        let range = found?;
        result.push_str(&text[done..range.start]);
        result.push_str(STARS);
        result.push_str(&text[range.end..]);
        Some(result)
    }

    /// Bytes without any known secret. In JSON it is the values that lose them (a text keeps the rest of it, a number
    /// becomes a text), so that it stays JSON; in anything else the text. Bytes without a secret stay as they are.
    pub fn scrub_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(bytes);
        if serde_json::from_str::<serde::de::IgnoredAny>(text.trim_start_matches('\u{feff}')).is_ok() {
            return match self.scrub_json(&text) {
                Some(scrubbed) => scrubbed.into_bytes(),
                None => bytes.to_vec(),
            };
        }
        self.scrubbed(&text).map_or_else(|| bytes.to_vec(), String::into_bytes)
    }

    /// The same for JSON text, token by token; `None` when nothing had to be replaced.
    pub fn scrub_json(&self, json: &str) -> Option<String> {
        let mut result = String::new();
        let mut done = 0;
        let mut at = 0;
        while let Some(&byte) = json.as_bytes().get(at) {
            let begin = at;
            match byte {
                b'"' => {
                    at = end_of_string(json.as_bytes(), at);
                    let token = &json[begin..at];
                    let is_key = json[at..].trim_start().starts_with(':');
                    let Some(clean) = self.scrub_string(token, is_key) else { continue };
                    result.push_str(&json[done..begin]);
                    result.push_str(&clean);
                    done = at;
                }
                b'-' | b'0'..=b'9' => {
                    let length = json.as_bytes()[at..]
                        .iter()
                        .take_while(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'))
                        .count();
                    at += length;
                    if self.scrubbed(&json[begin..at]).is_some() {
                        result.push_str(&json[done..begin]);
                        result.push_str(&format!("\"{STARS}\""));
                        done = at;
                    }
                }
                _ => at += 1,
            }
        }
        if done == 0 {
            return None;
        }
        result.push_str(&json[done..]);
        Some(result)
    }

    /// A JSON string, quotes included, without secrets; `None` when there was none.
    fn scrub_string(&self, token: &str, is_key: bool) -> Option<String> {
        match serde_json::from_str::<String>(token) {
            Ok(text) if is_key && is_own_word(&text) => None,
            Ok(text) => serde_json::to_string(&self.scrubbed(&text)?).ok(),
            // Half of a surrogate pair. What it spells can only be looked for as it stands; then all of it goes, since
            // a cut in the middle of an escape would leave no JSON.
            Err(_) => self.scrubbed(token).map(|_| format!("\"{STARS}\"")),
        }
    }

    /// Takes secrets out of a JSON value: texts lose them, a number that spells one becomes a text. Keys lose them too,
    /// but for those of letters alone, which are the API's own words.
    pub fn scrub_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => self.scrub_in_place(text),
            Value::Number(number) => {
                if self.scrubbed(&number.to_string()).is_some() {
                    *value = Value::String(STARS.to_owned());
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.scrub_value(item)),
            Value::Object(object) => {
                object.values_mut().for_each(|value| self.scrub_value(value));
                if object.keys().any(|key| !is_own_word(key) && self.scrubbed(key).is_some()) {
                    let clean = |key: String| if is_own_word(&key) { key } else { self.scrub(&key) };
                    *object =
                        std::mem::take(object).into_iter().map(|(key, value)| (clean(key), value)).collect();
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Takes secrets out of a text.
    pub fn scrub_in_place(&self, text: &mut String) {
        if let Some(clean) = self.scrubbed(text) {
            *text = clean;
        }
    }

    /// Takes secrets out of everything that an error says.
    pub fn scrub_error(&self, error: &mut Error) {
        let texts = error.causes.iter_mut().chain(&mut error.hints).chain(&mut error.code);
        texts.chain(std::iter::once(&mut error.message)).for_each(|text| self.scrub_in_place(text));
    }

    /// Whether some secret is too short to be found in a text.
    pub fn has_short_secret(&self) -> bool {
        self.known.read().unwrap_or_else(PoisonError::into_inner).short
    }
}

impl Known {
    /// Which first bytes a form may have, when it is spelled as it is, and the first characters.
    fn begins(&self) -> ([bool; 256], Vec<char>) {
        let mut begins = [false; 256];
        for form in &self.forms {
            if let Some(&first) = form.as_bytes().first() {
                begins[usize::from(first)] = true;
            }
        }
        let mut firsts: Vec<char> = self.forms.iter().filter_map(|form| form.chars().next()).collect();
        firsts.sort_unstable();
        firsts.dedup();
        (begins, firsts)
    }
}

/// Whether a secret may begin at this character, for a look at a text that costs little.
fn may_begin(begins: &[bool; 256], c: char) -> bool {
    let first = c.encode_utf8(&mut [0; 4]).as_bytes()[0];
    begins[usize::from(first)] || is_escape(c)
}

/// Whether a character may begin the spelling of another one.
fn is_escape(c: char) -> bool {
    matches!(c, '\\' | '%' | '&' | '+' | char::REPLACEMENT_CHARACTER)
}

/// Whether a text begins with a spelling of `c`.
fn begins_with(text: &str, c: char) -> bool {
    let mut begins = false;
    spellings(text, c, &mut |_| begins = true);
    begins
}

/// What base64 makes of a secret, wherever in the encoded bytes it stands: whole, and the characters that do not depend
/// on what stands around it at each of the three offsets, in both alphabets.
fn in_base64(secret: &str) -> Vec<Zeroizing<String>> {
    let mut forms: Vec<Zeroizing<String>> =
        [STANDARD.encode(secret), URL_SAFE.encode(secret)].map(Zeroizing::new).into();
    // Padding is left out here and there.
    for padded in [0, 1] {
        forms.push(Zeroizing::new(forms[padded].trim_end_matches('=').to_owned()));
    }
    for (before, begin) in [(0, 0), (1, 2), (2, 3)] {
        let mut bytes = Zeroizing::new(vec![0; before]);
        bytes.extend_from_slice(secret.as_bytes());
        // Each character holds six bits, and the last whole one of these is sure.
        let end = bytes.len() * 8 / 6;
        for encoded in [STANDARD.encode(&*bytes), URL_SAFE.encode(&*bytes)].map(Zeroizing::new) {
            if let Some(sure) = encoded.get(begin..end).filter(|sure| sure.len() >= SHORTEST_BASE64) {
                forms.push(Zeroizing::new(sure.to_owned()));
            }
        }
    }
    forms
}

/// The end of the longest spelling of `secret` that `text` begins with.
fn spelled(text: &str, secret: &str) -> Option<usize> {
    let mut ends = Vec::new();
    let mut next = Vec::new();
    for (number, c) in secret.chars().enumerate() {
        if number == 0 {
            spellings(text, c, &mut |length| next.push(length));
        }
        for &end in &ends {
            spellings(&text[end..], c, &mut |length| {
                if next.len() < MOST_READINGS && !next.contains(&(end + length)) {
                    next.push(end + length);
                }
            });
        }
        if next.is_empty() {
            return None;
        }
        std::mem::swap(&mut ends, &mut next);
        next.clear();
    }
    ends.into_iter().max()
}

/// Tells the length of each way in which `text` may begin with the character `c`: as it is, behind backslashes, as `\u`,
/// percent-encoded, as an entity of XML, and as what stands for bytes that were no UTF-8.
fn spellings(text: &str, c: char, found: &mut dyn FnMut(usize)) {
    let Some(first) = text.chars().next() else { return };
    if first == c {
        found(c.len_utf8());
    }
    match first {
        char::REPLACEMENT_CHARACTER if !c.is_ascii() => found(first.len_utf8()),
        '+' if c == ' ' => found(1),
        '%' => {
            let mut buffer = [0; 4];
            let bytes = c.encode_utf8(&mut buffer).as_bytes();
            let matches = bytes.iter().enumerate().all(|(number, byte)| {
                text.get(number * 3..number * 3 + 3).and_then(|part| part.strip_prefix('%')).is_some_and(
                    |part| part.is_ascii() && u8::from_str_radix(part, 16).is_ok_and(|value| value == *byte),
                )
            });
            if matches {
                found(bytes.len() * 3);
            }
        }
        '&' => {
            let Some(end) = text.bytes().take(12).position(|byte| byte == b';') else { return };
            let same = match &text[1..end] {
                "amp" => c == '&',
                "lt" => c == '<',
                "gt" => c == '>',
                "quot" => c == '"',
                "apos" => c == '\'',
                "nbsp" => c == '\u{a0}',
                entity => {
                    let number = entity.strip_prefix('#').unwrap_or_default();
                    let value = match number.strip_prefix(['x', 'X']) {
                        Some(digits) => u32::from_str_radix(digits, 16),
                        None => number.parse(),
                    };
                    value == Ok(u32::from(c))
                }
            };
            if same {
                found(end + 1);
            }
        }
        '\\' => {
            let run = text.bytes().take(MOST_BACKSLASHES).take_while(|byte| *byte == b'\\').count();
            // A backslash itself is doubled each time.
            if c == '\\' {
                (2..=run).for_each(&mut *found);
            }
            for slashes in 1..=run {
                let behind = &text[slashes..];
                [escaped_by_letter(behind, c), escaped_by_number(behind, c)]
                    .into_iter()
                    .flatten()
                    .for_each(|length| found(slashes + length));
            }
        }
        _ => {}
    }
}

/// The length of the letter that stands for `c` behind a backslash.
fn escaped_by_letter(text: &str, c: char) -> Option<usize> {
    let letter = match c {
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '\0' => '0',
        other => other,
    };
    text.starts_with(letter).then(|| letter.len_utf8())
}

/// The length of the hexadecimal number that stands for `c` behind a backslash, its `u` included.
fn escaped_by_number(text: &str, c: char) -> Option<usize> {
    let digits = text.strip_prefix(['u', 'U', 'x'])?;
    if let Some(inner) = digits.strip_prefix('{') {
        let end = inner.bytes().take(8).position(|byte| byte == b'}')?;
        return (u32::from_str_radix(inner.get(..end)?, 16) == Ok(u32::from(c))).then_some(end + 3);
    }
    if text.starts_with('x') {
        return (u32::from_str_radix(digits.get(..2)?, 16) == Ok(u32::from(c))).then_some(3);
    }
    let mut units = [0; 2];
    let units = c.encode_utf16(&mut units);
    let mut rest = digits;
    let mut length = 1;
    for (number, unit) in units.iter().enumerate() {
        if number > 0 {
            let slashes = rest.bytes().take(MOST_BACKSLASHES).take_while(|byte| *byte == b'\\').count();
            rest = rest.get(slashes..)?.strip_prefix(['u', 'U'])?;
            length += slashes + 1;
        }
        let part = rest.get(..4)?;
        if u16::from_str_radix(part, 16) != Ok(*unit) {
            return None;
        }
        rest = &rest[4..];
        length += 4;
    }
    Some(length)
}

/// Where the JSON string ends that begins at `begin`, behind its closing quote.
fn end_of_string(json: &[u8], begin: usize) -> usize {
    let mut at = begin + 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}

/// Whether a key is a word of the API rather than something that was put there.
fn is_own_word(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn knowing(secrets: &[&str]) -> Redactor {
        let redactor = Redactor::new();
        secrets.iter().for_each(|secret| redactor.hide(secret));
        redactor
    }

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let redactor = knowing(&["p\"w/1"]);
        let text =
            r#"plain p"w/1 json p\"w\/1 url p%22w%2f1 base64 cCJ3LzE= xml p&quot;w&#x2F;1 twice p\\\"w/1"#;
        assert_eq!(redactor.scrub(text), "plain *** json *** url *** base64 *** xml *** twice ***");
        let redactor = knowing(&["a b\\\u{fc}\u{1f511}\n"]);
        for spelling in [
            "a+b%5C%C3%BC%F0%9F%94%91%0A",
            r"a b\\\u00fc\ud83d\uDD11\n",
            r"a b\\\u{fc}\u{1f511}\u{a}",
            "a b\\&#252;&#128273;&#10;",
            "a b\\\u{fffd}\u{1f511}\n",
        ] {
            assert_eq!(redactor.scrub(&format!("<{spelling}>")), "<***>", "{spelling}");
        }
    }

    #[test]
    fn base64_of_more_than_the_secret_does_not_show_it() {
        let redactor = knowing(&["s3cr3t-Passw0rd"]);
        for user in ["", "a", "ab", "abc"] {
            let encoded = STANDARD.encode(format!("{user}:s3cr3t-Passw0rd!?"));
            let scrubbed = redactor.scrub(&encoded);
            assert!(scrubbed.contains(STARS) && scrubbed.len() < 20, "{encoded} {scrubbed}");
        }
    }

    #[test]
    fn secrets_that_overlap_leave_nothing_of_either() {
        let redactor = knowing(&["abcdef", "cdefghi", "bcde"]);
        assert_eq!(redactor.scrub("1abcdefghi2abcdef"), "1***2***");
        assert_eq!(redactor.scrub("abcdefabcdef"), "******");
    }

    #[test]
    fn a_short_secret_does_not_destroy_everything() {
        let redactor = knowing(&["a", "1", "tru", ""]);
        assert_eq!(redactor.scrub("a task, 1 of 2, true"), "a task, 1 of 2, true");
    }

    #[test]
    fn json_stays_json_and_loses_nothing_else() {
        let redactor = knowing(&["n\"ope", "12345", "state", "\",\"", "k-1x"]);
        let raw = br#" { "state" : "a n\"ope \n", "n": 1.0, "at":123450, "x":["b","c"],"k-1x":"\u006e\"ope","y":tru"#;
        let mut whole = raw.to_vec();
        whole.extend_from_slice(b"e}");
        let expected =
            r#" { "state" : "a *** \n", "n": 1.0, "at":"***", "x":["b","c"],"***":"***","y":true}"#;
        assert_eq!(String::from_utf8_lossy(&redactor.scrub_bytes(&whole)), expected);
        let mut value = json!({"state": "a n\"ope", "at": 123_450, "k-1x": ["12345"], "b": true});
        redactor.scrub_value(&mut value);
        assert_eq!(value, json!({"state": "a ***", "at": "***", "***": ["***"], "b": true}));
        // What is no JSON is text.
        assert!(!String::from_utf8_lossy(&redactor.scrub_bytes(raw)).contains("ope"));
        let clean = b"{\"a\":\"\xff\"}";
        assert_eq!(redactor.scrub_bytes(clean), clean);
    }

    /// Found by fuzzing: it took seconds.
    #[test]
    fn a_secret_of_backslashes_is_found_in_no_time() {
        let secret = "\\".repeat(90);
        let redactor = knowing(&[&secret]);
        for times in [1, 2] {
            assert!(!redactor.scrub(&secret.repeat(times)).contains(&secret));
        }
    }

    #[test]
    fn half_of_a_surrogate_pair_keeps_nothing_from_being_found() {
        let redactor = knowing(&["n0pe!"]);
        let scrubbed = redactor.scrub_bytes(br#"{"a":"\ud800 n0pe!"}"#);
        assert_eq!(String::from_utf8_lossy(&scrubbed), r#"{"a":"***"}"#);
    }

    proptest! {
        #[test]
        fn a_secret_survives_in_no_text_of_any_spelling(
            secret in "[ -~\u{e4}\u{20ac}\u{1f511}]{4,12}", before in "[a-z\\\\%&+ ]{0,5}", after in "[a-z;]{0,5}",
        ) {
            prop_assume!(!secret.contains(STARS));
            let redactor = knowing(&[&secret]);
            let percent = percent_encoding::utf8_percent_encode(&secret, percent_encoding::NON_ALPHANUMERIC);
            for spelling in [
                secret.clone(),
                serde_json::to_string(&secret).expect("text"),
                secret.escape_unicode().to_string(),
                format!("{secret:?}"),
                percent.to_string(),
                quick_xml::escape::escape(&secret).into_owned(),
                STANDARD.encode(&secret),
            ] {
                let scrubbed = redactor.scrub(&format!("{before}{spelling}{after}"));
                prop_assert!(scrubbed.contains(STARS), "{} {}", spelling, scrubbed);
                prop_assert!(!scrubbed.contains(&secret) && !scrubbed.contains(spelling.trim_matches('"')));
            }
        }

        #[test]
        fn json_with_a_secret_in_it_is_json_afterwards(secret in "[ -~\u{e4}]{4,8}", pad in ".{0,4}") {
            let redactor = knowing(&[&secret]);
            let document = json!({"a": format!("{pad}{secret}{pad}"), "b c": [1, {"d": secret}], "e": pad}).to_string();
            let scrubbed = redactor.scrub_bytes(document.as_bytes());
            let value: Value = serde_json::from_slice(&scrubbed).expect("still JSON");
            prop_assert!(value.get("a").is_some() && value.get("e").is_some());
            prop_assert_eq!(&value["b c"][1]["d"], STARS);
        }
    }
}
