//! Missing and malformed fields.

use super::{ID, complete};
use crate::{Cloud, Credentials, ProblemCode, Profile, ProfileField, StoreKind, Variable};
use ProblemCode::{Conflict, Malformed, Missing};

fn found(profile: &Profile) -> Vec<(ProfileField, ProblemCode)> {
    profile
        .problems()
        .into_iter()
        .map(|problem| (problem.field, problem.code))
        .collect()
}

fn changed(change: impl FnOnce(&mut Profile)) -> Vec<(ProfileField, ProblemCode)> {
    let mut profile = complete();
    change(&mut profile);
    found(&profile)
}

#[test]
fn a_complete_profile_has_none() {
    assert_eq!(found(&complete()), []);
    assert_eq!(
        changed(|it| it.cxone.issuer = Some("https://cxone.example.com/".into())),
        []
    );
    assert_eq!(
        changed(|it| it.cxone.tenant_id = Some(format!(" {} ", super::TENANT.to_uppercase()))),
        []
    );
}

#[test]
fn an_empty_profile_names_every_field_and_where_it_is_found() {
    let problems = Profile::default().problems();
    let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
    assert_eq!(
        fields,
        [
            ProfileField::Name,
            ProfileField::ProviderLink,
            ProfileField::ChannelIntegrationId,
            ProfileField::TenantId,
            ProfileField::BusinessUnit,
            ProfileField::Cloud,
        ]
    );
    for problem in problems {
        assert_eq!(problem.code, Missing);
        assert!(
            !problem.hint.is_empty() && problem.message.contains(problem.field.label()),
            "{problem:?}"
        );
    }
}

#[test]
fn each_field_is_judged() {
    let field = |field, code| vec![(field, code)];
    use ProfileField as F;
    for name in [" Example", "Example ", "a\nb", "a\0"] {
        assert_eq!(
            changed(|it| it.name = name.into()),
            field(F::Name, Malformed),
            "{name:?}"
        );
    }
    assert_eq!(changed(|it| it.name = "x".repeat(257)), field(F::Name, Malformed));
    assert_eq!(changed(|it| it.name = "  ".into()), field(F::Name, Missing));
    for tenant in [
        "x",
        "11ec4d127f0a4c1d9b1e0a2b3c4d5e6f",
        "{11ec4d12-7f0a-4c1d-9b1e-0a2b3c4d5e6f}",
        ID,
    ] {
        assert_eq!(
            changed(|it| it.cxone.tenant_id = Some(tenant.into())),
            field(F::TenantId, Malformed),
            "{tenant}"
        );
    }
    for unit in ["12a", "-1", "1.5", "\u{661}", "1234567890123456789"] {
        assert_eq!(
            changed(|it| it.cxone.business_unit = Some(unit.into())),
            field(F::BusinessUnit, Malformed),
            "{unit}"
        );
    }
    assert_eq!(changed(|it| it.cxone.cloud = None), field(F::Cloud, Missing));
    assert_eq!(
        changed(|it| it.cxone.cloud = Some(Cloud::Other)),
        field(F::Issuer, Missing)
    );
    assert_eq!(
        changed(|it| it.cxone.issuer = Some("http://cxone.example.com".into())),
        field(F::Issuer, Malformed)
    );
    assert_eq!(
        changed(|it| it.endpoint_base = Some("http://x.example".into())),
        field(F::EndpointBase, Malformed)
    );
    assert_eq!(
        changed(|it| it.channel_integration_id = Some("a b".into())),
        field(F::ChannelIntegrationId, Malformed)
    );
    assert_eq!(
        changed(|it| it.provider_id = Some(ID.replace('6', "7"))),
        field(F::ProviderId, Conflict)
    );
    assert_eq!(changed(|it| it.provider_id = Some(ID.to_uppercase())), []);
    assert_eq!(
        changed(|it| it.domain = Some("elsewhere".into())),
        field(F::Domain, Conflict)
    );
    assert_eq!(changed(|it| it.domain = Some(" Trial.cognigy.ai/ ".into())), []);
    assert_eq!(
        changed(|it| {
            it.provider_link = None;
            it.provider_id = Some(ID.into());
        }),
        field(F::Domain, Missing)
    );
}

