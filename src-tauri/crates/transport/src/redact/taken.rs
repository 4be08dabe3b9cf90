use std::collections::BTreeMap;

/// How many marks are remembered; a hostile server could have millions made. Further ones are counted without a name.
const MOST: usize = 10_000;

/// What stood where a mark is now; never the value. Where several apply, the first of this list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taken {
    /// A secret of the profile, by the name it was added under.
    Secret(&'static str),
    /// The value of a header.
    Header(String),
    /// The value of a field of JSON, a form or a query, by its name in lower case without separators.
    Field(&'static str),
    /// User and password in an address.
    UserInfo,
    /// A token: handed out by a server during the run, or recognised by its form.
    Token,
}

/// The marks that were made, and the names of secrets.
#[derive(Default)]
pub(super) struct Marks {
    names: BTreeMap<u32, &'static str>,
    taken: BTreeMap<u32, Taken>,
}

impl Marks {
    pub(super) fn name(&mut self, hash: u32, name: &'static str) {
        self.names.entry(hash).or_insert(name);
    }

    pub(super) fn note(&mut self, hash: u32, taken: impl FnOnce() -> Taken) {
        if self.taken.len() >= MOST && !self.taken.contains_key(&hash) {
            return;
        }
        let taken = match self.names.get(&hash) {
            Some(name) => Taken::Secret(name),
            None => taken(),
        };
        self.taken
            .entry(hash)
            .and_modify(|known| {
                if taken < *known {
                    known.clone_from(&taken);
                }
            })
            .or_insert(taken);
    }

    pub(super) fn taken(&self) -> BTreeMap<String, Taken> {
        let digits = |(hash, taken): (&u32, &Taken)| (format!("{hash:08x}"), taken.clone());
        self.taken.iter().map(digits).collect()
    }
}
