//! The vault: round trips, wrong passphrases, damage, crashes, two writers.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};

use profile::SecretErrorCode;
use tempfile::TempDir;

use super::*;

/// Two rounds: the tests are about files, not about the cost of guessing.
const FAST: u8 = 1;

fn phrase() -> SecretString {
    SecretString::from("test-passphrase")
}

fn vault() -> (TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::create_with(folder.path().join("data/vault.age"), phrase(), FAST).unwrap();
    (folder, vault)
}

fn reopen(vault: &Vault) -> Result<Vault, SecretError> {
    Vault::open_with(vault.path(), phrase(), FAST)
}

fn id() -> ProfileId {
    "11111111-2222-3333-4444-555555555555".parse().unwrap()
}

fn read(vault: &Vault, field: SecretField) -> Option<String> {
    vault
        .get(&id(), field)
        .unwrap()
        .map(|secret| secret.expose_secret().to_owned())
}

fn put(vault: &Vault, field: SecretField, text: &str) {
    vault.set(&id(), field, &SecretString::from(text)).unwrap();
}

#[test]
fn secrets_come_back_after_a_restart_and_are_not_in_the_file() {
    let (folder, vault) = vault();
    put(
        &vault,
        SecretField::ClientSecret,
        "test-secret-\u{fc}\u{1f511}\"\\\n",
    );
    put(&vault, SecretField::AccessKeySecret, "test-secret-2");
    put(&vault, SecretField::AccessKeySecret, "test-secret-3");
    assert_eq!(vault.kind(), StoreKind::Vault);
    let again = reopen(&vault).unwrap();
    assert_eq!(
        read(&again, SecretField::ClientSecret).as_deref(),
        Some("test-secret-\u{fc}\u{1f511}\"\\\n")
    );
    assert_eq!(
        read(&again, SecretField::AccessKeySecret).as_deref(),
        Some("test-secret-3")
    );
    assert_eq!(read(&again, SecretField::IntegrationClientSecret), None);
    assert_eq!(
        again
            .get(&ProfileId::random(), SecretField::ClientSecret)
            .unwrap()
            .map(|_| ()),
        None
    );
    for entry in std::fs::read_dir(folder.path().join("data")).unwrap() {
        let content = std::fs::read(entry.unwrap().path()).unwrap();
        for plain in [&b"test-secret"[..], b"test-passphrase", b"client_secret"] {
            assert!(!content.windows(plain.len()).any(|window| window == plain));
        }
    }
    again.delete(&id(), SecretField::ClientSecret).unwrap();
    again.delete(&id(), SecretField::ClientSecret).unwrap();
    assert_eq!(read(&reopen(&vault).unwrap(), SecretField::ClientSecret), None);
    assert!(again.probe().is_ok());
    assert!(!format!("{again:?}").contains("test-"), "{again:?}");
}

#[test]
fn a_vault_is_made_once_and_not_found_where_there_is_none() {
    let (folder, vault) = vault();
    let again = Vault::create_with(vault.path(), phrase(), FAST).unwrap_err();
    assert!(matches!(
        again,
        SecretError::Io {
            kind: ErrorKind::AlreadyExists,
            ..
        }
    ));
    let none = Vault::open_with(folder.path().join("none.age"), phrase(), FAST).unwrap_err();
    assert!(matches!(
        none,
        SecretError::Io {
            kind: ErrorKind::NotFound,
            ..
        }
    ));
    assert!(Vault::exists(vault.path()) && !Vault::exists(&folder.path().join("none.age")));
}

#[test]
fn the_default_cost_is_the_documented_one_and_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.age");
    Vault::create(&path, phrase()).unwrap();
    let head = std::fs::read(&path).unwrap();
    let line = String::from_utf8_lossy(&head).lines().nth(1).unwrap().to_owned();
    assert!(line.starts_with("-> scrypt ") && line.ends_with(" 17"), "{line}");
    assert!(Vault::open(&path, phrase()).is_ok());
}

#[test]
fn a_wrong_passphrase_is_told_from_damage() {
    let (_folder, vault) = vault();
    put(&vault, SecretField::ClientSecret, "test-secret-1");
    put(&vault, SecretField::ClientSecret, "test-secret-2");
    let wrong = Vault::open_with(vault.path(), SecretString::from("test-other"), FAST).unwrap_err();
    assert_eq!(wrong, SecretError::WrongPassphrase);
    let good = std::fs::read(vault.path()).unwrap();
    let copy = beside(vault.path(), "bak");
    let good_copy = std::fs::read(&copy).unwrap();
    // Whichever byte is wrong, the previous copy is read.
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1;
        std::fs::write(vault.path(), &bad).unwrap();
        let opened = reopen(&vault).unwrap_or_else(|error| panic!("byte {at}: {error}"));
        assert_eq!(
            read(&opened, SecretField::ClientSecret).as_deref(),
            Some("test-secret-1"),
            "byte {at}"
        );
    }
    let opened_with = |text: &str| Vault::open_with(vault.path(), SecretString::from(text), FAST);
    for bad in [
        &b""[..],
        &good[..good.len() / 2],
        &good[..good.len() - 1],
        b"not a vault",
    ] {
        // With the copy damaged as well it is damage.
        std::fs::write(vault.path(), bad).unwrap();
        std::fs::write(&copy, bad).unwrap();
        let fault = reopen(&vault).unwrap_err();
        assert_eq!(fault.code(), SecretErrorCode::Damaged, "{fault}");
        // With a good copy the passphrase is what is missing.
        std::fs::write(&copy, &good_copy).unwrap();
        assert_eq!(
            opened_with("test-other").unwrap_err(),
            SecretError::WrongPassphrase
        );
        assert!(opened_with("test-passphrase").is_ok());
    }
}

