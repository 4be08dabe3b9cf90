//! What `handover` says where it was used otherwise than meant: files that are none, variables, faults, help.

// Outside of test functions, too, a test ends by a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::{Sandbox, code, handover, json, outcomes, run, text};

#[test]
fn urls_says_how_it_is_used_whatever_the_environment_holds() {
    let home = tempfile::tempdir().unwrap();
    let said = text(&run(home.path(), &["urls"]).stderr);
    assert!(
        said.contains("Usage: handover urls (--link <URL> | --provider-id <ID> --domain <DOMAIN>)"),
        "{said}"
    );
    let said = text(&run(home.path(), &["verify", "--profile"]).stderr);
    assert!(!said.contains("--data-dir"), "{said}");
    let help = text(&run(home.path(), &["--help"]).stdout);
    assert!(
        help.starts_with("Set up, verify and rehearse the handover"),
        "{help}"
    );
    let help = text(&run(home.path(), &["verify", "--help"]).stdout);
    assert!(help.starts_with("Run the verification of a profile"), "{help}");
}

#[test]
fn export_and_delete_take_json_too() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("mine.json");
    std::fs::write(&file, r#"{"name": "Support EU"}"#).unwrap();
    let file = file.to_str().unwrap();
    let first = run(home.path(), &["profile", "import", file, "--json"]);
    assert_eq!(json(&first)["name"], "Support EU", "{}", text(&first.stderr));
    let second = json(&run(home.path(), &["profile", "import", file, "--json"]));
    assert_eq!(second["name"], "Support EU (2)");
    let third = run(home.path(), &["profile", "import", file]);
    assert!(
        text(&third.stderr).contains("\"Support EU (3)\""),
        "{}",
        text(&third.stderr)
    );
    let exported = run(home.path(), &["profile", "export", "Support EU", "--json"]);
    assert_eq!(json(&exported)["name"], "Support EU");
    let alone = run(home.path(), &["profile", "delete", "Support EU"]);
    assert!(
        text(&alone.stderr).contains("no terminal to ask on"),
        "{}",
        text(&alone.stderr)
    );
    let deleted = run(
        home.path(),
        &["profile", "delete", "Support EU (2)", "--yes", "--json"],
    );
    let expected = serde_json::json!({ "id": second["id"], "name": "Support EU (2)", "deleted": true });
    assert_eq!(json(&deleted), expected);
}

#[test]
fn files_that_are_no_profile_are_told_apart() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("odd.json");
    let long = format!(r#"{{"name": "{}"}}"#, "x".repeat(257));
    let large = format!(r#"{{"name": "{}"}}"#, "x".repeat(1024 * 1024));
    for (content, said) in [
        (&b" \n"[..], "is empty"),
        (b"\xff\xfe{", "is not text in UTF-8"),
        (large.as_bytes(), "more than 1048576 bytes"),
        (br#"{"domain": "trial"}"#, "no name"),
        (long.as_bytes(), "257 characters"),
        (
            br#"{"name": "x", "client_secret": "test-secret"}"#,
            "HANDOVER_ variables",
        ),
    ] {
        std::fs::write(&file, content).unwrap();
        let output = run(home.path(), &["profile", "import", file.to_str().unwrap()]);
        assert_eq!(code(&output), 64, "{said}");
        assert!(
            text(&output.stderr).contains(said),
            "{said}: {}",
            text(&output.stderr)
        );
    }
    // A run on the file says the same.
    let output = run(home.path(), &["verify", "--profile-file", file.to_str().unwrap()]);
    assert!(
        text(&output.stderr).contains("HANDOVER_ variables"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_sandbox_with_a_wrong_clock_shows_it_in_its_answers() {
    let home = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(home.path(), &["--fault", "clock-skew"]);
    let names = sandbox.description["faults"].as_array().unwrap();
    assert!(names.contains(&"keychain-slow".into()), "all names are listed");
    let report = json(&sandbox.verify(home.path(), &[]));
    let failed: Vec<_> = outcomes(&report)
        .into_iter()
        .filter(|(_, outcome)| !matches!(outcome.as_str(), "pass" | "skipped" | "manual"))
        .collect();
    assert_eq!(failed, [("HD-102".to_owned(), "fail".to_owned())], "{report:#}");
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_text_is_named() {
    use std::os::unix::ffi::OsStrExt;
    let home = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(home.path(), &[]);
    let file = home.path().join("sandbox.handover.json");
    std::fs::write(&file, sandbox.description["profile"].to_string()).unwrap();
    let output = handover(home.path())
        .args(["verify", "--json", "--profile-file"])
        .arg(&file)
        .envs(sandbox.env())
        .env("HANDOVER_CLIENT_ID", std::ffi::OsStr::from_bytes(b"\xff"))
        .output()
        .unwrap();
    let report = json(&output);
    let headline = report["headline"].as_str().unwrap();
    assert!(
        headline.contains("HANDOVER_CLIENT_ID is set, but not to text"),
        "{headline}"
    );
}
