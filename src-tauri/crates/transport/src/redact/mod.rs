//! Taking secrets out of text, at the edge where traffic becomes something remembered.
//!
//! Two ways together: by *place* (headers, JSON keys, form fields, query parameters, user info of URLs that hold secrets
//! whatever their value) and by *value* (every secret that was added, wherever it stands and in whatever encoding). What is
//! taken out is replaced by `<redacted:xxxxxxxx>`: eight hexadecimal digits of a hash under a random key of this redactor, so
//! that equal secrets stay recognisable within one run and say nothing outside of it.
//!
//! Values shorter than [`SHORTEST`] bytes are taken out by place only: they would turn up in every other word.

mod known;
mod place;
mod taken;
mod view;

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use known::Known;
use taken::Marks;
pub use taken::Taken;
use view::View;
pub(crate) use view::percent_decoded;

/// Shortest secret that is looked for by value, in bytes.
pub const SHORTEST: usize = 6;

/// Longest part of a body that is searched, in bytes.
const SEARCHED: usize = 128 * 1024;

/// How much at the end of a searched part is not shown: a secret that was cut in two there would not be recognised.
const MARGIN: usize = 32 * 1024;

/// Encodings inside encodings that are followed (a URL in a JSON string).
const DEPTH: usize = 2;

/// Takes known secrets and secret places out of text. Clones share what is known.
#[derive(Clone, Default)]
pub struct Redactor {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    key: RandomState,
    known: RwLock<Arc<State>>,
    marks: Mutex<Marks>,
}

/// The secrets, and the search structure made of them when first needed.
#[derive(Default)]
struct State {
    secrets: Vec<SecretString>,
    search: OnceLock<Known>,
}

/// Part of a text to be replaced: byte offsets and the hash of the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) hash: u32,
}

impl Redactor {
    /// A redactor that knows no values yet, with a key of its own.
    #[must_use]
    pub fn new() -> Redactor {
        Redactor::default()
    }

    /// Adds a secret, as it is and without surrounding white space. Adding it again does nothing.
    pub fn add(&self, secret: &SecretString) {
        self.add_token(secret.expose_secret());
    }

    /// Adds a secret under the name it has in [`Redactor::taken`].
    pub fn add_named(&self, secret: &SecretString, name: &'static str) {
        self.add(secret);
        let text = secret.expose_secret();
        let mut marks = self.marks();
        for one in [text, text.trim()] {
            marks.name(self.hash(one.as_bytes()), name);
        }
    }

    /// What the marks made so far stand for: the hexadecimal digits of a mark, and what was in its place. How often each
    /// stands in a document is counted there ([`crate::marks`]), since one exchange may be shown many times or never.
    #[must_use]
    pub fn taken(&self) -> BTreeMap<String, Taken> {
        self.marks().taken()
    }

    fn marks(&self) -> std::sync::MutexGuard<'_, Marks> {
        self.shared.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a secret that is at hand as text.
    pub fn add_token(&self, secret: &str) {
        let trimmed = secret.trim();
        let new = [secret, trimmed];
        let new = new.iter().filter(|one| one.len() >= SHORTEST);
        let mut known = self.shared.known.write().unwrap_or_else(PoisonError::into_inner);
        let mut secrets = known.secrets.clone();
        for one in new {
            if !secrets.iter().any(|have| have.expose_secret() == *one) {
                secrets.push(SecretString::from(*one));
            }
        }
        if secrets.len() > known.secrets.len() {
            *known = Arc::new(State {
                secrets,
                search: OnceLock::new(),
            });
        }
    }

    /// Adds the tokens and secrets that a successful JSON answer hands out.
    pub(crate) fn learn(&self, body: &[u8]) {
        if body.len() > SEARCHED {
            return;
        }
        let text = String::from_utf8_lossy(body);
        for token in place::handed_out(&text) {
            self.add_token(&token);
        }
    }

