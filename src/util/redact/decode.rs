//! Undoes what escapes characters: JSON, other languages' string literals, URLs, forms and XML.
//!
//! A server may spell a secret in any of them, and each program escapes other characters than the next. So it is not the
//! secret that is escaped in every way, but the text that is read in a few: whatever was escaped, the secret is then
//! there as it is. What was where is remembered, since it is the text as it stands that is shown.

use std::ops::Range;

/// The longest escape that is read: an entity, `&#x0010FFFF;`, or a character beyond the first 65,536, `\\ud83d\\udd11`.
pub(super) const LONGEST_ESCAPE: usize = 16;

/// A set of the escapes below: those that are undone in one reading.
pub(super) type Escapes = u8;

/// Backslashes, however many: those of text that was escaped several times over.
const BACKSLASH: Escapes = 1;
/// `\u00e4`, `\u{e4}` and `\xe4`.
const NUMBER: Escapes = 1 << 1;
/// `%C3%A4`.
const PERCENT: Escapes = 1 << 2;
/// `+` for a blank.
const PLUS: Escapes = 1 << 3;
/// `&#228;`, and the names that XML has.
const ENTITY: Escapes = 1 << 4;

/// What each escape begins with.
const BEGINS: [(u8, Escapes); 4] =
    [(b'\\', BACKSLASH | NUMBER), (b'%', PERCENT), (b'+', PLUS), (b'&', ENTITY)];

/// The readings that a text is given. There are several, since a secret may itself hold what looks like an escape.
const READINGS: [Escapes; 9] = [
    NUMBER,
    BACKSLASH,
    BACKSLASH | NUMBER,
    PERCENT,
    PERCENT | PLUS,
    ENTITY,
    BACKSLASH | NUMBER | ENTITY,
    BACKSLASH | NUMBER | ENTITY | PERCENT,
    BACKSLASH | NUMBER | ENTITY | PERCENT | PLUS,
];

/// A text without its escapes.
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    pub(super) escapes: Escapes,
    /// The begin and the end of each escape, in these bytes and in the text.
    moves: Vec<(usize, usize)>,
}

/// Each reading of a text that is not the text itself.
pub(super) fn readings(text: &str) -> impl Iterator<Item = Decoded> {
    let mut present =
        BEGINS.iter().filter(|(byte, _)| text.contains(char::from(*byte))).fold(0, |set, (_, of)| set | of);
    let numbers = ["\\u", "\\U", "\\x"];
    if present & NUMBER != 0 && !numbers.iter().any(|begin| text.contains(begin)) {
        present &= !NUMBER;
    }
    let mut readings = Vec::new();
    for escapes in READINGS.map(|wanted| wanted & present) {
        if escapes != 0 && !readings.contains(&escapes) {
            readings.push(escapes);
        }
    }
    readings.into_iter().map(move |escapes| Decoded::new(text, escapes, usize::MAX))
}

/// What a character is where backslashes are undone: nothing where it is one, and the letter that stands for it behind
/// one. Which letters were escaped and which were not is then no matter any more.
pub(super) fn without_backslash(c: char) -> Option<char> {
    match c {
        '\\' => None,
        '\n' => Some('n'),
        '\r' => Some('r'),
        '\t' => Some('t'),
        '\u{8}' => Some('b'),
        '\u{c}' => Some('f'),
        '\0' => Some('0'),
        other => Some(other),
    }
}

impl Decoded {
    /// At least `limit` bytes of what is made of the text, if there are so many.
    pub(super) fn new(text: &str, escapes: Escapes, limit: usize) -> Decoded {
        let mut decoded = Decoded { bytes: Vec::new(), escapes, moves: Vec::new() };
        let begins = |byte: u8| BEGINS.iter().any(|(begin, of)| *begin == byte && of & escapes != 0);
        let mut at = 0;
        while decoded.bytes.len() < limit {
            let rest = &text[at..];
            let Some(plain) = rest.bytes().position(begins) else {
                decoded.bytes.extend_from_slice(rest.as_bytes());
                break;
            };
            decoded.bytes.extend_from_slice(&rest.as_bytes()[..plain]);
            at += plain;
            decoded.moves.push((decoded.bytes.len(), at));
            at += decoded.undo(&text[at..]);
            decoded.moves.push((decoded.bytes.len(), at));
        }
        decoded
    }

