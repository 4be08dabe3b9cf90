//! `handover watch` as a user of the terminal meets it.

// Outside of test functions, too, a test ends by a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use support::{Sandbox, code, handover, run, text};

fn lines(output: &Output) -> Vec<Value> {
    text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn events<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["event"] == kind).collect()
}

fn sample(arguments: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let all = [&["watch", "--sample", "--every", "1s", "--json"], arguments].concat();
    run(home.path(), &all)
}

#[test]
fn each_run_is_a_line_and_a_change_another() {
    let well = sample(&["--count", "2"]);
    assert_eq!(code(&well), 0, "{}", text(&well.stderr));
    let well = lines(&well);
    assert_eq!(events(&well, "run").len(), 2, "{well:?}");
    assert_eq!(events(&well, "run")[0]["outcome"], "pass");
    assert_eq!(events(&well, "change").len(), 0, "{well:?}");
    assert_eq!(events(&well, "radar").len(), 1, "{well:?}");

    let red = sample(&[
        "--count",
        "2",
        "--simulate",
        "skill-voice",
        "--simulate",
        "clock-skew",
    ]);
    assert_eq!(code(&red), 1, "{}", text(&red.stderr));
    let red = lines(&red);
    assert_eq!(events(&red, "run").len(), 2, "{red:?}");
    let changes = events(&red, "change");
    assert_eq!(changes.len(), 1, "{red:?}");
    assert_eq!(changes[0]["change"], "problem");
    assert_eq!(changes[0]["causes"], serde_json::json!(["HD-102", "HD-503"]));
}

#[test]
fn a_refused_key_ends_a_counted_watch_at_once() {
    let refused = sample(&["--count", "3", "--simulate", "key-wrong"]);
    assert_eq!(code(&refused), 1, "{}", text(&refused.stderr));
    let refused = lines(&refused);
    assert_eq!(events(&refused, "run").len(), 1, "{refused:?}");
    assert_eq!(events(&refused, "change")[0]["change"], "refused");
}

#[test]
fn a_desktop_without_notifications_does_not_stop_it() {
    let told = sample(&["--count", "1", "--simulate", "skill-voice", "--notify"]);
    assert_eq!(code(&told), 1);
    assert!(
        text(&told.stderr).contains("shows no notifications"),
        "{}",
        text(&told.stderr)
    );
}

#[test]
fn it_is_written_for_people_without_json() {
    let home = tempfile::tempdir().unwrap();
    let output = run(
        home.path(),
        &[
            "watch",
            "--sample",
            "--every",
            "1s",
            "--count",
            "1",
            "--simulate",
            "skill-voice",
        ],
    );
    let said = text(&output.stdout);
    assert!(
        said.contains("fail: ") && said.contains(": a problem. "),
        "{said}"
    );
}

#[test]
fn an_interval_against_real_systems_is_five_minutes_at_least() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [
        &["watch", "--profile", "x", "--every", "4m"][..],
        &["watch", "--profile", "x", "--every", "25h"],
        &["watch", "--sample", "--every", "0s"],
        &["watch", "--sample", "--every", "often"],
        &["watch", "--sample", "--count", "0"],
        &["watch"],
        &["watch", "--profile", "nobody"],
        &["watch", "--sample", "--count", "1", "--simulate", "no-such-fault"],
    ] {
        let output = run(home.path(), arguments);
        assert_eq!(code(&output), 64, "{arguments:?}: {}", text(&output.stderr));
    }
}

/// Ends a watch after its first line, and gives its exit code.
#[cfg(unix)]
fn ended_by(signal: &str) -> i32 {
    let home = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(home.path(), &[]);
    let file = home.path().join("sandbox.handover.json");
    std::fs::write(&file, sandbox.description["profile"].to_string()).unwrap();
    let mut child = handover(home.path())
        .args(["watch", "--json", "--profile-file"])
        .arg(&file)
        .envs(sandbox.env())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let first: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (&first["event"], &first["exit_code"]),
        (&"run".into(), &0.into()),
        "{first}"
    );
    let kill = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(kill.success());
    // What it still says is not waited for by anybody else.
    std::io::copy(&mut out, &mut std::io::sink()).unwrap();
    child.wait().unwrap().code().unwrap()
}

#[cfg(unix)]
#[test]
fn ctrl_c_is_130_and_a_polite_end_is_0() {
    assert_eq!(ended_by("-INT"), 130);
    assert_eq!(ended_by("-TERM"), 0);
}