#[test]
fn host_overrides_are_https_or_of_this_computer() {
    use ProfileField as F;
    let host = |text: &str| changed(|it| it.cxone.hosts.api = Some(text.into()));
    assert_eq!(host("https://api-na1.example.com"), []);
    assert_eq!(host("api-na1.example.com"), []);
    assert_eq!(host("http://127.0.0.1:80"), []);
    assert_eq!(host("http://api-na1.example.com"), [(F::HostApi, Malformed)]);
    assert_eq!(host("wss://api-na1.example.com"), [(F::HostApi, Malformed)]);
    assert_eq!(
        changed(|it| it.cxone.hosts.events = Some("wss://events.example.com".into())),
        []
    );
    assert_eq!(
        changed(|it| it.cxone.hosts.events = Some("ws://127.0.0.1:1".into())),
        []
    );
    let plain = changed(|it| it.cxone.hosts.events = Some("ws://events.example.com".into()));
    assert_eq!(plain, [(F::HostEvents, Malformed)]);
    let mut profile = complete();
    profile.cxone.hosts.digital = Some("https://digital.example.com/base?x".into());
    let hosts = profile.cxone.hosts.resolve().unwrap();
    assert_eq!(
        hosts.digital.unwrap().as_str(),
        "https://digital.example.com/base"
    );
    assert_eq!(hosts.api, None);
    profile.cxone.hosts.userhub = Some("https://u:p@x.example".into());
    assert_eq!(profile.cxone.hosts.resolve().unwrap_err().0, F::HostUserhub);
}

#[test]
fn whether_the_provider_id_is_right_is_another_question() {
    assert_eq!(
        changed(|it| it.provider_link = Some("7c9e6679-7425-40de-944b-e07fc1f90ae7".into())),
        []
    );
}

#[test]
fn credentials_come_from_the_environment_and_the_missing_are_named() {
    let all = Credentials::from_env(|name| Some(format!("test-secret-{name}")));
    assert_eq!((all.missing(), all.source), (vec![], StoreKind::Environment));
    assert_eq!(all.present().count(), 7);
    assert!(!format!("{all:?}").contains("test-secret"), "{all:?}");
    let some = Credentials::from_env(|name| match name {
        "HANDOVER_CLIENT_ID" => Some("id".into()),
        "HANDOVER_CLIENT_SECRET" => Some(String::new()),
        _ => None,
    });
    assert_eq!(some.missing().len(), 5);
    assert!(some.client_id.is_some() && some.missing().contains(&ProfileField::ClientSecret));
}

#[test]
fn an_endpoint_that_follows_from_no_host_has_to_be_entered() {
    for host in ["10.1.2.3", "[2001:db8::1]", "localhost", "cognigy.ai"] {
        let mut profile = complete();
        profile.endpoint_base = None;
        profile.provider_link = Some(format!("https://{host}/handover-provider/{ID}"));
        let problems = profile.problems();
        assert_eq!(
            found(&profile),
            [(ProfileField::EndpointBase, Missing)],
            "{host}: {problems:?}"
        );
        assert!(
            problems[0].message.starts_with("Endpoint address is missing."),
            "{problems:?}"
        );
        assert!(problems[0].hint.contains("Endpoint URL"), "{problems:?}");
        profile.endpoint_base = Some("https://endpoint.example.com".into());
        assert_eq!(found(&profile), [], "{host}");
    }
}

#[test]
fn a_problem_names_its_field_once() {
    let mut profile = complete();
    profile.cxone.hosts.events = Some("https://[".into());
    profile.cxone.tenant_id = None;
    let named: Vec<String> = profile
        .problems()
        .iter()
        .map(crate::FieldProblem::named)
        .collect();
    assert_eq!(named[0], "Tenant ID is missing.");
    assert!(named[1].starts_with("Event host: "), "{named:?}");
    assert!(
        !named[1]["Event host: ".len()..].contains("Event host"),
        "{named:?}"
    );
}

#[test]
fn a_unit_number_with_too_many_digits_is_told_so() {
    let mut profile = complete();
    profile.cxone.business_unit = Some("1".repeat(19));
    let problems = profile.problems();
    assert!(problems[0].message.contains("19 digits"), "{problems:?}");
    profile.cxone.business_unit = Some("1".repeat(18));
    assert_eq!(found(&profile), []);
}

#[test]
fn the_schema_takes_the_unit_numbers_that_the_file_may_have() {
    let schema = crate::profile_schema().to_string();
    let range = r#""minimum":0,"maximum":999999999999999999"#;
    assert!(schema.contains(range), "{schema}");
}

#[test]
fn a_variable_that_is_not_text_is_told_from_one_that_is_not_there() {
    let credentials = Credentials::from_variables(|name| match name {
        "HANDOVER_CLIENT_ID" => Variable::Unreadable,
        "HANDOVER_CLIENT_SECRET" => Variable::Absent,
        name => Variable::Text(format!("test-secret-{name}")),
    });
    assert_eq!(credentials.unreadable, [ProfileField::ClientId]);
    assert_eq!(
        credentials.missing(),
        [ProfileField::ClientId, ProfileField::ClientSecret]
    );
}
