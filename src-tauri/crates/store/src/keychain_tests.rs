//! The keychain's rules over a ring in memory, and the translation of errors. The system's own keychain is used by
//! the tests of the whole program only.

use std::collections::HashMap;
use std::sync::Mutex;

use profile::SecretErrorCode;

use super::*;

/// A ring in memory that fails as a real one does.
#[derive(Default)]
struct Fake {
    entries: Mutex<HashMap<String, SecretString>>,
    locked: AtomicBool,
    forgetful: bool,
}

impl Ring for Fake {
    fn get(&self, user: &str) -> Result<Option<SecretString>, SecretError> {
        // A service that was never unlocked says that there is nothing.
        if self.locked.load(Ordering::SeqCst) {
            return Ok(None);
        }
        Ok(self.entries.lock().unwrap().get(user).cloned())
    }

    fn set(&self, user: &str, secret: &SecretString) -> Result<(), SecretError> {
        if self.locked.load(Ordering::SeqCst) {
            return Err(SecretError::Locked);
        }
        if !self.forgetful {
            self.entries
                .lock()
                .unwrap()
                .insert(user.to_owned(), secret.clone());
        }
        Ok(())
    }

    fn delete(&self, user: &str) -> Result<bool, SecretError> {
        if self.locked.load(Ordering::SeqCst) {
            return Ok(false);
        }
        Ok(self.entries.lock().unwrap().remove(user).is_some())
    }
}

#[test]
fn an_absent_entry_is_believed_only_of_a_keychain_that_works() {
    let prover = Prover::<Fake>::default();
    prover.ring.locked.store(true, Ordering::SeqCst);
    assert_eq!(prover.get("a").unwrap_err(), SecretError::Locked);
    assert_eq!(
        prover.delete("a"),
        Err(SecretError::Locked),
        "it may be there all the same"
    );
    prover.ring.locked.store(false, Ordering::SeqCst);
    assert!(prover.get("a").unwrap().is_none());
    assert!(prover.proven.load(Ordering::SeqCst));
    prover.ring.set("a", &SecretString::from("test-secret")).unwrap();
    assert!(prover.get("a").unwrap().is_some());
    assert_eq!((prover.delete("a"), prover.delete("a")), (Ok(()), Ok(())));
}

#[test]
fn a_probe_leaves_nothing_behind_and_notices_what_is_lost() {
    let prover = Prover::<Fake>::default();
    prover.probe().unwrap();
    assert!(prover.ring.entries.lock().unwrap().is_empty());
    let forgetful = Prover {
        ring: Fake {
            forgetful: true,
            ..Fake::default()
        },
        proven: AtomicBool::new(false),
    };
    assert_eq!(forgetful.probe().unwrap_err().code(), SecretErrorCode::Other);
}

#[test]
fn entries_are_named_by_profile_and_field() {
    let id: ProfileId = "11111111-2222-3333-4444-555555555555".parse().unwrap();
    assert_eq!(
        user(&id, SecretField::ClientSecret),
        "11111111-2222-3333-4444-555555555555/client_secret"
    );
    let names: std::collections::BTreeSet<_> = SecretField::ALL
        .into_iter()
        .map(|field| user(&id, field))
        .collect();
    assert_eq!(names.len(), SecretField::ALL.len());
}

#[test]
fn errors_of_the_library_are_told_apart() {
    let other = || -> Box<dyn std::error::Error + Send + Sync> { "test".into() };
    let cases = [
        (Error::TooLong("password".into(), 2560), SecretErrorCode::TooLong),
        (Error::NoStorageAccess(other()), SecretErrorCode::Locked),
        (Error::NoDefaultStore, SecretErrorCode::NoService),
        (
            Error::BadEncoding(b"test-secret".to_vec()),
            SecretErrorCode::Damaged,
        ),
        (Error::BadStoreFormat("test".into()), SecretErrorCode::Damaged),
        (Error::PlatformFailure(other()), SecretErrorCode::Other),
        (Error::NotSupportedByStore("test".into()), SecretErrorCode::Other),
    ];
    for (error, code) in cases {
        let translated = translate(&error);
        assert_eq!(translated.code(), code, "{error}");
        assert!(!format!("{translated:?} {translated}").contains("test-secret"));
    }
    assert!(matches!(
        translate(&Error::TooLong("password".into(), 2560)),
        SecretError::TooLong { limit: 2560 }
    ));
    // No store at all is a missing service, whatever the library makes of it.
    assert_eq!(
        unavailable(&Error::PlatformFailure(other())).code(),
        SecretErrorCode::NoService
    );
    assert_eq!(
        unavailable(&Error::NoStorageAccess(other())).code(),
        SecretErrorCode::Locked
    );
}

#[cfg(target_os = "linux")]
#[test]
fn errors_of_the_secret_service_are_told_apart() {
    use secret_service::Error as Service;
    let cases = [
        (Service::Locked, SecretErrorCode::Locked),
        (Service::NoResult, SecretErrorCode::Locked),
        (Service::Prompt, SecretErrorCode::Locked),
        (Service::Unavailable, SecretErrorCode::NoService),
        (Service::PromptDisconnected, SecretErrorCode::NoService),
        (
            Service::Zbus(zbus::Error::InterfaceNotFound),
            SecretErrorCode::NoService,
        ),
        (
            Service::ZbusFdo(zbus::fdo::Error::AccessDenied("test".into())),
            SecretErrorCode::Denied,
        ),
        (
            Service::ZbusFdo(zbus::fdo::Error::ServiceUnknown("test".into())),
            SecretErrorCode::NoService,
        ),
        (Service::Crypto("test"), SecretErrorCode::Other),
    ];
    for (error, code) in cases {
        let shown = error.to_string();
        assert_eq!(
            translate(&Error::PlatformFailure(Box::new(error))).code(),
            code,
            "{shown}"
        );
    }
}
