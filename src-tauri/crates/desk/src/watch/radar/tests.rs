use proptest::prelude::*;

use super::*;

fn at(day: i64) -> Timestamp {
    // A Tuesday.
    Timestamp::from_second(1_795_514_400 + day * 86_400).unwrap()
}

fn facts<'a>(
    certificates: &'a [HostCertificate],
    secrets: &'a BTreeMap<SecretField, SecretNote>,
    checklist: Option<&'a Checklist>,
    key: Option<&'a KeyFacts>,
) -> Facts<'a> {
    Facts {
        now: at(0),
        certificates,
        report: None,
        secrets,
        checklist,
        key,
    }
}

fn certificate(host: &str, day: i64) -> HostCertificate {
    HostCertificate {
        host: host.to_owned(),
        ends: Some(at(day)),
    }
}

fn lines(radar: &Radar) -> Vec<String> {
    let line = |item: &Item| format!("{:?} {} {}", item.level, item.what, item.text);
    radar.items.iter().map(line).collect()
}

#[test]
fn certificates_are_listed_by_their_end_and_its_nearness() {
    let none = BTreeMap::new();
    let shown = [
        certificate("far.example.com", 30),
        certificate("soon.example.com", 29),
        certificate("near.example.com", 6),
        certificate("week.example.com", 7),
        certificate("over.example.com", -2),
        HostCertificate {
            host: "silent.example.com".to_owned(),
            ends: None,
        },
    ];
    assert_eq!(
        lines(&list(&facts(&shown, &none, None, None))),
        [
            "Urgent Certificate of over.example.com ended 2 days ago",
            "Urgent Certificate of near.example.com ends in 6 days",
            "Soon Certificate of week.example.com ends in 7 days",
            "Soon Certificate of soon.example.com ends in 29 days",
            "Well Certificate of far.example.com ends in 30 days",
        ]
    );
}

#[test]
fn a_key_that_nobody_uses_is_worth_a_look() {
    let none = BTreeMap::new();
    let key = |created: i64, used: Option<i64>| KeyFacts {
        created: Some(at(created)),
        last_used: used.map(at),
    };
    for (facts_of, expected) in [
        (key(-90, Some(-1)), "Note Access key last used 1 day ago"),
        (key(-200, Some(-90)), "Soon Access key last used 90 days ago"),
        (key(-91, None), "Soon Access key never used, made 91 days ago"),
        (key(0, None), "Note Access key never used, made today"),
    ] {
        assert_eq!(
            lines(&list(&facts(&[], &none, None, Some(&facts_of)))),
            [expected]
        );
    }
}

#[test]
fn the_wait_for_nice_counts_working_days() {
    let none = BTreeMap::new();
    for (since, expected) in [
        (0, "Note Client ID and Client Secret from NiCE are due in 3 days"),
        // From a Thursday on: over the weekend to the Tuesday of now.
        (
            -5,
            "Soon Client ID and Client Secret from NiCE were due today: ask NiCE",
        ),
        (
            -7,
            "Soon Client ID and Client Secret from NiCE were due 4 days ago: ask NiCE",
        ),
    ] {
        let mut checklist = Checklist::default();
        checklist.mark(StepId::WaitForCredentials, Some(StepState::Waiting), at(since));
        assert_eq!(
            lines(&list(&facts(&[], &none, Some(&checklist), None))),
            [expected]
        );
        checklist.mark(StepId::WaitForCredentials, Some(StepState::Done), at(since));
        assert!(list(&facts(&[], &none, Some(&checklist), None)).items.is_empty());
    }
}

#[test]
fn a_secret_has_an_age_and_no_end() {
    let note = |day| SecretNote {
        set_at: at(day),
        chars: 32,
        binding: profile::Binding::default(),
        store: profile::StoreKind::Session,
        proven: false,
    };
    let secrets = BTreeMap::from([
        (SecretField::ClientSecret, note(-400)),
        (SecretField::IntegrationClientSecretPrevious, note(-500)),
    ]);
    let radar = list(&facts(&[], &secrets, None, None));
    assert_eq!(lines(&radar), ["Note Client Secret entered 400 days ago"]);
    assert_eq!((radar.items[0].at, radar.items[0].days), (None, None));
}

#[test]
fn hosts_are_those_of_the_profile_that_speak_tls() {
    let profile = Profile {
        endpoint_base: Some("https://endpoint-trial.cognigy.ai".to_owned()),
        cxone: profile::CxoneTarget {
            issuer: Some("http://127.0.0.1:4711".to_owned()),
            ..profile::CxoneTarget::default()
        },
        ..Profile::default()
    };
    assert_eq!(hosts(&profile, None), ["endpoint-trial.cognigy.ai"]);
}

proptest! {
    #[test]
    fn what_ends_earlier_never_stands_later(ends in proptest::collection::vec(-400_i64..4000, 0..20)) {
        let none = BTreeMap::new();
        let shown: Vec<_> = ends.iter().map(|day| certificate("a.example.com", *day)).collect();
        let items = list(&facts(&shown, &none, None, None)).items;
        prop_assert!(items.is_sorted_by_key(|item| item.at));
        prop_assert!(items.is_sorted_by_key(|item| item.level));
    }
}
