//! Searching a text for known values: as they are and in hexadecimal, in any case of letters, in base64, and in base64
//! within base64.
//!
//! Building takes time and memory in proportion to the length of the secrets, and searching in proportion to the text,
//! whatever they look like: only the first [`PREFIX`] bytes of a value go into the automaton, the rest is compared where
//! they are found, no byte twice. A text that stops within a longer value, or departs from it after the prefix, is taken out
//! as far as it agrees.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::Span;

/// Bytes of a value that are searched for; what follows is compared.
const PREFIX: usize = 32;

/// Longest secret, in characters, that is searched for in every way: what the smallest keychain takes. Longer ones (tokens)
/// are searched for as they are and in base64; the other readings of a text (percent signs, JSON) know no limit.
const LONG: usize = 1280;

/// All secrets, ready to be searched for in one pass per alphabet.
pub(crate) struct Known {
    /// In lower case.
    any_case: Search,
    /// With the digits `+` and `/`.
    base64: Search,
    spaced: bool,
}

/// A set of values; `automaton` finds their beginnings and is `None` when there are none.
struct Search {
    automaton: Option<AhoCorasick>,
    needles: Vec<Needle>,
}

/// One value in one encoding.
struct Needle {
    bytes: Vec<u8>,
    /// For each place in `bytes`, how many bytes from there equal its beginning; empty when all is searched for.
    repeats: Vec<u32>,
    hash: u32,
    /// How many digits before (after) the value hold bits of the secret as well.
    before: usize,
    after: usize,
}

impl Needle {
    fn new(bytes: Vec<u8>, hash: u32) -> Needle {
        let repeats = if bytes.len() > PREFIX {
            repeats(&bytes)
        } else {
            Vec::new()
        };
        Needle {
            bytes,
            repeats,
            hash,
            before: 0,
            after: 0,
        }
    }

    fn prefix(&self) -> &[u8] {
        &self.bytes[..self.bytes.len().min(PREFIX)]
    }

    /// How much of the value stands at `start`, where its prefix does. `seen` is a place before, up to whose end the text is
    /// known to equal the value.
    fn length(&self, text: &[u8], start: usize, seen: (usize, usize)) -> usize {
        if self.repeats.is_empty() {
            return self.bytes.len();
        }
        let known = seen.1.saturating_sub(start);
        let repeated = self
            .repeats
            .get(start - seen.0)
            .map_or(0, |length| *length as usize);
        if repeated < known {
            return repeated;
        }
        let rest = text[start + known..].iter().zip(&self.bytes[known..]);
        known + rest.take_while(|(one, other)| one == other).count()
    }
}

impl Search {
    fn new(needles: Vec<Needle>) -> Search {
        let built = (!needles.is_empty()).then(|| {
            // All matches, also overlapping ones: two secrets may share an end and a beginning. A table of every state and
            // byte would cost more to fill than it saves.
            AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .build(needles.iter().map(Needle::prefix))
        });
        // Building fails only beyond 2^31 bytes of needles.
        Search {
            automaton: built.and_then(Result::ok),
            needles,
        }
    }

    fn each(&self, text: &[u8], each: &mut dyn FnMut(&Needle, usize, usize)) {
        let Some(automaton) = &self.automaton else {
            return;
        };
        let mut seen = vec![(0, 0); self.needles.len()];
        for hit in automaton.find_overlapping_iter(text) {
            let at = hit.pattern().as_usize();
            let (needle, seen) = (&self.needles[at], &mut seen[at]);
            let end = hit.start() + needle.length(text, hit.start(), *seen);
            // A place within one that was told before adds nothing.
            if end > seen.1 {
                *seen = (hit.start(), end);
                each(needle, hit.start(), end);
            }
        }
    }
}

impl Known {
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = (&'a str, u32)>) -> Known {
        let (mut any_case, mut base64, mut spaced) = (Vec::new(), Vec::new(), false);
        for (secret, hash) in secrets {
            let long = secret.chars().nth(LONG).is_some();
            spaced |= secret.contains(' ');
            any_case.push(Needle::new(secret.to_ascii_lowercase().into_bytes(), hash));
            if !long {
                let digits = secret.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
                let hex = digits.filter_map(|digit| char::from_digit(digit.into(), 16));
                any_case.push(Needle::new(hex.map(|digit| digit as u8).collect(), hash));
            }
            for ahead in 0..3 {
                let inner = aligned(secret.as_bytes(), ahead, hash);
                if !long {
                    base64.extend(nested(&inner));
                }
                base64.push(inner);
            }
        }
        Known {
            any_case: Search::new(any_case),
            base64: Search::new(base64),
            spaced,
        }
    }

