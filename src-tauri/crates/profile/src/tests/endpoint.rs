//! The ordered rules for the endpoint base.

use super::{ID, LINK, at_domain, linked};
use crate::{AddressError, Certainty, Profile, ProviderError, Warning, endpoint_from_any_url};
use Certainty::{Confirmed, Derived, Guessed};

fn words(warnings: &[Warning]) -> Vec<&'static str> {
    warnings.iter().map(Warning::code).collect()
}

#[test]
fn the_endpoint_follows_from_the_host() {
    let cases: &[(&str, &str, Certainty, &[&str])] = &[
        // Known environments.
        ("trial.cognigy.ai", "endpoint-trial.cognigy.ai", Derived, &[]),
        (
            "trial-us.cognigy.ai",
            "endpoint-trial-us.cognigy.ai",
            Derived,
            &[],
        ),
        ("app.cognigy.ai", "endpoint-app.cognigy.ai", Derived, &[]),
        ("app-us.cognigy.ai", "endpoint-app-us.cognigy.ai", Derived, &[]),
        ("app-uk.cognigy.ai", "endpoint-app-uk.cognigy.ai", Derived, &[]),
        ("au-02.cognigy.ai", "endpoint-au-02.cognigy.ai", Derived, &[]),
        ("dev.cognigy.ai", "endpoint-dev.cognigy.ai", Derived, &[]),
        (
            "example.cognigy.cloud",
            "endpoint-example.cognigy.cloud",
            Derived,
            &[],
        ),
        (
            "eu-dev-cai.cognigy.cloud",
            "endpoint-eu-dev-cai.cognigy.cloud",
            Derived,
            &[],
        ),
        (
            "cognigy-na1.nicecxone.com",
            "cognigy-endpoint-na1.nicecxone.com",
            Derived,
            &["integrated_host"],
        ),
        (
            "cognigy-jp1.nicecxone.com",
            "cognigy-endpoint-jp1.nicecxone.com",
            Derived,
            &["integrated_host"],
        ),
        (
            "live.ai.telekomcloud.com",
            "endpoint.live.ai.telekomcloud.com",
            Derived,
            &["unverified_host"],
        ),
        (
            "endpoint.live.ai.telekomcloud.com",
            "endpoint.live.ai.telekomcloud.com",
            Derived,
            &[],
        ),
        // Other services of the install: their word is swapped before any other rule.
        (
            "endpoint-trial.cognigy.ai",
            "endpoint-trial.cognigy.ai",
            Derived,
            &[],
        ),
        ("api-trial.cognigy.ai", "endpoint-trial.cognigy.ai", Derived, &[]),
        (
            "odata-trial.cognigy.ai",
            "endpoint-trial.cognigy.ai",
            Derived,
            &[],
        ),
        (
            "webchat-trial.cognigy.ai",
            "endpoint-trial.cognigy.ai",
            Derived,
            &[],
        ),
        (
            "static-trial-us.cognigy.ai",
            "endpoint-trial-us.cognigy.ai",
            Derived,
            &[],
        ),
        (
            "files-api-trial.cognigy.ai",
            "endpoint-trial.cognigy.ai",
            Derived,
            &[],
        ),
        (
            "api-example.cognigy.cloud",
            "endpoint-example.cognigy.cloud",
            Derived,
            &[],
        ),
        (
            "cognigy-api-na1.nicecxone.com",
            "cognigy-endpoint-na1.nicecxone.com",
            Derived,
            &["integrated_host"],
        ),
        (
            "cognigy-webchat-na1.nicecxone.com",
            "cognigy-endpoint-na1.nicecxone.com",
            Derived,
            &["integrated_host"],
        ),
        (
            "cognigy-endpoint-eu1.nicecxone.com",
            "cognigy-endpoint-eu1.nicecxone.com",
            Derived,
            &["integrated_host"],
        ),
        (
            "api.live.ai.telekomcloud.com",
            "endpoint.live.ai.telekomcloud.com",
            Derived,
            &["unverified_host"],
        ),
        (
            "api-yourdomain.example",
            "endpoint-yourdomain.example",
            Guessed,
            &["unverified_host"],
        ),
        (
            "webchat.bank.example",
            "endpoint.bank.example",
            Guessed,
            &["unverified_host"],
        ),
        // An instance may be called like a service.
        ("api.cognigy.ai", "endpoint-api.cognigy.ai", Derived, &[]),
        ("apitest.cognigy.ai", "endpoint-apitest.cognigy.ai", Derived, &[]),
        // On premises, and look-alikes of the vendor's domains.
        (
            "bot.bank.example",
            "endpoint-bot.bank.example",
            Guessed,
            &["unverified_host"],
        ),
        (
            "trial.cognigy.ai.evil.example",
            "endpoint-trial.cognigy.ai.evil.example",
            Guessed,
            &["unverified_host"],
        ),
        (
            "trialcognigy.ai",
            "endpoint-trialcognigy.ai",
            Guessed,
            &["unverified_host"],
        ),
        (
            "na1.nicecxone.com",
            "endpoint-na1.nicecxone.com",
            Guessed,
            &["integrated_host", "unverified_host"],
        ),
        (
            "cognigy-na1.nicecxone.com.evil.example",
            "endpoint-cognigy-na1.nicecxone.com.evil.example",
            Guessed,
            &["unverified_host"],
        ),
    ];
    for (host, expected, certainty, warnings) in cases {
        for profile in [
            linked(&format!(
                "https://{host}/project/{ID}/{ID}/handover-provider/{ID}"
            )),
            at_domain(host),
            at_domain(&format!("https://{host}/v3/abc?x=1")),
        ] {
            let endpoint = profile
                .endpoint()
                .unwrap_or_else(|error| panic!("{host}: {error}"));
            assert_eq!(endpoint.as_base(), format!("https://{expected}"), "{host}");
            assert_eq!(endpoint.certainty, *certainty, "{host}");
            assert_eq!(words(&endpoint.warnings), *warnings, "{host}");
        }
    }
}

