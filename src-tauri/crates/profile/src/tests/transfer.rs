//! Export and import.

use super::{ID, complete};
use crate::{Certainty, ImportError, MAX_IMPORT_BYTES, Profile, export, import};

#[test]
fn a_profile_survives_the_way_out_and_in() {
    let mut profile = complete();
    profile.routing_skill = Some("Escalations".into());
    profile.cxone.hosts.events = Some("wss://events.example.com".into());
    let imported = import(&export(&profile)).unwrap();
    assert_eq!(imported.profile, profile);
    assert_eq!(imported.foreign_hosts, ["events.example.com"]);
    // What is wrong stays as it was typed, except for what might be secret.
    profile.provider_link = Some("not a link".into());
    profile.cxone.business_unit = Some("12x".into());
    assert_eq!(import(&export(&profile)).unwrap().profile, profile);
}

#[test]
fn an_export_has_no_passwords_tokens_or_queries_of_pasted_addresses() {
    let mut profile = complete();
    profile.provider_link = Some(format!(
        "https://trial.cognigy.ai/handover-provider/{ID}?token=test-secret-1#test-secret-2"
    ));
    profile.endpoint_base = Some("https://endpoint.example.com/test-secret-3?x=test-secret-4".into());
    profile.domain = Some("https://someone:test-secret-5@trial.cognigy.ai/x".into());
    profile.cxone.hosts.api = Some("not:an//address:test-secret-6@x.example/?test-secret-7".into());
    let text = export(&profile);
    assert!(!text.contains("test-secret"), "{text}");
    let back = import(&text).unwrap().profile;
    assert_eq!(back.provider().unwrap().id, ID);
    assert_eq!(back.endpoint().unwrap().certainty, Certainty::Confirmed);
    assert_eq!(
        back.endpoint_base.as_deref(),
        Some("https://endpoint.example.com")
    );
}

