//! What the sandbox says of itself.

use std::collections::BTreeMap;

use sandbox::{Fault, FaultKind, Options, Sandbox};
use serde_json::Value;

use crate::play::Play;

/// Ports differ from run to run: each distinct one becomes a name in the order of the fields.
fn masked(play: &Play) -> Value {
    let hosts = &play.about.hosts;
    let mut text = serde_json::to_string(&play.about).unwrap();
    let named = [
        ("issuer", &play.about.issuer),
        ("api", &hosts.api),
        ("digital", &hosts.digital),
        ("userhub", &hosts.userhub),
        ("events", &hosts.events),
        ("endpoint", &play.about.endpoint_base),
        ("cognigy-api", play.about.cognigy_api.as_ref().unwrap()),
    ];
    for (name, base) in named {
        let port = base.rsplit(':').next().unwrap();
        text = text.replace(&format!(":{port}"), &format!(":<{name}>"));
    }
    let token = &play.about.control.as_ref().unwrap().token;
    let text = text.replace(token.as_str(), "<drawn>");
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn the_description_is_a_ready_profile_with_its_secrets() {
    let play = Play::start().await;
    insta::assert_json_snapshot!(masked(&play));
}

#[tokio::test]
async fn the_environment_has_the_seven_names_in_the_right_forms() {
    let play = Play::start().await;
    let names: Vec<&str> = play.about.env.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "HANDOVER_ACCESS_KEY_ID",
            "HANDOVER_ACCESS_KEY_SECRET",
            "HANDOVER_CLIENT_ID",
            "HANDOVER_CLIENT_SECRET",
            "HANDOVER_COGNIGY_API_KEY",
            "HANDOVER_INTEGRATION_CLIENT_ID",
            "HANDOVER_INTEGRATION_CLIENT_SECRET",
        ]
    );
    for name in [
        "ACCESS_KEY_ID",
        "CLIENT_ID",
        "CLIENT_SECRET",
        "INTEGRATION_CLIENT_ID",
        "INTEGRATION_CLIENT_SECRET",
    ] {
        assert!(play.env(name).starts_with("sim_"), "{name}");
    }
    assert_eq!(play.env("INTEGRATION_CLIENT_SECRET").len(), 32);
    assert!(
        play.env("ACCESS_KEY_SECRET").starts_with("SIM") && play.env("ACCESS_KEY_SECRET").ends_with("====")
    );
    assert_eq!(play.about.faults.len(), Fault::ALL.len());
}

#[tokio::test]
async fn a_seed_decides_the_ids() {
    let env = async |seed| -> BTreeMap<String, String> {
        Sandbox::start(Options {
            seed,
            ..Options::default()
        })
        .await
        .unwrap()
        .description()
        .env
    };
    assert_eq!(env(7).await, env(7).await);
    assert_ne!(env(7).await, env(8).await);
}

/// Which paths of two JSON values differ.
fn changed(a: &Value, b: &Value, at: &str, found: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(left), Value::Object(right)) => {
            for key in left
                .keys()
                .chain(right.keys().filter(|key| !left.contains_key(*key)))
            {
                changed(&a[key.as_str()], &b[key.as_str()], &format!("{at}/{key}"), found);
            }
        }
        _ if a != b => found.push(at.to_owned()),
        _ => {}
    }
}

