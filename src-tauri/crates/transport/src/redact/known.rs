//! Searching a text for known values: as they are, in base64 and in hexadecimal.

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::Span;

/// All secrets, ready to be searched for in one pass per encoding.
pub(crate) struct Known {
    plain: Search,
    base64: Search,
    hex: Search,
    spaced: bool,
}

/// A set of needles; `None` when there are none.
struct Search {
    needles: Option<AhoCorasick>,
    found: Vec<Found>,
}

/// What a needle means.
#[derive(Clone, Copy)]
struct Found {
    hash: u32,
    /// Whether the character before (after) the needle holds bits of the secret as well.
    before: bool,
    after: bool,
}

impl Search {
    fn new(needles: Vec<(Vec<u8>, Found)>, any_case: bool) -> Search {
        let (needles, found): (Vec<_>, Vec<_>) = needles.into_iter().unzip();
        let built = (!needles.is_empty()).then(|| {
            // All matches, also overlapping ones: two secrets may share an end and a beginning.
            AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .ascii_case_insensitive(any_case)
                .build(needles)
        });
        // Building fails only beyond 2^31 bytes of needles.
        Search {
            needles: built.and_then(Result::ok),
            found,
        }
    }

    fn each(&self, text: &[u8], each: &mut dyn FnMut(usize, usize, Found)) {
        if let Some(needles) = &self.needles {
            for hit in needles.find_overlapping_iter(text) {
                each(hit.start(), hit.end(), self.found[hit.pattern().as_usize()]);
            }
        }
    }
}

impl Known {
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = (&'a str, u32)>) -> Known {
        let (mut plain, mut base64, mut hex, mut spaced) = (Vec::new(), Vec::new(), Vec::new(), false);
        for (secret, hash) in secrets {
            let whole = Found {
                hash,
                before: false,
                after: false,
            };
            spaced |= secret.contains(' ');
            plain.push((secret.as_bytes().to_vec(), whole));
            hex.push((
                secret
                    .bytes()
                    .flat_map(|byte| format!("{byte:02x}").into_bytes())
                    .collect(),
                whole,
            ));
            base64.extend((0..3).map(|ahead| aligned(secret.as_bytes(), ahead, hash)));
        }
        Known {
            plain: Search::new(plain, false),
            base64: Search::new(base64, false),
            hex: Search::new(hex, true),
            spaced,
        }
    }

    /// Whether a secret has a space in it, which forms write as a plus sign.
    pub(crate) fn spaced(&self) -> bool {
        self.spaced
    }

    /// Tells every place where a secret stands.
    pub(crate) fn find(&self, text: &[u8], each: &mut dyn FnMut(Span)) {
        self.plain.each(text, &mut |start, end, Found { hash, .. }| {
            each(Span { start, end, hash })
        });
        self.hex.each(text, &mut |start, end, Found { hash, .. }| {
            each(Span { start, end, hash })
        });
        if self.base64.needles.is_some() {
            // Both alphabets at once.
            let standard: Vec<u8> = text
                .iter()
                .map(|byte| match byte {
                    b'-' => b'+',
                    b'_' => b'/',
                    other => *other,
                })
                .collect();
            self.base64
                .each(&standard, &mut |start, end, Found { hash, before, after }| {
                    let is_digit = |at: usize| standard.get(at).copied().is_some_and(is_base64);
                    let start = if before && start > 0 && is_digit(start - 1) {
                        start - 1
                    } else {
                        start
                    };
                    let end = if after && is_digit(end) { end + 1 } else { end };
                    each(Span { start, end, hash });
                });
        }
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// The base64 digits that depend on `secret` alone when `ahead` bytes (modulo 3) stand before it.
fn aligned(secret: &[u8], ahead: usize, hash: u32) -> (Vec<u8>, Found) {
    let mut bytes = vec![0; ahead];
    bytes.extend_from_slice(secret);
    let bits = bytes.len() * 8;
    let digits = STANDARD_NO_PAD.encode(&bytes).into_bytes();
    // Six bits a digit: the first few mix with what stands before, the last one with what follows.
    let needle = digits[(ahead * 8).div_ceil(6)..bits / 6].to_vec();
    let found = Found {
        hash,
        before: !(ahead * 8).is_multiple_of(6),
        after: !bits.is_multiple_of(6),
    };
    (needle, found)
}
