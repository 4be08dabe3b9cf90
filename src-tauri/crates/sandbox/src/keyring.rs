//! Access keys as they are made, switched and deleted.

use crate::id::Ids;
use crate::state::Sim;
use crate::tenant::AccessKey;

impl Sim {
    /// A fresh key of an employee. Its secret is never shown again.
    pub(crate) fn new_access_key(&self, owner: u64) -> AccessKey {
        let ids = Ids::new(self.seed);
        let number = self.next();
        let key = AccessKey {
            id: ids.secret(&format!("key_{number}"), 32),
            secret: ids.base32(&format!("access key {number}")),
            active: true,
            owner,
            last_used: None,
        };
        let kept = key.clone();
        self.change(|world| world.tenant.access_keys.push(kept));
        key
    }

    /// The key as it is after the change. None if it is not there. Ids are found without regard to case.
    pub(crate) fn change_access_key(&self, id: &str, active: Option<bool>) -> Option<AccessKey> {
        self.change(|world| {
            let keys = &mut world.tenant.access_keys;
            let key = keys.iter_mut().find(|key| key.id.eq_ignore_ascii_case(id))?;
            key.active = active.unwrap_or(key.active);
            Some(key.clone())
        })
    }

    /// Whether the key was there.
    pub(crate) fn remove_access_key(&self, id: &str) -> bool {
        self.change(|world| {
            let keys = &mut world.tenant.access_keys;
            let before = keys.len();
            keys.retain(|key| !key.id.eq_ignore_ascii_case(id));
            keys.len() < before
        })
    }
}
