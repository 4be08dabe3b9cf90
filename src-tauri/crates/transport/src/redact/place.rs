//! Places that hold a secret whatever its value: headers, JSON keys, form fields, query parameters, the user info of a URL,
//! credentials after their scheme, and signed tokens.
//!
//! The finder reads half, broken and nested text as well as whole JSON; it would rather take out too much than too little.

use super::view::percent_decoded;
use super::{MARK, Taken, is_mark};

/// Names of fields whose values are secrets, in lower case without `_`, `-` and spaces.
const SECRET: &[&str] = &[
    "accesskeysecret",
    "accesstoken",
    "apikey",
    "assertion",
    "authorization",
    "clientassertion",
    "clientsecret",
    "cookie",
    "idtoken",
    "integrationclientsecret",
    "jwt",
    "newpassword",
    "passwd",
    "password",
    "privatekey",
    "proxyauthorization",
    "refreshtoken",
    "secret",
    "secretaccesskey",
    "secretkey",
    "sessiontoken",
    "setcookie",
    "subjecttoken",
    "token",
    "xapikey",
];

/// What the names of other people's secrets end with, such as `apiSecret` and `userPassword`.
const ENDINGS: &[&str] = &["apikey", "passwd", "password", "privatekey", "secret"];

/// Names of fields whose values identify an account: taken out where they stand, but not looked for elsewhere.
const IDENTITY: &[&str] = &["accesskeyid", "clientid", "integrationclientid", "username"];

/// How a header is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Header {
    /// Searched like any text.
    Open,
    /// Nothing of it.
    Secret,
    /// The first word (`Bearer`, `Basic`) and nothing else.
    Scheme,
}

pub(crate) fn header(name: &str, sensitive: bool) -> Header {
    match normal(name.as_bytes()).as_str() {
        "authorization" | "proxyauthorization" => Header::Scheme,
        name if sensitive || SECRET.contains(&name) => Header::Secret,
        _ => Header::Open,
    }
}

fn normal(name: &[u8]) -> String {
    let kept = name
        .iter()
        .filter(|byte| !matches!(byte, b'_' | b'-' | b' ' | b'.'));
    kept.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

/// The name of a field that holds a secret, as it stands in the lists above.
fn secret_name(name: &[u8]) -> Option<&'static str> {
    // No name is longer: spares normalising whole paragraphs.
    if name.len() > 40 {
        return None;
    }
    let name = normal(name);
    SECRET
        .iter()
        .chain(IDENTITY)
        .copied()
        .find(|known| *known == name)
        .or_else(|| ENDINGS.iter().copied().find(|ending| name.ends_with(ending)))
}

/// A secret place.
pub(crate) struct Place {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The value as it was before encoding.
    pub(crate) value: Vec<u8>,
    pub(crate) taken: Taken,
}

/// Tells every secret place of `text`.
pub(crate) fn find(text: &[u8], each: &mut dyn FnMut(Place)) {
    let mut tell = |start: usize, end: usize, taken: Taken| {
        let value = &text[start..end];
        if start < end && !is_mark(value) {
            each(Place {
                start,
                end,
                value: percent_decoded(value),
                taken,
            });
        }
    };
    for (at, &byte) in text.iter().enumerate() {
        let found = match byte {
            b'"' => keyed(text, at).map(|(place, name)| (place, Taken::Field(name))),
            b'=' => field(text, at).map(|(place, name)| (place, Taken::Field(name))),
            b':' => user_info(text, at).map(|place| (place, Taken::UserInfo)),
            b' ' => credentials(text, at).map(|place| (place, Taken::Token)),
            b'e' => signed(text, at).map(|place| (place, Taken::Token)),
            _ => None,
        };
        if let Some(((start, end), taken)) = found {
            tell(start, end, taken);
        }
    }
}

/// The values under the names of [`SECRET`] in a JSON text that are long enough to be tokens.
pub(crate) fn handed_out(text: &str) -> Vec<String> {
    let text = text.as_bytes();
    let mut tokens = Vec::new();
    for (at, _) in text.iter().enumerate().filter(|(_, byte)| **byte == b'"') {
        let Some(((start, end), name)) = keyed(text, at) else {
            continue;
        };
        let is_identity = IDENTITY.contains(&name);
        let value = String::from_utf8_lossy(&text[start..end]);
        // Short values and sentences are messages about a field ("password": "required"), not secrets.
        let like_token =
            value.len() >= 16 && value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if like_token && !is_identity && !value.starts_with(['{', '[']) && !is_mark(value.as_bytes()) {
            tokens.push(value.into_owned());
        }
    }
    tokens
}

