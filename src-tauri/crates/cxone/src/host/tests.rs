use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::HostOverrides;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn target(issuer: &str) -> Target {
    Target {
        issuer: url(issuer),
        tenant_id: "t".to_owned(),
        hosts: HostOverrides::default(),
        trusted_hosts: BTreeSet::new(),
    }
}

fn tenant(area: Option<&str>, domain: &str, uh: Option<&str>) -> Tenant {
    Tenant {
        api_endpoint: url("https://api-c99.nice-incontact.com"),
        ui_endpoint: None,
        auth_endpoint: None,
        area: area.map(str::to_owned),
        cluster: None,
        domain: domain.to_owned(),
        acd_domain: None,
        uh_domain: uh.map(str::to_owned),
        global_domain: None,
        tenant_id: None,
        private: None,
        raw: Value::Null,
    }
}

#[test]
fn trust_by_issuer() {
    use Trust::{Untrusted, Vendor};
    let global = "https://cxone.niceincontact.com";
    let gov = "https://cxone-gov.niceincontact.com";
    let eu = "https://nicecxone-sov1.eu";
    let own = "https://cxone.example.com";
    let local = "http://127.0.0.1:4000";
    let cases = [
        (
            global,
            "https://api-de-na1.niceincontact.com/dfo/3.0/channels",
            Vendor,
        ),
        (global, "https://na1.nice-incontact.com", Vendor),
        (global, "https://api-c99.incontact.com", Vendor),
        (global, "https://na1.nicecxone.com", Vendor),
        (global, "wss://eventhub-de-na1.niceincontact.com", Vendor),
        (global, "https://API-DE-NA1.NICEINCONTACT.COM", Vendor),
        (global, "https://niceincontact.com", Vendor),
        (global, "https://api-de-na2.nicecxone-gov.com", Untrusted),
        (global, "http://api-de-na1.niceincontact.com", Untrusted),
        (global, "http://cxone.niceincontact.com", Untrusted),
        (global, "ws://eventhub-de-na1.niceincontact.com", Untrusted),
        (global, "https://evilniceincontact.com", Untrusted),
        (global, "https://niceincontact.com.evil.example", Untrusted),
        (
            global,
            "https://cxone.niceincontact.com@evil.example/auth/token",
            Untrusted,
        ),
        (
            global,
            "https://user:pw@cxone.niceincontact.com/auth/token",
            Untrusted,
        ),
        (global, "https://evil.example/cxone.niceincontact.com", Untrusted),
        (global, "https://192.0.2.1", Untrusted),
        (global, "http://127.0.0.1:4000", Untrusted),
        (global, "https://127.0.0.1:4000", Untrusted),
        (global, "ftp://cxone.niceincontact.com", Untrusted),
        (gov, "https://api-de-na2.nicecxone-gov.com", Vendor),
        (gov, "https://cxone-gov.niceincontact.com/auth/token", Vendor),
        (eu, "https://nicecxone-sov1.eu/auth/token", Vendor),
        (eu, "https://api-de-eu9.nicecxone-sov1.eu", Vendor),
        (eu, "https://api-de-eu9.nicecxone-sov1.au", Untrusted),
        (eu, "https://api-de-na1.niceincontact.com", Untrusted),
        (own, "https://cxone.example.com/auth/token", Vendor),
        (own, "https://api.cxone.example.com", Vendor),
        (own, "https://api.example.com", Untrusted),
        (own, "https://api-de-na1.niceincontact.com", Untrusted),
        (local, "http://127.0.0.1:4000/auth/token", Vendor),
        (local, "http://127.0.0.1:4001/auth/token", Untrusted),
        (local, "http://localhost:4000/auth/token", Untrusted),
        (local, "https://127.0.0.1:4000/auth/token", Untrusted),
        (local, "https://cxone.niceincontact.com", Untrusted),
    ];
    for (issuer, asked, expected) in cases {
        assert_eq!(
            trust(&target(issuer), &url(asked)),
            expected,
            "{issuer} -> {asked}"
        );
    }
}

#[test]
fn a_plain_issuer_outside_loopback_gets_nothing() {
    let target = target("http://cxone.niceincontact.com");
    assert_eq!(
        trust(&target, &url("http://cxone.niceincontact.com/auth/token")),
        Trust::Untrusted
    );
    assert_eq!(
        trust(&target, &url("https://api-de-na1.niceincontact.com")),
        Trust::Untrusted
    );
}

