//! What must not be seen, and texts without it.
//!
//! Which secrets there are is known here; how a text may spell one is in `decode`, and looking for them in `finder`.

mod decode;
mod finder;

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::error::{Error, Kind};
use finder::Finder;

/// What stands where a secret stood.
pub const STARS: &str = "***";

/// A secret of fewer characters is not looked for in texts: it stands in every other word, and taking it out would
/// take out the sense. Where it is sent (session headers, bodies of logins) it is hidden all the same.
pub const SHORTEST: usize = 4;

/// Of how many sessions a client's secrets are looked for. Answers may still arrive that were asked for in a session
/// which has expired meanwhile.
const SESSIONS: usize = 4;

/// Knows every secret of a run and takes it out of texts.
#[derive(Default)]
pub struct Redactor {
    known: Mutex<Known>,
}

type Secret = Zeroizing<String>;

#[derive(Default)]
struct Known {
    /// The secrets of the whole run.
    lasting: Vec<Secret>,
    /// Those of each client's latest sessions, the oldest session first.
    sessions: Vec<VecDeque<Vec<Secret>>>,
    /// A secret is too short to be looked for.
    short: bool,
    /// Looks for all these. It is built when a text is to be scrubbed, and again when there is another secret.
    finder: Option<Arc<Finder>>,
}

/// Registers the secrets of one client's sessions. Those of a session that is long gone are forgotten, so that hours of
/// new sessions cost nothing.
pub struct SessionSecrets {
    redactor: Arc<Redactor>,
    client: usize,
}

impl SessionSecrets {
    /// For a client that has no session yet.
    pub fn new(redactor: &Arc<Redactor>) -> SessionSecrets {
        let mut known = redactor.lock();
        known.sessions.push(VecDeque::from([Vec::new()]));
        SessionSecrets { redactor: Arc::clone(redactor), client: known.sessions.len() - 1 }
    }

    /// What is hidden from now on is of a new session.
    pub fn begin(&self) {
        let mut known = self.redactor.lock();
        let sessions = &mut known.sessions[self.client];
        if sessions.back().is_some_and(|latest| !latest.is_empty()) {
            sessions.push_back(Vec::new());
        }
        if sessions.len() > SESSIONS {
            sessions.pop_front();
            known.finder = None;
        }
    }

    /// As [`Redactor::hide`], for as long as this client has not had several more sessions.
    pub fn hide(&self, secret: &SecretString) {
        self.redactor.lock().hide(secret.expose_secret(), Some(self.client));
    }
}

impl Known {
    /// Adds a secret to those of a client's latest session, or of the whole run.
    fn hide(&mut self, secret: &str, client: Option<usize>) {
        if secret.chars().count() < SHORTEST {
            self.short |= !secret.is_empty();
            return;
        }
        let latest = client.and_then(|client| self.sessions[client].back_mut());
        let list = latest.unwrap_or(&mut self.lasting);
        if !list.iter().any(|known| known.as_str() == secret) {
            list.push(Zeroizing::new(secret.to_owned()));
            self.finder = None;
        }
    }

    fn finder(&mut self) -> Option<Arc<Finder>> {
        let sessions = self.sessions.iter().flatten().flatten();
        let mut secrets = self.lasting.iter().chain(sessions).map(|secret| secret.as_str()).peekable();
        secrets.peek()?;
        Some(Arc::clone(self.finder.get_or_insert_with(|| Arc::new(Finder::new(secrets)))))
    }
}

impl Redactor {
    /// Knows nothing yet.
    pub fn new() -> Redactor {
        Redactor::default()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a secret of the whole run: from now on it is replaced as it is, as JSON, XML, a URL or this program's
    /// own escapes spell it, and inside base64. One of fewer than [`SHORTEST`] characters is not looked for.
    pub fn hide(&self, secret: &str) {
        self.lock().hide(secret, None);
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
        let finder = self.lock().finder()?;
        replace(text, finder.find(text).into_iter().map(|found| (found, STARS)))
    }

    /// Bytes without any known secret. In JSON it is the values that lose them (a text keeps the rest of it, a number
    /// becomes a text), so that it stays JSON; in anything else the text. Bytes without a secret stay as they are.
    pub fn scrub_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(bytes);
        let json = text.trim_start_matches('\u{feff}');
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(json).is_ok();
        let scrubbed = if is_json { self.scrub_json(&text) } else { self.scrubbed(&text) };
        scrubbed.map_or_else(|| bytes.to_vec(), String::into_bytes)
    }

