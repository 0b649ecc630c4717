//! Finds secrets in a text, however it spells them.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use zeroize::Zeroizing;

use super::decode::{self, Decoded, without_backslash};

/// The shortest piece of base64 that is looked for; a shorter one stands in ordinary words.
const SHORTEST_BASE64: usize = 8;

/// Looks for many secrets at once.
pub(super) struct Finder {
    /// `None` if it could not be built; then every text is one secret.
    automaton: Option<AhoCorasick>,
    /// What the automaton finds, in its order.
    patterns: Vec<Pattern>,
    /// The length of the longest pattern.
    longest: usize,
}

/// What is looked for.
struct Pattern {
    text: Zeroizing<String>,
    /// How many characters of it must be escaped where it stands, since it has lost its backslashes.
    escapes: usize,
    is_base64: bool,
}

impl Finder {
    pub(super) fn new<'a>(secrets: impl Iterator<Item = &'a str>) -> Finder {
        let patterns: Vec<Pattern> = secrets.flat_map(patterns).collect();
        let automaton = AhoCorasick::builder()
            // It is quick to build, and used for as long as a session lasts at most.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(patterns.iter().map(|pattern| pattern.text.as_bytes()));
        let longest = patterns.iter().map(|pattern| pattern.text.len()).max().unwrap_or(0);
        Finder { automaton: automaton.ok(), patterns, longest }
    }

    /// Where secrets are: in order, and those that overlap as one.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let Some(automaton) = &self.automaton else { return std::iter::once(0..text.len()).collect() };
        let mut found = Vec::new();
        for hit in automaton.find_overlapping_iter(text) {
            if self.patterns[hit.pattern()].escapes == 0 {
                add(&mut found, hit.range());
            }
        }
        // Looks through what was decoded of the text from `begin` on.
        let mut search = |decoded: &Decoded, begin: usize| {
            for hit in automaton.find_overlapping_iter(&decoded.bytes) {
                let place = decoded.place(hit.range());
                let (start, mut end) = (begin + place.start, begin + place.end);
                let least = self.patterns[hit.pattern()].escapes;
                if least > 0 {
                    // Backslashes at its end may be the secret's own.
                    let behind = &text[end..];
                    end += behind.len() - behind.trim_start_matches('\\').len();
                }
                if text[start..end].matches(['\\', '%', '&']).take(least).count() == least {
                    add(&mut found, start..end);
                }
            }
        };
        let plain = || self.patterns.iter().filter(|pattern| !pattern.is_base64);
        let begins_secret = |part: &str| plain().any(|pattern| pattern.text.starts_with(part));
        for decoded in decode::readings(text) {
            search(&decoded, 0);
            for inside in decoded.inside_escapes(text).filter(|inside| begins_secret(&text[inside.clone()])) {
                let end = inside.start.saturating_add(self.longest * decode::LONGEST_ESCAPE);
                let part = &text[inside.start..text.floor_char_boundary(end)];
                search(&Decoded::new(part, decoded.escapes, self.longest), inside.start);
            }
        }
        found.sort_unstable_by_key(|range| range.start);
        let mut merged = Vec::new();
        found.into_iter().for_each(|range| add(&mut merged, range));
        merged
    }
}

/// Adds a range, as one with the last if they overlap.
fn add(ranges: &mut Vec<Range<usize>>, range: Range<usize>) {
    match ranges.last_mut() {
        Some(last) if range.start < last.end && last.start < range.end => {
            *last = last.start.min(range.start)..last.end.max(range.end);
        }
        _ => ranges.push(range),
    }
}

/// Everything that is looked for to find a secret.
fn patterns(secret: &str) -> Vec<Pattern> {
    let mut texts = vec![Zeroizing::new(secret.to_owned())];
    // What stands in the place of bytes that were no UTF-8: those of a server that sends Latin-1, or ASCII alone.
    for last_known in ['\u{ff}', char::MAX] {
        let replaced = |c: char| if c.is_ascii() || c > last_known { c } else { char::REPLACEMENT_CHARACTER };
        texts.push(Zeroizing::new(secret.chars().map(replaced).collect()));
    }
    texts.dedup();
    let mut patterns = Vec::new();
    for text in texts {
        let escaped = text.chars().filter(|c| without_backslash(*c) != Some(*c)).count();
        let bare = Zeroizing::new(text.chars().filter_map(without_backslash).collect::<String>());
        if escaped > 0 && !bare.is_empty() {
            patterns.push(Pattern { text: bare, escapes: escaped, is_base64: false });
        }
        patterns.push(Pattern { text, escapes: 0, is_base64: false });
    }
    patterns.extend(in_base64(secret).into_iter().map(|text| Pattern { text, escapes: 0, is_base64: true }));
    patterns
}

/// What base64 makes of a secret, wherever in the encoded bytes it stands: whole, and the characters that do not depend
/// on what stands around it at each of the three offsets, in both alphabets. Padding is left out here and there.
fn in_base64(secret: &str) -> Vec<Zeroizing<String>> {
    let mut forms = Vec::new();
    for alphabet in [STANDARD, URL_SAFE] {
        let whole = Zeroizing::new(alphabet.encode(secret));
        forms.push(Zeroizing::new(whole.trim_end_matches('=').to_owned()));
        forms.push(whole);
        for (before, begin) in [(0, 0), (1, 2), (2, 3)] {
            let bytes = Zeroizing::new([&[0; 2][..before], secret.as_bytes()].concat());
            let encoded = Zeroizing::new(alphabet.encode(&*bytes));
            // Each character holds six bits, and the last whole one of these is sure.
            let end = bytes.len() * 8 / 6;
            if let Some(sure) = encoded.get(begin..end).filter(|sure| sure.len() >= SHORTEST_BASE64) {
                forms.push(Zeroizing::new(sure.to_owned()));
            }
        }
    }
    forms
}