/// The name that ends with the quote at `quote`.
fn name_before(text: &[u8], quote: usize) -> Option<&[u8]> {
    let from = quote.saturating_sub(42);
    let open = text[from..quote].iter().rposition(|&byte| byte == b'"')? + from;
    Some(&text[open + 1..quote])
}

/// `"name" : value`, with `quote` at the quote after the name, and the name.
fn keyed(text: &[u8], quote: usize) -> Option<((usize, usize), &'static str)> {
    let after = skip_space(text, quote + 1);
    if text.get(after) != Some(&b':') {
        return None;
    }
    let name = secret_name(name_before(text, quote)?)?;
    let start = skip_space(text, after + 1);
    let place = match text.get(start)? {
        b'"' => Some((start + 1, string_end(text, start + 1))),
        b'{' | b'[' => Some((start, nested_end(text, start))),
        _ => {
            let stop = |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
            let end = text[start..]
                .iter()
                .position(stop)
                .map_or(text.len(), |length| start + length);
            let literal = &text[start..end];
            (!matches!(literal, b"null" | b"true" | b"false")).then_some((start, end))
        }
    };
    place.map(|place| (place, name))
}

fn skip_space(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .map_or(text.len(), |length| from + length)
}

/// Where the string that begins at `from` ends; the end of the text if it is cut off.
fn string_end(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

/// One past the bracket that closes the one at `from`; the end of the text if there is none.
fn nested_end(text: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0_usize);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => at = string_end(text, at + 1),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// `name=value` of a form, a query or a line, with `equals` at the sign, and the name.
fn field(text: &[u8], equals: usize) -> Option<((usize, usize), &'static str)> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let from = equals.saturating_sub(41);
    let length = text[from..equals]
        .iter()
        .rev()
        .take_while(|byte| is_name(byte))
        .count();
    let name = secret_name(&text[equals - length..equals])?;
    let start = equals + 1;
    let (start, stop): (usize, fn(&u8) -> bool) = match text.get(start)? {
        b'"' => (start + 1, |byte| *byte == b'"'),
        b'\'' => (start + 1, |byte| *byte == b'\''),
        _ => (start, |byte| {
            matches!(byte, b'&' | b';' | b',' | b'"' | b'\'' | b'<' | b'>' | b'#')
                || byte.is_ascii_whitespace()
        }),
    };
    // A mark begins with what would end a value.
    if text[start..].get(..MARK).is_some_and(is_mark) {
        return None;
    }
    let end = text[start..]
        .iter()
        .position(stop)
        .map_or(text.len(), |length| start + length);
    Some(((start, end), name))
}

/// `://user:password@`, with `colon` at the first one.
fn user_info(text: &[u8], colon: usize) -> Option<(usize, usize)> {
    let start = colon + 3;
    if text.get(colon..start)? != b"://" {
        return None;
    }
    let stop =
        |byte: &u8| matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<') || byte.is_ascii_whitespace();
    let rest = &text[start..];
    let authority = &rest[..rest.iter().position(stop).unwrap_or(rest.len())];
    let length = authority.iter().rposition(|&byte| byte == b'@')?;
    Some((start, start + length))
}

/// `Bearer x` and `Basic x` in running text, with `space` between the two.
fn credentials(text: &[u8], space: usize) -> Option<(usize, usize)> {
    let before = &text[..space];
    let scheme = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let scheme = &before[space - scheme..];
    if !scheme.eq_ignore_ascii_case(b"bearer") && !scheme.eq_ignore_ascii_case(b"basic") {
        return None;
    }
    let is_part = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
    };
    let length = text[space + 1..].iter().take_while(|byte| is_part(byte)).count();
    // Shorter ones are words ("Bearer authentication" is the longest usual).
    (length > 16).then_some((space + 1, space + 1 + length))
}

/// A signed token (`eyJ....eyJ....x`), which is a secret wherever it stands.
fn signed(text: &[u8], at: usize) -> Option<(usize, usize)> {
    if !text[at..].starts_with(b"eyJ") || at > 0 && text[at - 1].is_ascii_alphanumeric() {
        return None;
    }
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let length = text[at..].iter().take_while(|byte| is_part(byte)).count();
    let token = &text[at..at + length];
    (token.iter().filter(|byte| **byte == b'.').count() >= 2).then_some((at, at + length))
}
