//! `handover` as a user of the terminal meets it: the real program, a real sandbox beside it, exit codes and JSON.

// Outside of test functions, too, a test ends by a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use support::{LINK, Sandbox, code, handover, is_valid, json, outcomes, run, text};

#[test]
fn urls_are_made_from_a_link_and_from_id_and_domain() {
    let home = tempfile::tempdir().unwrap();
    let by_link = run(home.path(), &["urls", "--link", LINK, "--json"]);
    assert_eq!(code(&by_link), 0, "{}", text(&by_link.stderr));
    let value = json(&by_link);
    assert_eq!(value["provider_id"], "69f9bba8844ecf15d07954f9");
    assert_eq!(value["project_id"], "65ae8e3adc2d77e6e260aa37");
    assert_eq!(value["certainty"], "derived");
    assert_eq!(
        value["integration_box_url"],
        "https://endpoint-trial.cognigy.ai/handover/niceCxOne"
    );
    assert_eq!(
        value["authorization_url"],
        "https://endpoint-trial.cognigy.ai/handover/niceCxOne/69f9bba8844ecf15d07954f9/auth/token"
    );
    let by_id = run(
        home.path(),
        &[
            "urls",
            "--provider-id",
            "69f9bba8844ecf15d07954f9",
            "--domain",
            "trial",
            "--json",
        ],
    );
    assert_eq!(
        json(&by_id)["remove_action_url"],
        value["remove_action_url"],
        "both ways lead to the same URLs"
    );
}

#[test]
fn wrong_usage_is_64_and_says_what_is_wrong() {
    let home = tempfile::tempdir().unwrap();
    let cases: &[&[&str]] = &[
        &["urls"],
        &[
            "urls",
            "--link",
            "https://trial.cognigy.ai/project/1/2/handover-provider/1f0a9d2c-0000-4000-8000-000000000000",
        ],
        &["verify"],
        &["verify", "--profile", "nobody"],
        &["verify", "--sample", "--only", "HD-999"],
        &["sandbox", "--fault", "no-such-fault"],
        &["sandbox", "--switch", "no-such-switch=x"],
        &["sandbox", "--switch", "list-lag"],
        &["sandbox", "--fault", "keychain-slow"],
        &["verify", "--sample", "--only", ""],
        &["verify", "--sample", "--only", " , "],
        &["urls", "--link", LINK, "--domain", "trial"],
        &["urls", "--provider-id", "69f9bba8844ecf15d07954f9"],
        &["urls", "--provider-id", LINK, "--domain", "trial"],
        &["bogus"],
    ];
    for arguments in cases.iter().copied() {
        let output = run(home.path(), arguments);
        assert_eq!(code(&output), 64, "{arguments:?}: {}", text(&output.stderr));
        assert!(
            !output.stderr.is_empty(),
            "{arguments:?} says why on standard error"
        );
        assert!(
            output.stdout.is_empty(),
            "{arguments:?} leaves standard output empty"
        );
    }
}

#[test]
fn a_secret_has_32_characters_without_look_alikes() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &["secret", "new"]);
    let secret = text(&output.stdout);
    assert_eq!(secret.trim_end().chars().count(), 32);
    assert!(
        !secret.contains(['0', 'O', '1', 'l', 'I']),
        "no look-alikes in {secret}"
    );
}

#[test]
fn profiles_are_imported_listed_shown_exported_and_deleted() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("mine.json");
    std::fs::write(
        &file,
        format!(r#"{{"name": "Support EU", "provider_link": "{LINK}", "cxone": {{"cloud": "global"}}}}"#),
    )
    .unwrap();
    let imported = run(home.path(), &["profile", "import", file.to_str().unwrap()]);
    assert_eq!(code(&imported), 0, "{}", text(&imported.stderr));
    let list = json(&run(home.path(), &["profile", "list", "--json"]));
    assert_eq!(list[0]["name"], "Support EU");
    let shown = run(home.path(), &["profile", "show", "Support EU"]);
    assert!(text(&shown.stdout).contains("https://endpoint-trial.cognigy.ai/handover/niceCxOne"));
    let exported = json(&run(home.path(), &["profile", "export", "Support EU"]));
    is_valid("profile.schema.json", &exported);
    assert_eq!(exported["provider_link"], LINK);
    // Nobody to ask: nothing is deleted.
    assert_eq!(code(&run(home.path(), &["profile", "delete", "Support EU"])), 64);
    assert_eq!(
        code(&run(home.path(), &["profile", "delete", "Support EU", "--yes"])),
        0
    );
    assert_eq!(
        json(&run(home.path(), &["profile", "list", "--json"])),
        serde_json::json!([])
    );
}