#[test]
fn no_address_is_made_up_where_none_can_follow() {
    for host in [
        "cognigy.ai",
        "cognigy.cloud",
        "nicecxone.com",
        "10.0.0.5",
        "[fd00::5]",
        "127.0.0.1:8080",
        "localhost:80",
    ] {
        let profile = at_domain(&format!("https://{host}"));
        assert!(
            matches!(profile.endpoint(), Err(AddressError::Underivable { .. })),
            "{host}"
        );
        let confirmed = Profile {
            endpoint_base: Some("https://endpoint.example.com".into()),
            ..profile
        };
        assert_eq!(confirmed.endpoint().unwrap().certainty, Confirmed);
    }
    let none = Profile::default().endpoint();
    assert_eq!(
        none,
        Err(AddressError::Provider(Box::new(ProviderError::Missing)))
    );
}

#[test]
fn an_entered_base_wins_and_only_its_origin_counts() {
    let cases: &[(&str, &str, Certainty, &[&str])] = &[
        (
            "https://endpoint-trial.cognigy.ai",
            "https://endpoint-trial.cognigy.ai",
            Confirmed,
            &[],
        ),
        (
            "https://endpoint-trial.cognigy.ai/",
            "https://endpoint-trial.cognigy.ai",
            Confirmed,
            &[],
        ),
        (
            "endpoint-trial.cognigy.ai/abc123?x#y",
            "https://endpoint-trial.cognigy.ai",
            Confirmed,
            &[],
        ),
        (
            "https://bots.bank.example:8443/abc123",
            "https://bots.bank.example:8443",
            Confirmed,
            &[],
        ),
        (
            "HTTPS://BOTS.BANK.EXAMPLE:443/",
            "https://bots.bank.example",
            Confirmed,
            &[],
        ),
        (
            "https://api-bots.bank.example",
            "https://api-bots.bank.example",
            Confirmed,
            &[],
        ),
        ("http://127.0.0.1:9000/x", "http://127.0.0.1:9000", Confirmed, &[]),
        ("http://[::1]:9000", "http://[::1]:9000", Confirmed, &[]),
        ("localhost:9000", "http://localhost:9000", Confirmed, &[]),
        (
            "https://cognigy-endpoint-na1.nicecxone.com/abc",
            "https://cognigy-endpoint-na1.nicecxone.com",
            Confirmed,
            &["integrated_host"],
        ),
        (
            "https://cognigy-webchat-na1.nicecxone.com/v3/x",
            "https://cognigy-endpoint-na1.nicecxone.com",
            Derived,
            &["integrated_host", "swapped_host"],
        ),
        (
            "https://webchat-trial.cognigy.ai/v3/x",
            "https://endpoint-trial.cognigy.ai",
            Derived,
            &["swapped_host"],
        ),
        (
            "https://trial.cognigy.ai/project/1",
            "https://endpoint-trial.cognigy.ai",
            Derived,
            &["ui_host"],
        ),
        (LINK, "https://endpoint-trial.cognigy.ai", Derived, &["ui_host"]),
        (
            "cognigy-na1.nicecxone.com",
            "https://cognigy-endpoint-na1.nicecxone.com",
            Derived,
            &["integrated_host", "ui_host"],
        ),
        (
            "https://bots.bank.example/project/1/2/handover-provider/3",
            "https://endpoint-bots.bank.example",
            Guessed,
            &["unverified_host", "ui_host"],
        ),
        (
            "https://live.ai.telekomcloud.com",
            "https://endpoint.live.ai.telekomcloud.com",
            Derived,
            &["unverified_host", "ui_host"],
        ),
        (
            "https://api.live.ai.telekomcloud.com",
            "https://endpoint.live.ai.telekomcloud.com",
            Derived,
            &["unverified_host", "swapped_host"],
        ),
        (
            "https://endpoint.live.ai.telekomcloud.com/x",
            "https://endpoint.live.ai.telekomcloud.com",
            Confirmed,
            &[],
        ),
    ];
    for (typed, expected, certainty, warnings) in cases {
        let profile = Profile {
            endpoint_base: Some((*typed).into()),
            ..Profile::default()
        };
        let endpoint = profile
            .endpoint()
            .unwrap_or_else(|error| panic!("{typed}: {error}"));
        assert_eq!(endpoint.as_base(), *expected, "{typed}");
        assert_eq!(endpoint.certainty, *certainty, "{typed}");
        assert_eq!(words(&endpoint.warnings), *warnings, "{typed}");
    }
}

