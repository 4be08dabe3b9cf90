//! `handover script` on a profile file, against a sandbox in a process of its own.

// Outside of test functions, too, a test ends by a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use support::{Sandbox, code, handover, json as read, text};

fn script(sandbox: &Sandbox, home: &Path, arguments: &[&str]) -> Output {
    let file = home.join("sandbox.handover.json");
    std::fs::write(&file, sandbox.description["profile"].to_string()).unwrap();
    handover(home)
        .arg("script")
        .args(arguments)
        .arg("--profile-file")
        .arg(&file)
        .envs(sandbox.env())
        .output()
        .unwrap()
}

/// Changes a copy in the data folder, as if it had been taken of another state.
fn edit(backup: &Value, edit: impl FnOnce(&mut Value)) {
    let file = backup["file"].as_str().unwrap();
    let mut copy: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    edit(&mut copy["content"]);
    std::fs::write(file, copy.to_string()).unwrap();
}

#[test]
fn a_script_is_kept_compared_and_put_back() {
    let home = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(home.path(), &[]);
    let run = |arguments: &[&str]| script(&sandbox, home.path(), arguments);
    let out = home.path().join("copy.json");
    let nothing = run(&["diff"]);
    assert_eq!(
        code(&nothing),
        64,
        "there is no copy yet: {}",
        text(&nothing.stderr)
    );

    let kept = run(&["backup", "--json", "--out", out.to_str().unwrap()]);
    assert_eq!(code(&kept), 0, "{}", text(&kept.stderr));
    let kept = read(&kept);
    let copy: Value = serde_json::from_str(&std::fs::read_to_string(&out).unwrap()).unwrap();
    assert_eq!(copy["fingerprint"], kept["fingerprint"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(&out).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    assert_eq!(read(&run(&["list", "--json"])), json!([kept]));
    let equal = run(&["diff", "--json"]);
    assert_eq!((code(&equal), &read(&equal)["equal"]), (0, &json!(true)));
    assert_eq!(
        code(&run(&["restore", "--yes"])),
        64,
        "there is nothing to put back"
    );

    edit(&kept, |content| {
        content["actions"]["4"]["label"] = "FINISH".into()
    });
    let differs = run(&["diff"]);
    assert_eq!(code(&differs), 1, "{}", text(&differs.stderr));
    let shown = text(&differs.stdout);
    assert!(
        shown.contains("~ Action 4 \"END ESCALATION\" (END), label: was \"FINISH\", is \"END ESCALATION\"."),
        "{shown}"
    );

    let unasked = run(&["restore"]);
    assert_eq!(code(&unasked), 64, "nobody to ask: {}", text(&unasked.stderr));
    assert_eq!(code(&run(&["diff"])), 1, "and nothing was done");
    let restored = run(&["restore", "--yes", "--json"]);
    assert_eq!(code(&restored), 0, "{}", text(&restored.stderr));
    let restored = read(&restored);
    assert_eq!(restored["read_back"], "equal");
    let undo = restored["undo"]["id"].as_str().unwrap();
    assert_eq!(code(&run(&["diff", "--backup", kept["id"].as_str().unwrap()])), 0);
    assert_eq!(code(&run(&["restore", "--yes", "--backup", undo])), 0);
    assert_eq!(code(&run(&["diff", "--backup", undo])), 0);

    let file = run(&["accept"]);
    assert_eq!(
        code(&file),
        64,
        "a profile file keeps nothing: {}",
        text(&file.stderr)
    );
    assert_eq!(code(&run(&["diff", "--backup", "nothing"])), 64);
}

#[test]
fn what_cxone_refuses_is_told_and_warnings_are_no_failure() {
    let home = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(home.path(), &[]);
    let run = |arguments: &[&str]| script(&sandbox, home.path(), arguments);
    let kept = read(&run(&["backup", "--json"]));
    edit(&kept, |content| {
        content["actions"]["6"] = json!({
            "actionId": 6, "libraryId": "51b00000-0000-4000-8000-000000000006", "name": "ONRELEASE", "label": "Again",
            "version": 1, "x": 0, "y": 0, "xws": 0, "yws": 0,
        });
    });
    let refused = run(&["restore", "--yes"]);
    let told = text(&refused.stderr);
    assert_eq!(code(&refused), 1, "{told}");
    assert!(
        told.contains("(409)") && told.contains("event-action-repeated"),
        "{told}"
    );

    let kept = read(&run(&["backup", "--json"]));
    edit(&kept, |content| content["actions"]["4"]["label"] = " ".into());
    let id = kept["id"].as_str().unwrap();
    let warned = run(&["restore", "--yes", "--json", "--backup", id]);
    assert_eq!(code(&warned), 0, "{}", text(&warned.stderr));
    let warned = read(&warned);
    assert_eq!(warned["read_back"], "equal", "{warned:#}");
    assert!(
        warned["warnings"][0].as_str().unwrap().contains("caption-empty"),
        "{warned:#}"
    );
}

#[test]
fn the_samples_drift_is_a_warning_of_its_own() {
    let home = tempfile::tempdir().unwrap();
    let output = handover(home.path())
        .args(["verify", "--sample", "--simulate", "script-drift", "--json"])
        .output()
        .unwrap();
    let report = read(&output);
    let outcomes = support::outcomes(&report);
    assert_eq!(
        (outcomes["HD-605"].as_str(), report["outcome"].as_str()),
        ("warn", Some("warn")),
        "{outcomes:?}"
    );
}
