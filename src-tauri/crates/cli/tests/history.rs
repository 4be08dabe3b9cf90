//! `handover history` and the reports of `handover verify`, with the real program.

// Outside of test functions, too, a test ends by a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::Path;

use support::{LINK, code, json, run, text};

/// Checks that look at the profile alone, and ask no keychain.
const LOCAL: &str = "HD-104,HD-201";

fn import(home: &Path, name: &str, profile: &serde_json::Value) {
    let file = home.join(format!("{name}.handover.json"));
    std::fs::write(&file, profile.to_string()).unwrap();
    let done = run(home, &["profile", "import", file.to_str().unwrap()]);
    assert_eq!(code(&done), 0, "{}", text(&done.stderr));
}

fn sample() -> serde_json::Value {
    serde_json::json!({ "name": "Support EU", "provider_link": LINK, "cxone": {} })
}

#[test]
fn runs_of_a_stored_profile_are_listed_shown_compared_and_deleted() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    import(home, "one", &sample());
    let named = ["--profile", "Support EU"];
    let history = |rest: &[&str]| run(home, &[&["history"], rest, &named[..]].concat());
    assert_eq!(json(&history(&["list", "--json"]))["runs"], serde_json::json!([]));
    assert_eq!(code(&history(&["diff"])), 64, "there is nothing to compare");
    for _ in 0..2 {
        let verified = run(
            home,
            &["verify", "--profile", "Support EU", "--only", LOCAL, "--json"],
        );
        assert!(text(&verified.stderr).is_empty(), "{}", text(&verified.stderr));
    }
    let list = json(&history(&["list", "--json"]));
    let runs = list["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[0]["origin"], "terminal");
    assert_eq!(runs[0]["only"], serde_json::json!(["HD-104", "HD-201"]));
    let lines = history(&["list"]);
    assert_eq!(text(&lines.stdout).lines().count(), 2);

    let diff = json(&history(&["diff", "--json"]));
    assert_eq!(diff["headline"], "Nothing changed.");
    assert_eq!(
        (&diff["before"]["run"], &diff["after"]["run"]),
        (&runs[1]["run"], &runs[0]["run"])
    );
    let first = runs[1]["run"].to_string();
    let second = runs[0]["run"].to_string();
    assert_eq!(json(&history(&["diff", &first, &second, "--json"])), diff);
    assert_eq!(code(&history(&["diff", "998", "999"])), 64);
    let shown = json(&history(&["show", &first, "--json"]));
    assert_eq!(shown["head"]["run"], runs[1]["run"]);
    assert!(text(&history(&["show"]).stdout).contains("HD-104"));

    assert_eq!(code(&history(&["delete"])), 64, "one, or --all");
    assert_eq!(code(&history(&["delete", &first])), 0);
    assert_eq!(
        json(&history(&["list", "--json"]))["runs"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(json(&history(&["delete", "--all", "--json"]))["deleted"], true);
    assert_eq!(json(&history(&["list", "--json"]))["runs"], serde_json::json!([]));
}

#[test]
fn a_run_on_a_file_is_kept_nowhere() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("one.handover.json");
    std::fs::write(&file, sample().to_string()).unwrap();
    let data = home.path().join("data");
    let done = run(
        &data,
        &[
            "verify",
            "--profile-file",
            file.to_str().unwrap(),
            "--only",
            LOCAL,
        ],
    );
    assert!(text(&done.stdout).contains("HD-104"), "{}", text(&done.stderr));
    assert!(!data.join("archive.sqlite").exists());
}

#[test]
fn a_damaged_archive_is_told_and_the_verification_goes_on() {
    let home = tempfile::tempdir().unwrap();
    import(home.path(), "one", &sample());
    std::fs::write(home.path().join("archive.sqlite"), "x".repeat(5000)).unwrap();
    let done = run(
        home.path(),
        &["verify", "--profile", "Support EU", "--only", LOCAL, "--json"],
    );
    assert!(json(&done)["checks"].as_array().is_some());
    assert!(
        text(&done.stderr).contains("not kept in the history"),
        "{}",
        text(&done.stderr)
    );
}

#[test]
fn a_report_is_written_in_every_form() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let file = home.join("one.handover.json");
    std::fs::write(&file, sample().to_string()).unwrap();
    let verify = |rest: &[&str]| {
        let named = [
            "verify",
            "--profile-file",
            file.to_str().unwrap(),
            "--only",
            LOCAL,
        ];
        run(home, &[&named[..], rest].concat())
    };
    assert!(text(&verify(&["--report", "md"]).stdout).starts_with("# Handover verification"));
    assert!(text(&verify(&["--report", "html"]).stdout).starts_with("<!doctype html>"));
    assert!(json(&verify(&["--report", "json"]))["redacted"].is_array());
    let out = home.join("report.html");
    let both = verify(&["--report", "html", "--out", out.to_str().unwrap(), "--json"]);
    assert!(json(&both)["checks"].is_array());
    let page = std::fs::read_to_string(&out).unwrap();
    assert!(page.contains("Support EU") && page.ends_with("</html>\n"));
    assert_eq!(
        code(&verify(&["--report", "html", "--json"])),
        64,
        "both to standard output"
    );
    assert_eq!(code(&verify(&["--out", "x"])), 64, "a file without a form");
    let nowhere = verify(&[
        "--report",
        "md",
        "--out",
        home.join("missing/x.md").to_str().unwrap(),
    ]);
    assert_eq!(code(&nowhere), 1, "{}", text(&nowhere.stderr));
}