#[test]
fn an_entered_base_of_another_install_is_pointed_out() {
    let told = |link: &str, base: &str| {
        let profile = Profile {
            endpoint_base: Some(base.into()),
            ..linked(link)
        };
        let endpoint = profile.endpoint().unwrap();
        assert_eq!(endpoint.certainty, Certainty::Confirmed);
        endpoint.warnings.iter().map(Warning::code).collect::<Vec<_>>()
    };
    let own = format!("https://bots.bank.example/project/1/2/handover-provider/{ID}");
    assert_eq!(told(LINK, "https://endpoint-trial.cognigy.ai/abc"), [""; 0]);
    assert_eq!(
        told(LINK, "https://endpoint-other.cognigy.ai/abc"),
        ["other_install"]
    );
    assert_eq!(told(LINK, "https://8.8.8.8/"), ["other_install"]);
    // Where the endpoint's host could only be guessed, an entered one is what tells.
    assert_eq!(told(&own, "https://bots-endpoint.bank.example"), [""; 0]);
}

#[test]
fn a_wrong_base_is_a_typed_error() {
    let codes = [
        ("http://endpoint-trial.cognigy.ai", "address_plain_http"),
        ("http://localhost.evil.example", "address_plain_http"),
        ("http://128.0.0.1", "address_plain_http"),
        ("ftp://endpoint-trial.cognigy.ai", "address_scheme"),
        ("wss://endpoint-trial.cognigy.ai", "address_scheme"),
        ("https://user:pass@endpoint-trial.cognigy.ai", "address_user_info"),
        ("https://", "address_malformed"),
        ("not an address", "address_malformed"),
        ("https://a\u{0}b.example", "address_control_character"),
        ("trial", "address_host"),
        ("https://trial", "address_host"),
        ("https://endpoint..example", "address_host"),
        ("https://endpoint_{x}.example", "address_host"),
        ("https://cognigy.ai", "address_underivable"),
    ];
    for (typed, code) in codes {
        let error = Profile {
            endpoint_base: Some(typed.into()),
            ..linked(LINK)
        }
        .endpoint()
        .unwrap_err();
        assert_eq!(error.code(), code, "{typed}");
        assert!(!error.hint().is_empty());
    }
    let error = endpoint_from_any_url("trial").unwrap_err();
    assert_eq!(
        error.to_string(),
        "trial cannot be the name of a host: it has no domain after it."
    );
    assert!(error.hint().contains("https://endpoint-trial.cognigy.ai/"));
    let error = endpoint_from_any_url("https://a\u{0}b.example").unwrap_err();
    assert!(error.to_string().ends_with("at position 10."), "{error}");
}