    /// Undoes the escape that the text begins with, if it is one. Returns the length of what was read.
    fn undo(&mut self, text: &str) -> usize {
        let (begin, behind) = begin_of_escape(text);
        let value = match begin.as_bytes()[0] {
            b'\\' if self.escapes & NUMBER != 0 => number(behind),
            b'\\' => None,
            b'%' => percent(behind),
            b'&' => entity(behind),
            _ => Some((Value::Character(' '), 0)),
        };
        let Some((value, length)) = value else {
            if begin.as_bytes()[0] != b'\\' || self.escapes & BACKSLASH == 0 {
                self.bytes.extend_from_slice(begin.as_bytes());
            }
            return begin.len();
        };
        self.put(value);
        begin.len() + length
    }

    fn put(&mut self, value: Value) {
        match value {
            Value::Byte(byte) => self.bytes.push(byte),
            Value::Character(c) => {
                let c = if self.escapes & BACKSLASH != 0 { without_backslash(c) } else { Some(c) };
                if let Some(c) = c {
                    self.bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
        }
    }

    /// The text from each character to its end of what was taken for an escape, behind what it begins with. A secret may
    /// begin there: `0a` behind a `%` that is no part of it.
    pub(super) fn inside_escapes(&self, text: &str) -> impl Iterator<Item = Range<usize>> {
        self.moves.chunks_exact(2).flat_map(|escape| {
            let (begin, end) = (escape[0].1, escape[1].1);
            let (_, inside) = begin_of_escape(&text[begin..end]);
            inside.char_indices().map(move |(from, _)| end - inside.len() + from..end)
        })
    }

    /// Where in the text this part of the bytes stands, the escapes before its first character included.
    pub(super) fn place(&self, part: Range<usize>) -> Range<usize> {
        self.position(part.start)..self.position(part.end)
    }

    fn position(&self, at: usize) -> usize {
        let next = self.moves.partition_point(|(here, _)| *here < at);
        match (self.moves.get(next), next.checked_sub(1)) {
            (Some((here, there)), _) if *here == at => *there,
            (_, Some(last)) => self.moves[last].1 + at - self.moves[last].0,
            (_, None) => at,
        }
    }
}

/// What an escape begins with, and what is behind it.
fn begin_of_escape(text: &str) -> (&str, &str) {
    let slashes = text.len() - text.trim_start_matches('\\').len();
    text.split_at(slashes.max(1))
}

fn hexadecimal(text: &str, digits: Range<usize>) -> Option<u32> {
    let digits = text.get(digits)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

/// What an escape stands for: a byte of UTF-8, or a character.
enum Value {
    Byte(u8),
    Character(char),
}

/// The byte that two digits behind a `%` stand for.
fn percent(text: &str) -> Option<(Value, usize)> {
    let byte = u8::try_from(hexadecimal(text, 0..2)?).ok()?;
    Some((Value::Byte(byte), 2))
}

/// The character that is written as a number behind a backslash, and the number's length.
fn number(text: &str) -> Option<(Value, usize)> {
    let (value, length) = match text.as_bytes() {
        [b'x', ..] => (hexadecimal(text, 1..3)?, 3),
        [b'u' | b'U', b'{', ..] => {
            let end = text.bytes().take(LONGEST_ESCAPE).position(|byte| byte == b'}')?;
            (hexadecimal(text, 2..end)?, end + 1)
        }
        [b'u' | b'U', ..] => match hexadecimal(text, 1..5)? {
            high @ 0xd800..0xdc00 => {
                let behind = text[5..].trim_start_matches('\\');
                let low = behind.strip_prefix(['u', 'U']).and_then(|low| hexadecimal(low, 0..4))?;
                let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                (0x1_0000 + ((high - 0xd800) << 10) + low, text.len() - behind.len() + 5)
            }
            value => (value, 5),
        },
        _ => return None,
    };
    Some((Value::Character(char::from_u32(value)?), length))
}

/// The character of an entity behind its `&`, and the entity's length.
fn entity(text: &str) -> Option<(Value, usize)> {
    let end = text.bytes().take(LONGEST_ESCAPE).position(|byte| byte == b';')?;
    let c = match &text[..end] {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        name => {
            let number = name.strip_prefix('#')?;
            let value = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(value.ok()?)?
        }
    };
    Some((Value::Character(c), end + 1))
}