#[tokio::test]
async fn each_fault_of_the_description_changes_one_value_and_no_other_fault_changes_any() {
    let play = Play::start().await;
    let (before, form) = (
        serde_json::to_value(&play.about).unwrap(),
        play.sandbox.typed_form().unwrap(),
    );
    for fault in Fault::ALL.iter().copied() {
        play.sandbox.set_fault(fault, true);
        let mut found = Vec::new();
        changed(
            &before,
            &serde_json::to_value(play.sandbox.description()).unwrap(),
            "",
            &mut found,
        );
        let form_changed = play.sandbox.typed_form().unwrap() != form;
        play.sandbox.set_fault(fault, false);
        let (expected, form_follows): (&[&str], bool) = match fault {
            Fault::ProfileIncomplete | Fault::BuMismatch => (&["/profile/cxone/business_unit"], false),
            Fault::LinkUuid => (&["/profile/provider_link"], false),
            // Without an endpoint base the host of the link has to be guessed from, and that host must exist.
            Fault::EndpointGuessed => (&["/profile/provider_link", "/profile/endpoint_base"], true),
            Fault::EndpointDns
            | Fault::EndpointRefused
            | Fault::EndpointTlsExpired
            | Fault::TlsIntercepted
            | Fault::EndpointPrivate => (&["/profile/endpoint_base"], true),
            Fault::ProxyAuthRequired => (&["/profile/endpoint_base", "/proxy"], true),
            Fault::Secret31 | Fault::SecretSpaces => (&["/env/HANDOVER_INTEGRATION_CLIENT_SECRET"], true),
            Fault::FormTrailingSlash | Fault::FormWrongId => (&["/profile/typed_form"], true),
            other => {
                assert!(
                    matches!(other.kind(), FaultKind::Server | FaultKind::Local),
                    "{other} is not looked at"
                );
                (&[], false)
            }
        };
        assert_eq!(found, expected, "{fault}");
        assert_eq!(form_changed, form_follows, "{fault} and the pasted form");
    }
}

#[tokio::test]
async fn the_pasted_form_is_what_the_profile_leads_to() {
    let play = Play::start().await;
    let form = play.sandbox.typed_form().unwrap();
    let lines: Vec<&str> = form.lines().collect();
    assert_eq!(lines.len(), 8);
    let base = &play.about.endpoint_base;
    assert_eq!(lines[0], "Name: Sandbox Support");
    assert_eq!(
        lines[1],
        format!("Integration box URL: {base}/handover/niceCxOne")
    );
    assert_eq!(
        lines[2],
        format!(
            "Authorization URL: {base}/handover/niceCxOne/{}/auth/token",
            play.provider_id()
        )
    );
    assert_eq!(
        lines[7],
        format!("Client Secret: {}", play.env("INTEGRATION_CLIENT_SECRET"))
    );

    play.sandbox.set_fault(Fault::FormTrailingSlash, true);
    let slash = play.sandbox.typed_form().unwrap();
    assert_eq!(slash.lines().nth(1).unwrap(), format!("{}/", lines[1]));
}

#[tokio::test]
async fn odd_secrets_are_the_same_on_both_sides() {
    for (fault, length) in [(Fault::Secret31, 31), (Fault::SecretSpaces, 32)] {
        let play = Play::with(&[fault]).await;
        assert_eq!(play.env("INTEGRATION_CLIENT_SECRET").len(), length);
        assert_eq!(play.box_token().await.status, 200, "{fault}");
    }
    let play = Play::with(&[Fault::SecretSpaces]).await;
    assert_ne!(
        play.env("INTEGRATION_CLIENT_SECRET").trim(),
        play.env("INTEGRATION_CLIENT_SECRET")
    );
}

/// The sandbox writes its profile file without the crate that owns the format, so the two are held together here.
#[tokio::test]
async fn the_profile_file_and_the_form_are_read_by_their_owner() {
    let play = Play::start().await;
    for fault in [
        None,
        Some(Fault::EndpointGuessed),
        Some(Fault::Secret31),
        Some(Fault::SecretSpaces),
    ] {
        if let Some(fault) = fault {
            play.sandbox.set_fault(fault, true);
        }
        let about = play.sandbox.description();
        let entered: profile::Profile = serde_json::from_value(about.profile).unwrap();
        assert_eq!(entered.problems(), [], "{fault:?}");
        let credentials = profile::Credentials::from_env(|name| about.env.get(name).cloned());
        let form = profile::ByocForm::of(
            &entered,
            about
                .env
                .get("HANDOVER_INTEGRATION_CLIENT_ID")
                .map(String::as_str),
        );
        let typed = profile::parse_paste(&play.sandbox.typed_form().unwrap());
        let secret = credentials.integration_client_secret.as_ref();
        for row in profile::compare(&form.unwrap(), secret, &typed) {
            assert_eq!(
                row.outcome,
                profile::FieldOutcome::Equal,
                "{fault:?} {:?}",
                row.field
            );
        }
        if let Some(fault) = fault {
            play.sandbox.set_fault(fault, false);
        }
    }
}