#[test]
fn any_endpoint_url_confirms_and_the_user_interface_does_not() {
    let origin = |pasted| endpoint_from_any_url(pasted).map(|url| url.to_string());
    assert_eq!(
        origin("https://endpoint-trial.cognigy.ai/0123abcd").unwrap(),
        "https://endpoint-trial.cognigy.ai/"
    );
    assert_eq!(
        origin(" endpoint.bank.example:444/x ").unwrap(),
        "https://endpoint.bank.example:444/"
    );
    assert_eq!(
        origin("https://cognigy-webchat-na1.nicecxone.com/v3/x").unwrap(),
        "https://cognigy-endpoint-na1.nicecxone.com/"
    );
    assert_eq!(
        origin(LINK),
        Err(AddressError::NotAnEndpoint {
            host: "trial.cognigy.ai".into()
        })
    );
}

#[test]
fn a_guess_keeps_scheme_and_port_of_this_computer_only() {
    let here = linked(&format!(
        "http://sandbox.localhost:8123/project/{ID}/{ID}/handover-provider/{ID}"
    ));
    let endpoint = here.endpoint().unwrap();
    assert_eq!(endpoint.as_base(), "http://endpoint-sandbox.localhost:8123");
    assert_eq!(
        (endpoint.certainty, words(&endpoint.warnings)),
        (Guessed, vec!["unverified_host"])
    );
    let there = linked(&format!("https://bot.bank.example:8443/handover-provider/{ID}"))
        .endpoint()
        .unwrap();
    assert_eq!(there.as_base(), "https://endpoint-bot.bank.example");
    assert_eq!(words(&there.warnings), ["unverified_host", "port_dropped"]);
}

#[test]
fn this_computer_is_recognised() {
    for host in [
        "localhost",
        "LOCALHOST",
        "a.localhost",
        "127.0.0.1",
        "127.9.8.7",
        "::1",
        "[::1]",
        "localhost.",
    ] {
        assert!(crate::is_loopback_host(host), "{host}");
    }
    for host in [
        "localhost.example",
        "notlocalhost",
        "128.0.0.1",
        "127.0.0.1.example",
        "::2",
        "0.0.0.0",
        "",
    ] {
        assert!(!crate::is_loopback_host(host), "{host}");
    }
    let mut profile = super::complete();
    assert!(!profile.is_loopback());
    profile.cxone.issuer = Some("http://127.0.0.1:8080".into());
    assert!(!profile.is_loopback());
    profile.endpoint_base = Some("http://127.0.0.1:8080".into());
    assert!(profile.is_loopback());
}