#[test]
fn after_recovery_the_next_write_mends_the_file_and_keeps_the_copy() {
    let (_folder, vault) = vault();
    put(&vault, SecretField::ClientSecret, "test-secret-1");
    put(&vault, SecretField::AccessKeySecret, "test-secret-2");
    std::fs::write(vault.path(), b"damaged").unwrap();
    let copy = std::fs::read(beside(vault.path(), "bak")).unwrap();
    let opened = reopen(&vault).unwrap();
    // Even one that changes nothing.
    put(&opened, SecretField::ClientSecret, "test-secret-1");
    assert_eq!(std::fs::read(beside(vault.path(), "bak")).unwrap(), copy);
    std::fs::remove_file(beside(vault.path(), "bak")).unwrap();
    assert_eq!(
        read(&reopen(&vault).unwrap(), SecretField::ClientSecret).as_deref(),
        Some("test-secret-1")
    );
}

#[test]
fn a_file_that_asks_for_too_much_work_is_refused() {
    let (_folder, vault) = vault();
    let mut recipient = age::scrypt::Recipient::new(phrase());
    recipient.set_work_factor(1);
    let sealed = age::encrypt(&recipient, b"{}").unwrap();
    let text = sealed.iter().map(|&byte| char::from(byte)).collect::<String>();
    let line = text.lines().nth(1).unwrap();
    let costly = line.rsplit_once(' ').unwrap().0.to_owned() + " 30";
    let hostile: Vec<u8> = text.replacen(line, &costly, 1).chars().map(|c| c as u8).collect();
    for path in [vault.path().to_owned(), beside(vault.path(), "bak")] {
        std::fs::write(path, &hostile).unwrap();
    }
    assert_eq!(reopen(&vault).unwrap_err().code(), SecretErrorCode::Damaged);
}

#[test]
fn what_another_program_writes_is_seen() {
    let (_folder, window) = vault();
    let terminal = reopen(&window).unwrap();
    put(&terminal, SecretField::ClientSecret, "test-secret-1");
    assert_eq!(
        read(&window, SecretField::ClientSecret).as_deref(),
        Some("test-secret-1")
    );
    put(&window, SecretField::AccessKeySecret, "test-secret-2");
    assert_eq!(
        read(&terminal, SecretField::AccessKeySecret).as_deref(),
        Some("test-secret-2")
    );
    assert_eq!(
        read(&terminal, SecretField::ClientSecret).as_deref(),
        Some("test-secret-1")
    );
}

#[test]
fn writers_side_by_side_lose_nothing() {
    let (_folder, vault) = vault();
    std::thread::scope(|scope| {
        for field in SecretField::ALL {
            let other = reopen(&vault).unwrap();
            scope.spawn(move || {
                for round in 0..5 {
                    put(&other, field, &format!("test-secret-{field}-{round}"));
                }
            });
        }
    });
    for field in SecretField::ALL {
        assert_eq!(read(&vault, field), Some(format!("test-secret-{field}-4")));
    }
}

/// Refuses every write once it is told to.
#[derive(Default)]
struct Full(AtomicBool);

impl Disk for Full {
    fn read(&self, path: &Path) -> std::io::Result<Option<Vec<u8>>> {
        System.read(path)
    }

    fn write_new(&self, path: &Path, content: &[u8]) -> std::io::Result<()> {
        if self.0.load(Ordering::SeqCst) {
            System.write_new(path, &content[..content.len() / 2])?;
            return Err(ErrorKind::StorageFull.into());
        }
        System.write_new(path, content)
    }

    fn rename(&self, from: &Path, to: &Path) -> std::io::Result<()> {
        System.rename(from, to)
    }

    fn sync_folder(&self, folder: &Path) -> std::io::Result<()> {
        System.sync_folder(folder)
    }

    fn remove(&self, path: &Path) -> std::io::Result<()> {
        System.remove(path)
    }
}

#[test]
fn a_full_disk_keeps_the_vault_and_what_is_read_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(Full::default());
    let vault = Vault::create_on(folder.path().join("vault.age"), phrase(), FAST, disk.clone()).unwrap();
    put(&vault, SecretField::ClientSecret, "test-secret-1");
    disk.0.store(true, Ordering::SeqCst);
    let error = vault
        .set(
            &id(),
            SecretField::ClientSecret,
            &SecretString::from("test-secret-2"),
        )
        .unwrap_err();
    assert!(matches!(
        error,
        SecretError::Io {
            kind: ErrorKind::StorageFull,
            ..
        }
    ));
    assert_eq!(
        read(&vault, SecretField::ClientSecret).as_deref(),
        Some("test-secret-1")
    );
    assert_eq!(
        read(&reopen(&vault).unwrap(), SecretField::ClientSecret).as_deref(),
        Some("test-secret-1")
    );
}
