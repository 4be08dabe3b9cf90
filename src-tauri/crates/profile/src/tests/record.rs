//! Records: secrets bound to addresses, the checklist, what a copy takes along.

use jiff::Timestamp;
use rand::SeedableRng;
use secrecy::{ExposeSecret, SecretString};

use super::complete;
use crate::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn record() -> Record {
    let mut record = Record::new(ProfileId::random(), complete(), at(1));
    record.note_secret(
        SecretField::ClientSecret,
        &SecretString::from("test-secret-\u{fc}"),
        StoreKind::Keychain,
        at(2),
    );
    record
}

#[test]
fn a_secret_is_used_only_for_the_addresses_it_was_entered_for() {
    let record = record();
    let state = |change: fn(&mut Profile)| {
        let mut record = record.clone();
        change(&mut record.profile);
        record.usable(SecretField::ClientSecret)
    };
    assert_eq!(record.usable(SecretField::AccessKeySecret), SecretState::Absent);
    assert_eq!(record.secrets[&SecretField::ClientSecret].chars, 13);
    // The same addresses in other words, and what is no address.
    assert_eq!(state(|_| {}), SecretState::Present);
    assert_eq!(state(|it| it.name = "Other".into()), SecretState::Present);
    assert_eq!(
        state(|it| it.cxone.issuer = Some("cxone.niceincontact.com/".into())),
        SecretState::Present
    );
    assert_eq!(
        state(|it| it.endpoint_base = Some("https://endpoint-trial.cognigy.ai/abc".into())),
        SecretState::Present
    );
    assert_eq!(
        state(|it| it.cxone.hosts.api = Some("  ".into())),
        SecretState::Present
    );
    // Other addresses.
    let changes: [fn(&mut Profile); 7] = [
        |it| it.cxone.cloud = Some(Cloud::Fedramp),
        |it| it.cxone.issuer = Some("https://cxone.example.com".into()),
        |it| it.cxone.cloud = None,
        |it| it.endpoint_base = Some("https://endpoint.example.com".into()),
        |it| it.provider_link = it.provider_link.as_ref().map(|link| link.replace("trial", "app")),
        |it| it.cxone.hosts.events = Some("wss://events.example.com".into()),
        |it| it.cxone.hosts.api = Some("https://u:p@broken.example".into()),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        assert_eq!(state(change), SecretState::NeedsConfirmation, "change {index}");
    }
}

#[test]
fn confirming_binds_anew_and_asks_for_a_new_proof() {
    let mut record = record();
    if let Some(note) = record.secrets.get_mut(&SecretField::ClientSecret) {
        note.proven = true;
    }
    assert!(record.confirm_secret(SecretField::ClientSecret, at(3)));
    assert!(
        record.secrets[&SecretField::ClientSecret].proven,
        "nothing had changed"
    );
    record.profile.cxone.cloud = Some(Cloud::Fedramp);
    assert!(record.confirm_secret(SecretField::ClientSecret, at(4)));
    assert_eq!(record.usable(SecretField::ClientSecret), SecretState::Present);
    assert!(!record.secrets[&SecretField::ClientSecret].proven);
    assert_eq!(record.changed_at, at(4));
    assert!(!record.confirm_secret(SecretField::AccessKeySecret, at(5)));
}

#[test]
fn a_copy_has_neither_secrets_nor_progress() {
    let mut record = record();
    record.connection.access_key_id = Some("key".into());
    record
        .checklist
        .mark(StepId::AdminRole, Some(StepState::Done), at(2));
    record.trusted_hosts.insert("endpoint.example.com".into());
    let copy = record.duplicate(ProfileId::random(), "Copy".into(), at(9));
    assert_ne!(copy.id, record.id);
    assert_eq!(
        (copy.profile.name.as_str(), &copy.profile.provider_link),
        ("Copy", &record.profile.provider_link)
    );
    assert!(copy.secrets.is_empty() && copy.checklist.steps.is_empty() && copy.typed_form.is_none());
    assert_eq!(copy.connection, Connection::default());
    assert_eq!(
        (copy.trusted_hosts, copy.created_at),
        (record.trusted_hosts, at(9))
    );
}

