//! `handover diagnose` as a user of the terminal meets it.

// Outside of test functions, too, a test ends by a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::{Sandbox, code, handover, is_valid, json, run, text};

#[test]
fn the_sample_is_well_and_its_object_keeps_the_schema() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &["diagnose", "--sample", "--rounds", "2", "--json"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let value = json(&output);
    is_valid("diagnosis.schema.json", &value);
    assert_eq!(value["verdict"]["code"], "well");
    assert_eq!(value["rounds"].as_array().unwrap().len(), 2);
    let calls = value["calls"].as_array().unwrap();
    assert_eq!(calls.len(), 6);
    assert!(
        calls
            .iter()
            .all(|call| call["p50"]["first_byte"].is_number() && call["p95_is_max"] == true)
    );
}

#[test]
fn exit_codes_tell_refused_late_and_unreachable_apart() {
    let home = tempfile::tempdir().unwrap();
    for (fault, exit, verdict) in [
        ("key-wrong", 1, "key"),
        ("token-429", 2, "rate_limit"),
        ("discovery-html", 3, "captive_portal"),
    ] {
        let output = run(
            home.path(),
            &[
                "diagnose",
                "--sample",
                "--simulate",
                fault,
                "--rounds",
                "1",
                "--json",
            ],
        );
        assert_eq!(code(&output), exit, "{fault}: {}", text(&output.stderr));
        assert_eq!(json(&output)["verdict"]["code"], verdict);
    }
}

#[test]
fn people_read_a_headline_and_bars() {
    let home = tempfile::tempdir().unwrap();
    let output = run(
        home.path(),
        &[
            "diagnose",
            "--sample",
            "--simulate",
            "client-wrong",
            "--rounds",
            "1",
            "--create",
        ],
    );
    let said = text(&output.stdout);
    assert_eq!(code(&output), 1, "{said}");
    assert!(
        said.starts_with("REFUSED  Client ID or Client Secret is refused."),
        "{said}"
    );
    assert!(
        said.contains("What to do: ") && said.contains("tenant configuration") && said.contains('█'),
        "{said}"
    );
}

#[test]
fn a_profile_file_takes_its_secrets_from_the_environment() {
    let home = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(home.path(), &[]);
    let file = home.path().join("sandbox.handover.json");
    std::fs::write(&file, sandbox.description["profile"].to_string()).unwrap();
    let diagnose = |with_secrets: bool| {
        let mut command = handover(home.path());
        command
            .args(["diagnose", "--json", "--rounds", "1", "--profile-file"])
            .arg(&file);
        if with_secrets {
            command.envs(sandbox.env());
        }
        command.output().unwrap()
    };
    let with = diagnose(true);
    assert_eq!(code(&with), 0, "{}", text(&with.stderr));
    let without = diagnose(false);
    assert_eq!(
        (code(&without), json(&without)["verdict"]["code"].clone()),
        (1, "profile_incomplete".into())
    );
}

#[test]
fn wrong_usage_is_64() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [
        &["diagnose"][..],
        &["diagnose", "--sample", "--rounds", "0"],
        &["diagnose", "--sample", "--rounds", "101"],
        &["diagnose", "--sample", "--budget", "soon"],
        &["diagnose", "--sample", "--budget", "1ms"],
        &["diagnose", "--sample", "--budget", "-5s"],
        &["diagnose", "--sample", "--simulate", "no-such-fault"],
        &["diagnose", "--profile", "nobody"],
        &["diagnose", "--profile", "nobody", "--simulate", "key-wrong"],
    ] {
        let output = run(home.path(), arguments);
        assert_eq!(code(&output), 64, "{arguments:?}: {}", text(&output.stderr));
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{arguments:?}"
        );
    }
}

#[test]
fn what_cognigy_says_of_its_last_save_is_heard() {
    let home = tempfile::tempdir().unwrap();
    let sample = ["diagnose", "--sample", "--rounds", "1", "--json", "--simulate"];
    let output = run(home.path(), &[&sample[..], &["provisioning-failed"]].concat());
    assert_eq!(code(&output), 2);
    let verdict = &json(&output)["verdict"];
    assert_eq!(
        (&verdict["code"], &verdict["side"]),
        (&"cognigy_save_failed".into(), &"cognigy".into())
    );
}

#[test]
fn a_channel_is_made_with_consent_only() {
    let home = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(home.path(), &[]);
    let file = home.path().join("sandbox.handover.json");
    std::fs::write(&file, sandbox.description["profile"].to_string()).unwrap();
    let output = run(
        home.path(),
        &["diagnose", "--create", "--profile-file", file.to_str().unwrap()],
    );
    assert_eq!(code(&output), 64);
    assert!(text(&output.stderr).contains("--yes"), "{}", text(&output.stderr));
}