#[test]
fn overrides_and_confirmed_hosts() {
    let mut target = target("https://cxone.niceincontact.com");
    target.hosts.digital = Some(url("https://digital.example.com/base"));
    target.hosts.events = Some(url("http://127.0.0.1:4002"));
    target.hosts.api = Some(url("http://plain.example.com"));
    target.trusted_hosts = ["api.example.com", "api.example.com:8443"]
        .map(str::to_owned)
        .into();
    let cases = [
        ("https://digital.example.com/dfo/3.0/channels", Trust::Override),
        ("https://digital.example.com:444/", Trust::Untrusted),
        ("http://digital.example.com/", Trust::Untrusted),
        ("https://sub.digital.example.com/", Trust::Untrusted),
        ("ws://127.0.0.1:4002/", Trust::Override),
        ("http://127.0.0.1:4002/", Trust::Override),
        ("http://plain.example.com/", Trust::Untrusted),
        ("https://api.example.com/x", Trust::Confirmed),
        ("https://api.example.com:8443/x", Trust::Confirmed),
        ("https://api.example.com:9443/x", Trust::Untrusted),
        ("http://api.example.com/x", Trust::Untrusted),
        ("https://sub.api.example.com/x", Trust::Untrusted),
    ];
    for (asked, expected) in cases {
        assert_eq!(trust(&target, &url(asked)), expected, "{asked}");
    }
}

#[test]
fn hosts_are_derived_from_area_and_domain() {
    let global = target("https://cxone.niceincontact.com");
    let found = derive(
        &global,
        &tenant(Some("eu1"), "niceincontact.com", Some("nice-incontact.com")),
    )
    .unwrap();
    let told = [
        &found.api,
        &found.digital,
        &found.userhub,
        &found.events,
        &found.facade,
    ]
    .map(Url::as_str);
    assert_eq!(
        told,
        [
            "https://api-c99.nice-incontact.com/",
            "https://api-de-eu1.niceincontact.com/",
            "https://eu1.nice-incontact.com/",
            "wss://eventhub-de-eu1.niceincontact.com/",
            "https://api-eu1.niceincontact.com/",
        ]
    );
}

#[test]
fn fedramp_digital_hosts_are_fixed() {
    let gov = target("https://cxone-gov.niceincontact.com");
    let found = derive(
        &gov,
        &tenant(Some("na2"), "niceincontact.com", Some("nice-incontact.com")),
    )
    .unwrap();
    assert_eq!(found.digital.as_str(), "https://api-de-na2.nicecxone-gov.com/");
    assert_eq!(found.events.as_str(), "wss://eventhub-de-na2.nicecxone-gov.com/");
    assert_eq!(found.userhub.as_str(), "https://na2.nice-incontact.com/");
}

#[test]
fn overrides_win_and_need_no_area() {
    let mut local = target("http://127.0.0.1:4000");
    local.hosts = HostOverrides {
        api: Some(url("http://127.0.0.1:4001")),
        digital: Some(url("http://127.0.0.1:4002")),
        userhub: Some(url("http://127.0.0.1:4003")),
        events: Some(url("http://127.0.0.1:4004")),
    };
    let found = derive(&local, &tenant(None, "example.com", None)).unwrap();
    let told = [
        &found.api,
        &found.digital,
        &found.userhub,
        &found.events,
        &found.facade,
    ]
    .map(Url::as_str);
    assert_eq!(
        told,
        [
            "http://127.0.0.1:4001/",
            "http://127.0.0.1:4002/",
            "http://127.0.0.1:4003/",
            "ws://127.0.0.1:4004/",
            "http://127.0.0.1:4003/",
        ]
    );
}

#[test]
fn a_hostile_or_missing_part_makes_no_host() {
    let global = target("https://cxone.niceincontact.com");
    let cases = [
        (None, "niceincontact.com"),
        (Some(""), "niceincontact.com"),
        (Some("na1/x"), "niceincontact.com"),
        (Some("x@evil.example#"), "niceincontact.com"),
        (Some("na1.evil"), "niceincontact.com"),
        (Some("na1"), "evil.example/niceincontact.com"),
        (Some("na1"), "evil.example#"),
        (Some("na1"), "niceincontact.com:8443"),
        (Some("na1"), ""),
        (Some("na1"), "niceincontact..com"),
    ];
    for (area, domain) in cases {
        let found = derive(&global, &tenant(area, domain, Some("nice-incontact.com")));
        assert!(
            matches!(found, Err(Error::Underivable { .. })),
            "{area:?} {domain:?}: {found:?}"
        );
    }
}