#[test]
fn the_checklist_knows_what_is_due() {
    let mut list = Checklist::default();
    assert_eq!((list.due(), list.progress().0), (Some(StepId::AdminRole), 0));
    list.mark(StepId::AdminRole, Some(StepState::Done), at(1));
    list.mark(StepId::RegisterApplication, Some(StepState::Done), at(1));
    list.mark(StepId::WaitForCredentials, Some(StepState::Waiting), at(5));
    list.mark(StepId::WaitForCredentials, Some(StepState::Waiting), at(99));
    assert_eq!(
        list.steps[&StepId::WaitForCredentials].since,
        at(5),
        "it has waited since the first mark"
    );
    assert_eq!(
        list.due(),
        Some(StepId::CreateProvider),
        "waiting does not hold up the other steps"
    );
    for step in STEPS.iter().skip(3) {
        list.mark(step.id, Some(StepState::Done), at(6));
    }
    assert_eq!(list.due(), Some(StepId::WaitForCredentials));
    list.mark(StepId::WaitForCredentials, Some(StepState::Done), at(7));
    assert_eq!((list.due(), list.progress()), (None, (STEPS.len(), STEPS.len())));
    list.mark(StepId::FlowNode, None, at(8));
    assert_eq!(list.due(), Some(StepId::FlowNode));
}

#[test]
fn an_api_key_is_for_the_api_of_the_install_alone() {
    let mut record = record();
    let key = SecretString::from("test-secret-7");
    record.note_secret(SecretField::CognigyApiKey, &key, StoreKind::Keychain, at(1));
    record.note_secret(SecretField::ClientSecret, &key, StoreKind::Keychain, at(1));
    let states = |record: &Record| {
        [SecretField::CognigyApiKey, SecretField::ClientSecret].map(|field| record.usable(field))
    };
    assert_eq!(states(&record), [SecretState::Present, SecretState::Present]);
    record.profile.cxone.hosts.api = Some("https://api.example.com".to_owned());
    assert_eq!(
        states(&record),
        [SecretState::Present, SecretState::NeedsConfirmation]
    );
    record.profile.cxone.hosts.api = None;
    record.profile.cognigy_api = Some("https://backend.example.com".to_owned());
    assert_eq!(
        states(&record),
        [SecretState::NeedsConfirmation, SecretState::Present]
    );
    assert!(record.confirm_secret(SecretField::CognigyApiKey, at(2)));
    assert_eq!(states(&record), [SecretState::Present, SecretState::Present]);
}

#[test]
fn only_the_api_key_can_be_left_out() {
    let none = Credentials::none(StoreKind::Environment);
    assert!(!none.missing().contains(&ProfileField::CognigyApiKey));
    assert_eq!(none.missing().len(), Credentials::FIELDS.len() - 1);
    // One that was meant and cannot be read is told.
    let broken = Credentials::from_variables(|name| match name {
        "HANDOVER_COGNIGY_API_KEY" => Variable::Unreadable,
        _ => Variable::Text("x".to_owned()),
    });
    assert_eq!(broken.missing(), [ProfileField::CognigyApiKey]);
}