    /// `text` without secrets. White space, order and everything else stay.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        replaced(text, self.spans(text))
    }

    /// The beginning of a body, at most `most` bytes of it, and whether that is less than all. Bytes that are not UTF-8
    /// are shown as U+FFFD. Of a body over 128 KiB the first 96 KiB are looked at.
    #[must_use]
    pub fn body(&self, body: &[u8], most: usize) -> (String, bool) {
        let all = body.len() <= SEARCHED;
        let text = String::from_utf8_lossy(if all { body } else { &body[..SEARCHED] });
        let spans = self.spans(&text);
        let shown = if all {
            text.len()
        } else {
            text.floor_char_boundary(SEARCHED - MARGIN)
        };
        let (text, clipped) = clip(replaced(&text[..shown], spans), most);
        (text, clipped || !all)
    }

    fn spans(&self, text: &str) -> Vec<Span> {
        let state = Arc::clone(&self.shared.known.read().unwrap_or_else(PoisonError::into_inner));
        let known = state.search.get_or_init(|| {
            let secrets = state.secrets.iter().map(ExposeSecret::expose_secret);
            Known::new(secrets.map(|secret| (secret, self.hash(secret.as_bytes()))))
        });
        let mut spans = Vec::new();
        self.search(&View::of(text), known, DEPTH, &mut spans);
        spans
    }

    /// A URL: without user info, secret parameters replaced.
    #[must_use]
    pub fn url(&self, url: &Url) -> String {
        let mut url = url.clone();
        // These fail only for URLs that cannot have user info.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        self.text(url.as_str())
    }

    /// Headers in their order; those that hold credentials keep their scheme (`Bearer`) alone.
    #[must_use]
    pub fn headers(&self, headers: &HeaderMap) -> Vec<(String, String)> {
        let shown = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            let text = String::from_utf8_lossy(value.as_bytes());
            let hide = |secret: &str| {
                let hash = self.hash(secret.as_bytes());
                self.marks()
                    .note(hash, || Taken::Header(name.as_str().to_owned()));
                mark(hash)
            };
            let value = match place::header(name.as_str(), value.is_sensitive()) {
                place::Header::Open => self.text(&text),
                place::Header::Secret => hide(&text),
                place::Header::Scheme => match text.split_once(' ') {
                    Some((scheme, rest)) if !rest.trim().is_empty() => {
                        format!("{} {}", self.text(scheme), hide(rest.trim()))
                    }
                    _ => hide(&text),
                },
            };
            (name.as_str().to_owned(), value)
        };
        headers.iter().map(shown).collect()
    }

    /// What stands in place of `secret`.
    #[must_use]
    pub fn mark(&self, secret: &[u8]) -> String {
        mark(self.hash(secret))
    }

    fn hash(&self, secret: &[u8]) -> u32 {
        let hash = self.shared.key.hash_one(secret);
        // Half of the bits are enough to tell the secrets of one run apart.
        u32::try_from(hash >> 32).unwrap_or_default()
    }

    fn search(&self, view: &View<'_>, known: &Known, depth: usize, spans: &mut Vec<Span>) {
        let text = view.text();
        known.find(text, &mut |span| {
            self.marks().note(span.hash, || Taken::Token);
            spans.push(view.outside(span));
        });
        place::find(text, &mut |place| {
            let hash = self.hash(&place.value);
            self.marks().note(hash, || place.taken);
            let (start, end) = (place.start, place.end);
            spans.push(view.outside(Span { start, end, hash }));
        });
        if depth > 0 {
            for inner in view.decoded(known.spaced()) {
                self.search(&inner, known, depth - 1, spans);
            }
        }
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.shared.known.read().unwrap_or_else(PoisonError::into_inner);
        write!(f, "Redactor({} known)", known.secrets.len())
    }
}

/// Length of a mark.
const MARK: usize = 19;

fn mark(hash: u32) -> String {
    format!("<redacted:{hash:08x}>")
}

/// The hexadecimal digits of every mark in a text, in its order.
pub fn marks(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("<redacted:").filter_map(|(at, _)| {
        let mark = text.get(at..at + MARK)?;
        is_mark(mark.as_bytes()).then(|| &mark[MARK - 9..MARK - 1])
    })
}

/// Whether this is a mark already.
pub(crate) fn is_mark(text: &[u8]) -> bool {
    text.strip_prefix(b"<redacted:")
        .and_then(|rest| rest.strip_suffix(b">"))
        .is_some_and(|hash| hash.len() == 8 && hash.iter().all(u8::is_ascii_hexdigit))
}

/// `text` with the spans replaced; overlapping ones become one, under the hash of the longest. Spans may go beyond the end.
fn replaced(text: &str, mut spans: Vec<Span>) -> String {
    spans.retain(|span| span.start < text.len());
    if spans.is_empty() {
        return text.to_owned();
    }
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let mut spans = spans.into_iter().peekable();
    while let Some(first) = spans.next() {
        let (mut end, mut longest) = (first.end, first);
        while let Some(next) = spans.next_if(|next| next.start < end) {
            end = end.max(next.end);
            if next.end - next.start > longest.end - longest.start {
                longest = next;
            }
        }
        let start = text.floor_char_boundary(first.start).max(done);
        let end = text.ceil_char_boundary(end.min(text.len()));
        out.push_str(&text[done..start]);
        out.push_str(&mark(longest.hash));
        done = end;
    }
    out.push_str(&text[done..]);
    out
}

/// At most `most` bytes of `text`, cut at a character, and whether something was cut. A mark is not cut in two.
pub(crate) fn clip(mut text: String, most: usize) -> (String, bool) {
    if text.len() <= most {
        return (text, false);
    }
    let mut end = text.floor_char_boundary(most);
    let within = |open: &usize| text.as_bytes().get(*open..*open + MARK).is_some_and(is_mark);
    if let Some(open) = (end.saturating_sub(MARK - 1)..end).find(within) {
        end = open;
    }
    text.truncate(end);
    (text, true)
}

#[cfg(test)]
mod tests;
