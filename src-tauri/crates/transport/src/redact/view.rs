//! One text seen through its encodings: what it says once percent signs, JSON escapes or HTML entities are read, with the
//! way back to where each byte came from.
//!
//! A secret is looked for in what the text *says*, so that it does not matter which characters an encoder chose to
//! escape, nor how it wrote them.

use std::borrow::Cow;

use super::Span;

/// A text and, unless it is the original, where each of its bytes begins in the original.
pub(crate) struct View<'a> {
    text: Cow<'a, [u8]>,
    /// One more than there are bytes; the last is the end.
    origins: Option<Vec<usize>>,
}

impl<'a> View<'a> {
    pub(crate) fn of(text: &'a str) -> View<'a> {
        View {
            text: Cow::Borrowed(text.as_bytes()),
            origins: None,
        }
    }

    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    fn origin(&self, index: usize) -> usize {
        match &self.origins {
            None => index,
            Some(origins) => origins.get(index).or(origins.last()).copied().unwrap_or_default(),
        }
    }

    /// A span of this view, in the original.
    pub(crate) fn outside(&self, span: Span) -> Span {
        Span {
            start: self.origin(span.start),
            end: self.origin(span.end),
            ..span
        }
    }

    /// Every reading that differs from this view. `spaced`: whether a plus sign may stand for a space of a secret.
    pub(crate) fn decoded(&self, spaced: bool) -> Vec<View<'static>> {
        let has = |byte| self.text.contains(&byte);
        let mut readings = Vec::new();
        if has(b'%') {
            readings.extend(self.read(percent));
        }
        if spaced && has(b'+') {
            readings.extend(self.read(form));
        }
        if has(b'\\') {
            readings.extend(self.read(escape));
        }
        if has(b'&') {
            readings.extend(self.read(entity));
        }
        readings
    }

    /// The view after `one` has read every escape it knows; `None` when there was none.
    fn read(&self, one: fn(&[u8]) -> Option<(Read, usize)>) -> Option<View<'static>> {
        let (mut text, mut origins) = (Vec::with_capacity(self.text.len()), Vec::new());
        let (mut at, mut changed) = (0, false);
        while let Some(&byte) = self.text.get(at) {
            if let Some((read, length)) = one(&self.text[at..]) {
                changed = true;
                let bytes = read.bytes();
                text.extend_from_slice(&bytes);
                origins.extend(bytes.iter().map(|_| self.origin(at)));
                at += length;
            } else {
                text.push(byte);
                origins.push(self.origin(at));
                at += 1;
            }
        }
        origins.push(self.origin(at));
        changed.then_some(View {
            text: Cow::Owned(text),
            origins: Some(origins),
        })
    }
}

/// What an escape stands for.
enum Read {
    Byte(u8),
    Char(char),
}

impl Read {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Read::Byte(byte) => vec![*byte],
            Read::Char(char) => char.encode_utf8(&mut [0; 4]).as_bytes().to_vec(),
        }
    }
}

fn number(digits: &[u8], base: u32) -> Option<u32> {
    if digits.is_empty() || digits[0] == b'+' {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, base).ok()
}

/// `%2B`
fn percent(text: &[u8]) -> Option<(Read, usize)> {
    let digits = text.strip_prefix(b"%")?.get(..2)?;
    Some((Read::Byte(u8::try_from(number(digits, 16)?).ok()?), 3))
}

/// `%2B`, and `+` for a space.
fn form(text: &[u8]) -> Option<(Read, usize)> {
    if text.first() == Some(&b'+') {
        Some((Read::Byte(b' '), 1))
    } else {
        percent(text)
    }
}

/// `\n`, `\"`, `\/`, `\u002b`, pairs of surrogates.
fn escape(text: &[u8]) -> Option<(Read, usize)> {
    let rest = text.strip_prefix(b"\\")?;
    let byte = match rest.first()? {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 8,
        b'f' => 12,
        b'u' => return unicode(rest),
        other @ (b'"' | b'\\' | b'/' | b'\'') => *other,
        _ => return None,
    };
    Some((Read::Byte(byte), 2))
}

fn unicode(text: &[u8]) -> Option<(Read, usize)> {
    let unit = |text: &[u8]| number(text.strip_prefix(b"u")?.get(..4)?, 16);
    let first = unit(text)?;
    if let Some(char) = char::from_u32(first) {
        return Some((Read::Char(char), 6));
    }
    let second = unit(text.get(5..)?.strip_prefix(b"\\")?)?;
    let both = 0x10000 + (first.checked_sub(0xD800)? << 10) + second.checked_sub(0xDC00)?;
    Some((Read::Char(char::from_u32(both)?), 12))
}

/// `&amp;`, `&#43;`, `&#x2b;`
fn entity(text: &[u8]) -> Option<(Read, usize)> {
    let end = text.iter().take(12).position(|&byte| byte == b';')?;
    let name = text[..end].strip_prefix(b"&")?;
    let char = match name {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        _ => {
            let digits = name.strip_prefix(b"#")?;
            let code = match digits.strip_prefix(b"x").or(digits.strip_prefix(b"X")) {
                Some(hex) => number(hex, 16)?,
                None => number(digits, 10)?,
            };
            char::from_u32(code)?
        }
    };
    Some((Read::Char(char), end + 1))
}

/// `text` with percent escapes read.
pub(crate) fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let view = View {
        text: Cow::Borrowed(text),
        origins: None,
    };
    match view.read(percent) {
        Some(read) => read.text.into_owned(),
        None => text.to_vec(),
    }
}