#[test]
fn the_steps_are_whole() {
    let mut seen = std::collections::BTreeSet::new();
    for step in STEPS {
        assert!(seen.insert(step.id), "{:?} twice", step.id);
        assert!(!step.actions.is_empty() && !step.title.is_empty() && !step.why.is_empty());
        assert_eq!(
            step.path.is_empty(),
            step.group == StepGroup::Wait,
            "{:?}",
            step.id
        );
        for check in step.checks {
            assert!(check.len() == 6 && check.starts_with("HD-"), "{check}");
        }
        for fact in step.facts {
            assert!(!fact.source.is_empty() && !fact.date.is_empty());
        }
    }
    // The order of the steps is that of their names, so a map of marks is in order too.
    assert!(STEPS.iter().map(|step| step.id).is_sorted());
    // Whatever can be missing from a profile or its credentials has a step that asks for it.
    let asked: Vec<_> = STEPS
        .iter()
        .flat_map(|step| step.fields.iter().copied())
        .collect();
    for field in Profile::default()
        .problems()
        .iter()
        .map(|problem| problem.field)
        .chain(Credentials::FIELDS)
    {
        assert!(asked.contains(&field), "{field:?}");
    }
    let copied: Vec<_> = STEPS
        .iter()
        .flat_map(|step| step.copies.iter().copied())
        .collect();
    assert!(FormField::ALL.iter().all(|field| copied.contains(field)));
}

#[test]
fn generated_secrets_are_long_plain_and_different() {
    let mut rng = rand::rngs::StdRng::seed_from_u64(7);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let secret = generate_secret(&mut rng);
        assert_eq!(secret_problems(&secret), []);
        let text = secret.expose_secret().to_owned();
        assert!(
            text.chars()
                .all(|c| c.is_ascii_alphanumeric() && !"0OoQ1lIijL2Zz5Ss8B".contains(c)),
            "{text}"
        );
        assert!(seen.insert(text));
    }
    let used: std::collections::BTreeSet<char> = seen.iter().flat_map(|text| text.chars()).collect();
    assert_eq!(used.len(), 44, "every letter of the alphabet occurs");
}

#[test]
fn problems_of_a_secret_are_told_apart() {
    let problems = |text: &str| secret_problems(&SecretString::from(text));
    let body = "abcdefghijkmnpqrstuvwxyz2345678"; // 31
    assert_eq!(problems(body), [SecretProblem::Length { found: 31 }]);
    assert_eq!(problems(&format!(" {body}")), [SecretProblem::LeadingSpace]);
    assert_eq!(problems(&format!("{body} ")), [SecretProblem::TrailingSpace]);
    assert_eq!(problems(&format!("{body}\n")), [SecretProblem::TrailingBreak]);
    assert_eq!(problems(&format!("\r{body}")), [SecretProblem::LeadingBreak]);
    assert_eq!(
        problems(&format!("ab {}", &body[2..])),
        [SecretProblem::InnerSpace { at: 2 }]
    );
    assert_eq!(
        problems(&format!("ab\u{200b}{}", &body[2..])),
        [SecretProblem::NonPrintable { at: 2 }]
    );
    assert_eq!(
        problems(&format!("ab\u{7}{}", &body[2..])),
        [SecretProblem::NonPrintable { at: 2 }]
    );
    assert_eq!(
        problems(&format!("ab\u{e9}{}", &body[2..])),
        [SecretProblem::NonAscii { at: 2 }]
    );
    assert_eq!(problems(""), [SecretProblem::Length { found: 0 }]);
    let blank = problems("   ");
    assert_eq!(
        blank,
        [
            SecretProblem::Length { found: 3 },
            SecretProblem::LeadingSpace,
            SecretProblem::TrailingSpace
        ]
    );
}

#[test]
fn an_answer_is_about_one_tenant_and_travels_with_no_copy() {
    let mut record = record();
    let answer = Answer {
        at: at(3),
        well: true,
        note: Some("seen by a person".to_owned()),
    };
    record.answers.insert("HD-506".to_owned(), answer);
    let copy = record.duplicate(ProfileId::random(), "Copy".to_owned(), at(4));
    assert!(copy.answers.is_empty());
    assert!(!export(&record.profile).contains("seen by a person"));
    let text = serde_json::to_string(&record).unwrap();
    let back: Record = serde_json::from_str(&text).unwrap();
    assert_eq!(back.answers, record.answers);
}
