//! Ids and secrets drawn from a seed: the same seed gives the same tenant, so runs can be compared.
//!
//! They look simulated wherever the vendor's format leaves room for a `sim_`.

/// Base32 as access key secrets use it.
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Letters and digits that cannot be mistaken for each other.
const PLAIN: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// A source of ids. Each id depends on the seed and its own label only, never on the order of the calls.
#[derive(Clone, Copy)]
pub(crate) struct Ids {
    seed: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Ids {
        Ids { seed }
    }

    /// Lower-case hex digits.
    pub(crate) fn hex(self, label: &str, digits: usize) -> String {
        self.draw(label, b"0123456789abcdef", digits)
    }

    /// An id of the Cognigy.AI kind: 24 hex digits.
    pub(crate) fn object(self, label: &str) -> String {
        self.hex(label, 24)
    }

    /// A version 4 UUID. `51b` at its start is all the mark the format allows.
    pub(crate) fn uuid(self, label: &str) -> String {
        let hex = self.hex(label, 24);
        format!(
            "51b{}-{}-4{}-8{}-{}",
            &hex[..5],
            &hex[5..9],
            &hex[9..12],
            &hex[12..15],
            &self.hex(&format!("{label}/node"), 12)
        )
    }

    /// A number with `base` as its smallest value and `base + 9_999` as its largest.
    pub(crate) fn number(self, label: &str, base: u64) -> u64 {
        base + self.stream(label).next() % 10_000
    }

    /// `sim_`, the given word and random letters: `length` characters in all.
    pub(crate) fn secret(self, label: &str, length: usize) -> String {
        let head = format!("sim_{label}_");
        let rest = length.saturating_sub(head.len());
        format!("{head}{}", self.draw(label, PLAIN, rest))
    }

    /// A secret in the form CXone issues for access keys: 56 characters of padded base32.
    pub(crate) fn base32(self, label: &str) -> String {
        format!("SIM{}====", self.draw(label, BASE32, 49))
    }

    fn draw(self, label: &str, alphabet: &[u8], length: usize) -> String {
        let mut stream = self.stream(label);
        (0..length)
            .map(|_| char::from(alphabet[(stream.next() % alphabet.len() as u64) as usize]))
            .collect()
    }

    fn stream(self, label: &str) -> Stream {
        // FNV-1a over the label, so that labels lead to unrelated streams.
        let hash = label.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        Stream(hash ^ self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}

/// SplitMix64: small, and good enough for names that nobody has to guess.
struct Stream(u64);

impl Stream {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_hold_for_any_seed() {
        for seed in [0, 1, 42, u64::MAX] {
            let ids = Ids::new(seed);
            assert_eq!(ids.object("provider").len(), 24);
            assert!(
                ids.object("provider")
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit())
            );
            let uuid = ids.uuid("tenant");
            assert_eq!(
                uuid.split('-').map(str::len).collect::<Vec<_>>(),
                [8, 4, 4, 4, 12]
            );
            assert_eq!(&uuid[14..15], "4");
            assert_eq!(ids.secret("integration", 32).len(), 32);
            assert_eq!(ids.base32("key").len(), 56);
            assert!(ids.base32("key").ends_with("===="));
            assert!((1_000..11_000).contains(&ids.number("unit", 1_000)));
        }
        assert_ne!(Ids::new(1).object("provider"), Ids::new(2).object("provider"));
        assert_ne!(Ids::new(1).object("provider"), Ids::new(1).object("project"));
    }
}