#[test]
fn hosts_that_are_not_the_vendors_are_shown_and_need_a_yes() {
    let home = tempfile::tempdir().unwrap();
    let profile = r#"{"name": "x", "cxone": {"hosts": {"digital": "https://collector.example.com"}}}"#;
    let mut child = handover(home.path())
        .args(["profile", "import", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(profile.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 64);
    assert!(
        text(&output.stderr).contains("collector.example.com"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_sandbox_verifies_green_and_the_report_keeps_its_schema() {
    let home = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(home.path(), &[]);
    is_valid("profile.schema.json", &sandbox.description["profile"]);
    let output = sandbox.verify(home.path(), &[]);
    let report = json(&output);
    assert_eq!(code(&output), 0, "{report:#}");
    is_valid("report.schema.json", &report);
    let printed = text(&output.stdout) + &text(&output.stderr);
    for (name, value) in sandbox.env() {
        assert!(!printed.contains(&value), "the report does not hold {name}");
    }
}

#[test]
fn a_fault_is_named_and_ends_with_1() {
    let home = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(home.path(), &["--fault", "key-wrong"]);
    let output = sandbox.verify(home.path(), &[]);
    assert_eq!(code(&output), 1);
    let outcomes = outcomes(&json(&output));
    let failed: Vec<_> = outcomes
        .iter()
        .filter(|(_, outcome)| *outcome == "fail")
        .map(|(id, _)| id.as_str())
        .collect();
    assert_eq!(failed, ["HD-304"], "one root cause, one red line");
}

#[test]
fn only_runs_what_is_named_and_what_it_needs() {
    let home = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(home.path(), &[]);
    let report = json(&sandbox.verify(home.path(), &["--only", "HD-302"]));
    let ids: Vec<_> = outcomes(&report).into_keys().collect();
    assert!(
        ids.contains(&"HD-302".to_owned()) && ids.contains(&"HD-301".to_owned()),
        "{ids:?}"
    );
    assert!(!ids.contains(&"HD-504".to_owned()), "{ids:?}");
}

#[test]
fn nothing_reachable_is_69() {
    let home = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(home.path(), &[]);
    let (description, env) = (sandbox.description.clone(), sandbox.env());
    drop(sandbox);
    let file = home.path().join("gone.json");
    std::fs::write(&file, description["profile"].to_string()).unwrap();
    let output = handover(home.path())
        .args(["verify", "--json", "--profile-file"])
        .arg(&file)
        .envs(env)
        .output()
        .unwrap();
    assert_eq!(code(&output), 69, "{}", text(&output.stdout));
}

#[test]
fn a_run_on_a_profile_file_takes_no_secrets_but_the_environments() {
    let home = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(home.path(), &[]);
    let file = home.path().join("bare.json");
    std::fs::write(&file, sandbox.description["profile"].to_string()).unwrap();
    let output = handover(home.path())
        .args(["verify", "--json", "--profile-file"])
        .arg(&file)
        .output()
        .unwrap();
    assert_eq!(
        outcomes(&json(&output))["HD-104"],
        "fail",
        "without the variables the profile is not complete"
    );
}

#[cfg(unix)]
#[test]
fn a_signal_cancels_with_130() {
    let home = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(home.path(), &["--fault", "discovery-hang"]);
    let file = home.path().join("hang.json");
    std::fs::write(&file, sandbox.description["profile"].to_string()).unwrap();
    let child = handover(home.path())
        .args(["verify", "--json", "--profile-file"])
        .arg(&file)
        .env("HANDOVER_LOG", "handover=debug")
        .envs(sandbox.env())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut child = child;
    // The first line of the log says that the run has started.
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    log.read_line(&mut line).unwrap();
    assert!(!line.is_empty(), "the run started");
    assert!(
        Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    std::io::copy(&mut log, &mut std::io::sink()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 130, "{}", text(&output.stdout));
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_scenario_within_its_step_with_130() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("waits.json");
    let scenario = r#"{ "name": "waits", "title": "t", "about": "a", "faults": ["discovery-hang"],
        "steps": [{ "do": "provider_saves", "succeeds": true }] }"#;
    std::fs::write(&file, scenario).unwrap();
    let mut child = handover(home.path())
        .args(["scenario", "run"])
        .arg(&file)
        .env("HANDOVER_LOG", "handover=debug")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    log.read_line(&mut line).unwrap();
    assert!(line.contains("the scenario starts"), "{line}");
    assert!(
        Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    std::io::copy(&mut log, &mut std::io::sink()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 130, "{}", text(&output.stdout));
}

#[test]
fn a_person_answers_what_only_a_person_can_see() {
    let home = tempfile::tempdir().unwrap();
    let list = run(home.path(), &["checks", "list", "--json"]);
    assert_eq!(code(&list), 0, "{}", text(&list.stderr));
    let rows = json(&list);
    let by_hand: Vec<&str> = rows
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["by_hand"] == true)
        .map(|row| row["id"].as_str().unwrap())
        .collect();
    assert_eq!(by_hand, ["HD-209", "HD-506"]);

    let file = home.path().join("one.json");
    std::fs::write(&file, r#"{ "name": "Support" }"#).unwrap();
    let imported = run(home.path(), &["profile", "import", file.to_str().unwrap()]);
    assert_eq!(code(&imported), 0, "{}", text(&imported.stderr));
    let answer = |more: &[&str]| {
        let mut arguments = vec!["checks", "answer", "HD-506", "--profile", "Support"];
        arguments.extend(more);
        run(home.path(), &arguments)
    };
    let given = answer(&["--not-well", "--note", "no Reassign", "--json"]);
    assert_eq!(code(&given), 0, "{}", text(&given.stderr));
    let value = json(&given);
    assert_eq!(
        (&value["check"], &value["answer"]["well"]),
        (&"HD-506".into(), &false.into())
    );
    let list = run(home.path(), &["checks", "list", "--profile", "Support"]);
    assert!(
        text(&list.stdout).contains("You said not well on"),
        "{}",
        text(&list.stdout)
    );
    let export = run(home.path(), &["profile", "export", "Support"]);
    assert!(!text(&export.stdout).contains("Reassign"));
    let cleared = answer(&["--clear", "--json"]);
    assert_eq!(json(&cleared)["answer"], serde_json::Value::Null);
    for wrong in [&["--well", "--not-well"][..], &[], &["--clear", "--note", "x"]] {
        assert_eq!(code(&answer(wrong)), 64, "{wrong:?}");
    }
    let other = run(
        home.path(),
        &["checks", "answer", "HD-303", "--well", "--profile", "Support"],
    );
    assert_eq!(code(&other), 64);
    assert!(
        text(&other.stderr).contains("HD-209, HD-506"),
        "{}",
        text(&other.stderr)
    );
}

#[test]
fn the_sample_plays_what_stands_on_the_way() {
    let home = tempfile::tempdir().unwrap();
    for fault in ["tls-intercepted", "proxy-auth-required"] {
        let output = run(
            home.path(),
            &["verify", "--sample", "--simulate", fault, "--json"],
        );
        let found = outcomes(&json(&output));
        assert_eq!(found["HD-103"], "fail", "{fault}: {}", text(&output.stdout));
        assert_eq!(found["HD-203"], "blocked", "{fault}");
    }
    let output = run(
        home.path(),
        &[
            "verify",
            "--sample",
            "--simulate",
            "endpoint-tls-expired",
            "--json",
        ],
    );
    let found = outcomes(&json(&output));
    assert_eq!(
        (found["HD-103"].as_str(), found["HD-203"].as_str()),
        ("pass", "fail")
    );
}