    /// Whether a secret has a space in it, which forms write as a plus sign.
    pub(crate) fn spaced(&self) -> bool {
        self.spaced
    }

    /// Tells every place where a secret stands.
    pub(crate) fn find(&self, text: &[u8], each: &mut dyn FnMut(Span)) {
        if self.any_case.automaton.is_none() {
            return;
        }
        self.any_case
            .each(&text.to_ascii_lowercase(), &mut |needle, start, end| {
                let hash = needle.hash;
                each(Span { start, end, hash });
            });
        // Both alphabets at once.
        let standard: Vec<u8> = text.iter().copied().map(standard).collect();
        let is_digit = |at: usize| standard.get(at).copied().is_some_and(is_base64);
        self.base64.each(&standard, &mut |needle, start, end| {
            let before =
                (1..=needle.before).take_while(|back| start.checked_sub(*back).is_some_and(is_digit));
            let after = (0..needle.after).take_while(|on| is_digit(end + on));
            let (start, end) = (start - before.count(), end + after.count());
            let hash = needle.hash;
            each(Span { start, end, hash });
        });
    }

    /// Bytes the automata are made of, and bytes that are compared.
    #[cfg(test)]
    pub(crate) fn size(&self) -> (usize, usize) {
        let needles = self.any_case.needles.iter().chain(&self.base64.needles);
        needles.fold((0, 0), |(built, compared), needle| {
            (built + needle.prefix().len(), compared + needle.bytes.len())
        })
    }
}

/// The digit of the standard alphabet for one of the alphabet of URLs.
fn standard(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// The base64 digits that depend on `secret` alone when `ahead` bytes (modulo 3) stand before it.
fn aligned(secret: &[u8], ahead: usize, hash: u32) -> Needle {
    let mut bytes = vec![0; ahead];
    bytes.extend_from_slice(secret);
    let bits = bytes.len() * 8;
    let digits = STANDARD_NO_PAD.encode(&bytes).into_bytes();
    // Six bits a digit: the first few mix with what stands before, the last one with what follows.
    Needle {
        before: usize::from(!(ahead * 8).is_multiple_of(6)),
        after: usize::from(!bits.is_multiple_of(6)),
        ..Needle::new(digits[(ahead * 8).div_ceil(6)..bits / 6].to_vec(), hash)
    }
}

/// The base64 digits of a value that is in base64 already, of either alphabet.
fn nested(inner: &Needle) -> Vec<Needle> {
    let standard = inner.bytes.clone();
    let for_urls: Vec<u8> = inner
        .bytes
        .iter()
        .map(|digit| match digit {
            b'+' => b'-',
            b'/' => b'_',
            other => *other,
        })
        .collect();
    let mut alphabets = vec![standard, for_urls];
    alphabets.dedup();
    let all = alphabets
        .iter()
        .flat_map(|digits| (0..3).map(|ahead| aligned(digits, ahead, inner.hash)));
    // A digit of the inner encoding that is known in part takes up to two digits of the outer one.
    all.map(|outer| Needle {
        before: outer.before + 2 * inner.before,
        after: outer.after + 2 * inner.after,
        ..outer
    })
    .collect()
}

/// For each place in `bytes`, how many bytes from there on equal its beginning (the Z function).
fn repeats(bytes: &[u8]) -> Vec<u32> {
    let mut repeats = vec![0_u32; bytes.len()];
    let (mut left, mut right) = (0, 0_usize);
    for at in 1..bytes.len() {
        let mut length = match right.checked_sub(at) {
            Some(known) => (repeats[at - left] as usize).min(known),
            None => 0,
        };
        while at + length < bytes.len() && bytes[at + length] == bytes[length] {
            length += 1;
        }
        if at + length > right {
            (left, right) = (at, at + length);
        }
        repeats[at] = u32::try_from(length).unwrap_or(u32::MAX);
    }
    repeats
}
