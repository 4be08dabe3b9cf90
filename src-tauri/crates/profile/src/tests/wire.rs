//! The forms other programs rely on.

use insta::{assert_json_snapshot, assert_snapshot};
use jiff::Timestamp;
use secrecy::SecretString;

use super::{ID, LINK, complete, linked};
use crate::*;

#[test]
fn urls_of_a_derived_address() {
    assert_json_snapshot!(linked(LINK).urls().unwrap());
}

#[test]
fn urls_with_warnings() {
    let link = format!("http://cognigy-na1.nicecxone.com/handover-provider/{ID}");
    assert_json_snapshot!(linked(&link).urls().unwrap());
}

#[test]
fn the_profile_file() {
    let mut profile = complete();
    profile.cxone.hosts.api = Some("https://api.example.com".into());
    assert_snapshot!(export(&profile));
}

#[test]
fn the_stored_record() {
    let id = "11111111-2222-3333-4444-555555555555".parse().unwrap();
    let time = |second| Timestamp::from_second(second).unwrap();
    let mut record = Record::new(id, complete(), time(0));
    record.connection.access_key_id = Some("EXAMPLEKEY".into());
    record.note_secret(
        SecretField::ClientSecret,
        &SecretString::from("test-secret"),
        StoreKind::Keychain,
        time(60),
    );
    record
        .checklist
        .mark(StepId::WaitForCredentials, Some(StepState::Waiting), time(120));
    record.typed_form = Some(parse_paste("Name: x\nClient Secret: test-secret\n"));
    let json = serde_json::to_value(&record).unwrap();
    assert_json_snapshot!(json);
    let back: Record = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&back).unwrap(), json);
}

#[test]
fn the_comparison() {
    let form = ByocForm::of(&complete(), Some("client")).unwrap();
    let typed = parse_paste("Client ID: cl\u{456}ent\nClient Secret: test-secret-2\n");
    assert_json_snapshot!(compare(&form, Some(&"test-secret-1".into()), &typed));
}

#[test]
fn the_schema_of_the_profile_file() {
    assert_json_snapshot!(profile_schema());
}

#[test]
fn the_names_of_typescript_types_are_unique() {
    use ts_rs::TS;
    let config = ts_rs::Config::default();
    macro_rules! names {
        ($($type:ty),* $(,)?) => { [$((<$type as TS>::name(&config), <$type as TS>::inline(&config))),*] };
    }
    let all = names![
        Binding,
        ByocForm,
        ByocUrls,
        Certainty,
        Checklist,
        Cloud,
        CognigyPage,
        Connection,
        CxoneTarget,
        Destination,
        DiffKind,
        Endpoint,
        Fact,
        FieldDiff,
        FieldOutcome,
        FieldProblem,
        FormField,
        FormRow,
        Hosts,
        ProblemCode,
        Profile,
        ProfileField,
        Provider,
        Record,
        SecretErrorCode,
        SecretField,
        SecretNote,
        SecretProblem,
        SecretState,
        Step,
        StepGroup,
        StepId,
        StepMark,
        StepState,
        StoreKind,
        TypedForm,
        Warning,
    ];
    let names: std::collections::BTreeSet<_> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), all.len());
    // TypeScript's and the browser's own.
    for taken in [
        "Record",
        "Error",
        "Response",
        "Request",
        "Event",
        "Step",
        "Field",
        "Connection",
        "Warning",
    ] {
        assert!(!names.contains(taken), "{taken}");
    }
    // Secrets have no form in which they could cross to the page.
    for (name, inline) in &all {
        assert!(!inline.contains("SecretString"), "{name}");
    }
}