    /// The same for JSON text, token by token; `None` when nothing had to be replaced.
    pub fn scrub_json(&self, json: &str) -> Option<String> {
        let mut clean = Vec::new();
        let mut at = 0;
        while let Some(&byte) = json.as_bytes().get(at) {
            let begin = at;
            at = end_of_token(json.as_bytes(), begin);
            let instead = match byte {
                b'"' => self.scrub_string(&json[begin..at], json[at..].trim_start().starts_with(':')),
                b'-' | b'0'..=b'9' => self.scrubbed(&json[begin..at]).map(|_| format!("\"{STARS}\"")),
                _ => None,
            };
            clean.extend(instead.map(|instead| (begin..at, instead)));
        }
        replace(json, clean)
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
            Value::Number(number) if self.scrubbed(&number.to_string()).is_some() => *value = STARS.into(),
            Value::Array(items) => items.iter_mut().for_each(|item| self.scrub_value(item)),
            Value::Object(object) => {
                let clean = |(key, mut value): (String, Value)| {
                    self.scrub_value(&mut value);
                    (if is_own_word(&key) { key } else { self.scrub(&key) }, value)
                };
                *object = std::mem::take(object).into_iter().map(clean).collect();
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Takes secrets out of a text.
    pub fn scrub_in_place(&self, text: &mut String) {
        if let Some(clean) = self.scrubbed(text) {
            *text = clean;
        }
    }

    /// Takes secrets out of what an error says in words that are not ours: its causes, its code, and its message where
    /// that is the server's or may quote an answer. Hints are ours, whatever the secret is, unless they show a certificate.
    pub fn scrub_error(&self, error: &mut Error) {
        let is_foreign = error.server_words.is_some_and(|line| line.get() == 1) || error.kind == Kind::Decode;
        let message = is_foreign.then_some(&mut error.message);
        let hints = if error.kind == Kind::Tls { error.hints.as_mut_slice() } else { &mut [] };
        let texts = error.causes.iter_mut().chain(&mut error.code).chain(message).chain(hints);
        texts.for_each(|text| self.scrub_in_place(text));
    }

    /// Whether some secret is too short to be found in a text.
    pub fn has_short_secret(&self) -> bool {
        self.lock().short
    }
}

/// The text with other texts in these places, which are in order; `None` where there is no such place.
fn replace(text: &str, places: impl IntoIterator<Item = (Range<usize>, impl AsRef<str>)>) -> Option<String> {
    let mut result = String::new();
    let mut done = 0;
    for (place, instead) in places {
        result.push_str(&text[done..place.start]);
        result.push_str(instead.as_ref());
        done = place.end;
    }
    (done > 0).then(|| result + &text[done..])
}

/// Where the JSON string, with its closing quote, or the number ends that begins at `begin`; all else is one byte.
fn end_of_token(json: &[u8], begin: usize) -> usize {
    let mut at = begin + 1;
    match json[begin] {
        b'"' => {
            while let Some(byte) = json.get(at) {
                match byte {
                    b'"' => return at + 1,
                    b'\\' => at += 2,
                    _ => at += 1,
                }
            }
            json.len()
        }
        b'-' | b'0'..=b'9' => {
            let in_number = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
            begin + json[begin..].iter().take_while(in_number).count()
        }
        _ => at,
    }
}

/// Whether a key is a word of the API rather than something that was put there.
fn is_own_word(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
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
    fn overlapping_secrets_are_hidden_whole() {
        let redactor = knowing(&["abcdef", "cdefghi", "bcde"]);
        assert_eq!(redactor.scrub("1abcdefghi2abcdef"), "1***2***");
        assert_eq!(redactor.scrub("abcdefabcdef"), "******");
    }

    #[test]
    fn a_short_secret_is_not_looked_for() {
        let redactor = knowing(&["a", "1", "tru", ""]);
        assert_eq!(redactor.scrub("a task, 1 of 2, true"), "a task, 1 of 2, true");
    }

    #[test]
    fn json_stays_valid_and_keeps_the_rest() {
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
    fn a_secret_of_backslashes_is_found_quickly() {
        let secret = "\\".repeat(90);
        let redactor = knowing(&[&secret]);
        for times in [1, 2] {
            assert!(!redactor.scrub(&secret.repeat(times)).contains(&secret));
        }
    }

    #[test]
    fn a_secret_beside_half_a_surrogate_pair_is_found() {
        let redactor = knowing(&["n0pe!"]);
        let scrubbed = redactor.scrub_bytes(br#"{"a":"\ud800 n0pe!"}"#);
        assert_eq!(String::from_utf8_lossy(&scrubbed), r#"{"a":"***"}"#);
    }

    #[test]
    fn a_secret_with_mixed_escapes_is_found() {
        let redactor = knowing(&["p\"w%41/&1", "a\\b\tcde"]);
        for spelling in [
            r#"p\u0022w%41\u002f\u00261"#,
            "p%22w%2541%2F&1",
            "p&quot;w%41/&amp;1",
            "p&#34;w%41&#x2F;&#0038;1",
            r#"p&quot;w%41\/&amp;1"#,
            r#"p\\\\\\\"w%41/&1"#,
            r#"p\x22w%41/&1"#,
            r"a\\b\tcde",
            r"a\\\\b\\tcde",
            r"a\u005cb\u0009cde",
            "a%5Cb%09cde",
            "a\\b&#9;cde",
        ] {
            for (before, after) in [("<", ">"), ("%", "%41"), ("&", ";"), ("\u{e4}", "+")] {
                let scrubbed = redactor.scrub(&format!("{before}{spelling}{after}"));
                assert_eq!(scrubbed, format!("{before}***{after}"), "{spelling}");
            }
        }
    }

    #[test]
    fn the_secrets_of_the_latest_sessions_are_known_and_older_ones_are_not_kept() {
        let redactor = Arc::new(knowing(&["p4ssword"]));
        let (one, other) = (SessionSecrets::new(&redactor), SessionSecrets::new(&redactor));
        other.hide(&"other-token".into());
        let texts: Vec<String> = (0..100).map(|number| format!("token-{number:03}")).collect();
        for (number, text) in texts.iter().enumerate() {
            one.begin();
            // A login that comes to nothing is no session.
            one.begin();
            one.hide(&text.as_str().into());
            one.hide(&"same-in-each".into());
            let shown = redactor.scrub(&texts[..=number].join(" "));
            assert_eq!(shown.matches(STARS).count(), SESSIONS.min(number + 1), "{shown}");
            assert!(!shown.contains(text.as_str()), "{shown}");
        }
        assert_eq!(redactor.scrub("p4ssword other-token same-in-each"), "*** *** ***");
        assert_eq!(redactor.lock().sessions[0].len(), SESSIONS);
    }

    proptest! {
        #[test]
        fn no_spelling_of_a_secret_is_left(
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
        fn scrubbed_json_is_json(secret in "[ -~\u{e4}]{4,8}", pad in ".{0,4}") {
            let redactor = knowing(&[&secret]);
            let document = json!({"a": format!("{pad}{secret}{pad}"), "b c": [1, {"d": secret}], "e": pad}).to_string();
            let scrubbed = redactor.scrub_bytes(document.as_bytes());
            let value: Value = serde_json::from_slice(&scrubbed).expect("still JSON");
            prop_assert!(value.get("a").is_some() && value.get("e").is_some());
            prop_assert_eq!(&value["b c"][1]["d"], STARS);
        }
    }
}