#[test]
fn numbers_and_texts_are_both_taken() {
    let read = |json: &str| import(json).unwrap().profile;
    let profile = read(r#"{"routing_skill": 987654, "cxone": {"business_unit": 4597359}}"#);
    assert_eq!(profile.routing_skill.as_deref(), Some("987654"));
    assert_eq!(profile.cxone.business_unit.as_deref(), Some("4597359"));
    assert_eq!(
        read(r#"{"cxone": {"business_unit": "0045"}}"#)
            .cxone
            .business_unit
            .as_deref(),
        Some("0045")
    );
    assert_eq!(
        read(r#"{"domain": null, "routing_skill": null, "cxone": {"cloud": null}}"#),
        Profile::default()
    );
    assert_eq!(read("\u{feff}{}"), Profile::default());
}

#[test]
fn a_wrong_file_is_refused_with_the_place_that_is_wrong() {
    let unknown = |path: &str| ImportError::UnknownField { path: path.into() };
    let credential = |path: &str| ImportError::Credential { path: path.into() };
    let kind = |path: &str, expected| ImportError::WrongType {
        path: path.into(),
        expected,
    };
    let cases = [
        ("", ImportError::Empty),
        ("\u{feff} \n", ImportError::Empty),
        ("{\n \"name\": }", ImportError::NotJson { line: 2, column: 10 }),
        ("[]", ImportError::NotAnObject),
        ("\"x\"", ImportError::NotAnObject),
        (r#"{"nmae": "x"}"#, unknown("nmae")),
        (r#"{"cxone": {"tenant": "x"}}"#, unknown("cxone.tenant")),
        (
            r#"{"cxone": {"hosts": {"apis": "x"}}}"#,
            unknown("cxone.hosts.apis"),
        ),
        (r#"{"checklist": {}}"#, unknown("checklist")),
        (r#"{"client_secret": "test-secret"}"#, credential("client_secret")),
        (
            r#"{"cxone": {"accessKeyId": "x"}}"#,
            credential("cxone.accessKeyId"),
        ),
        (r#"{"name": 5}"#, kind("name", "a text")),
        (r#"{"name": null}"#, kind("name", "a text")),
        (r#"{"domain": {}}"#, kind("domain", "a text")),
        (r#"{"cxone": []}"#, kind("cxone", "an object")),
        (r#"{"cxone": {"hosts": null}}"#, kind("cxone.hosts", "an object")),
        (
            r#"{"cxone": {"business_unit": 1.5}}"#,
            kind(
                "cxone.business_unit",
                "a text, or a whole number of at most 18 digits",
            ),
        ),
        (
            r#"{"cxone": {"business_unit": -1}}"#,
            kind(
                "cxone.business_unit",
                "a text, or a whole number of at most 18 digits",
            ),
        ),
        (
            r#"{"cxone": {"business_unit": 1000000000000000000}}"#,
            kind(
                "cxone.business_unit",
                "a text, or a whole number of at most 18 digits",
            ),
        ),
        (
            r#"{"cxone": {"cloud": "moon"}}"#,
            kind(
                "cxone.cloud",
                "one of global, fedramp, au_sovereign, eu_sovereign, other",
            ),
        ),
    ];
    for (json, expected) in cases {
        assert_eq!(import(json).unwrap_err(), expected, "{json}");
    }
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(MAX_IMPORT_BYTES));
    assert!(matches!(import(&large), Err(ImportError::TooLarge { .. })));
    let deep = "[".repeat(100_000);
    assert!(matches!(import(&deep), Err(ImportError::NotJson { .. })));
    let long = format!("{{\"{}\": 1}}", "k".repeat(10_000));
    assert!(import(&long).unwrap_err().to_string().len() < 200);
}

#[test]
fn every_host_that_is_not_the_vendors_is_reported() {
    let hosts = |json: &str| import(json).unwrap().foreign_hosts;
    assert_eq!(hosts(&export(&complete())), [] as [&str; 0]);
    let all = format!(
        r#"{{"provider_link": "https://bot.bank.example/handover-provider/{ID}",
            "cxone": {{"issuer": "https://login.bank.example",
                       "hosts": {{"api": "https://api.bank.example:8443", "digital": "https://api-na1.niceincontact.com",
                                  "userhub": "http://127.0.0.1:9000", "events": "wss://niceincontact.com.evil.example"}}}}}}"#
    );
    assert_eq!(
        hosts(&all),
        [
            "127.0.0.1:9000",
            "api.bank.example:8443",
            "bot.bank.example",
            "endpoint-bot.bank.example",
            "login.bank.example",
            "niceincontact.com.evil.example",
        ]
    );
    let telekom = format!(r#"{{"provider_id": "{ID}", "domain": "live.ai.telekomcloud.com"}}"#);
    assert_eq!(
        hosts(&telekom),
        ["endpoint.live.ai.telekomcloud.com", "live.ai.telekomcloud.com"]
    );
    let base = r#"{"endpoint_base": "https://evilcognigy.ai"}"#;
    assert_eq!(hosts(base), ["evilcognigy.ai"]);
}

#[test]
fn an_address_that_cannot_be_read_or_names_a_user_counts_as_foreign_as_typed() {
    let hosts = |json: &str| import(json).unwrap().foreign_hosts;
    let user = "https://api-na1.niceincontact.com@collector.example/";
    for field in ["api", "digital", "userhub", "events"] {
        let json = format!(r#"{{"cxone": {{"hosts": {{"{field}": "{user}"}}}}}}"#);
        assert_eq!(hosts(&json), [user], "{field}");
    }
    assert_eq!(hosts(&format!(r#"{{"cxone": {{"issuer": "{user}"}}}}"#)), [user]);
    assert_eq!(hosts(&format!(r#"{{"provider_link": "{user}"}}"#)), [user]);
    assert_eq!(hosts(r#"{"endpoint_base": "https://["}"#), ["https://["]);
    let long = format!(r#"{{"endpoint_base": "https://[{}"}}"#, "x".repeat(500));
    assert_eq!(hosts(&long)[0].chars().count(), 81);
    assert_eq!(hosts(r#"{"endpoint_base": " "}"#), [] as [&str; 0]);
}
