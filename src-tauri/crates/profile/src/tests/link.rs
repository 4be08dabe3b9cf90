//! Reading the pasted link, and id with domain.

use super::{ID, LINK, at_domain, linked};
use crate::{AddressError, CognigyPage, HostFault, Profile, Provider, ProviderError, Warning};

#[test]
fn a_link_is_read_however_it_was_pasted() {
    let path = format!("project/65ae8e3adc2d77e6e260aa00/69b009f72e3deaa53a602d00/handover-provider/{ID}");
    let pasted = [
        LINK.to_owned(),
        format!("{LINK}/"),
        format!("{LINK}?tab=settings&x=1"),
        format!("{LINK}#top"),
        format!("{LINK}/?a=b#c"),
        format!("{LINK}/some/more"),
        format!("  \n\t{LINK}\r\n "),
        format!("\"{LINK}\""),
        format!("'{LINK}'"),
        format!("<{LINK}>"),
        format!("\u{201c}{LINK}\u{201d}"),
        format!("\u{feff}\u{200b}{LINK}\u{a0}"),
        format!("{LINK},"),
        format!("{LINK}."),
        format!("https://TRIAL.Cognigy.AI/{path}"),
        format!("HTTPS://trial.cognigy.ai/{path}"),
        format!("trial.cognigy.ai/{path}"),
        format!("//trial.cognigy.ai/{path}"),
        format!("https://trial.cognigy.ai./{path}"),
        format!("https:\\\\trial.cognigy.ai\\{}", path.replace('/', "\\")),
        LINK.replace(ID, &ID.to_ascii_uppercase()),
        LINK.replace("/handover-provider/", "/Handover-Provider/"),
    ];
    for link in pasted {
        let provider = linked(&link)
            .provider()
            .unwrap_or_else(|error| panic!("{link:?}: {error}"));
        assert_eq!(provider.id, ID, "{link:?}");
        assert_eq!(
            provider.project_id.as_deref(),
            Some("65ae8e3adc2d77e6e260aa00"),
            "{link:?}"
        );
        assert_eq!(
            (provider.host.as_str(), provider.port, provider.scheme),
            ("trial.cognigy.ai", None, "https")
        );
        assert_eq!(provider.warnings, [], "{link:?}");
    }
}

#[test]
fn the_project_is_optional_and_the_second_id_is_not_the_project() {
    let provider = linked(&format!("https://app.cognigy.ai/handover-provider/{ID}"))
        .provider()
        .unwrap();
    assert_eq!(provider.project_id, None);
    let odd = linked(&format!(
        "https://app.cognigy.ai/project/not-an-id/x/handover-provider/{ID}"
    ));
    assert_eq!(odd.provider().unwrap().project_id, None);
}

#[test]
fn wrong_input_is_told_apart() {
    let uuid = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
    let link = |id: &str| {
        format!("https://trial.cognigy.ai/project/65ae8e3adc2d77e6e260aa00/x/handover-provider/{id}")
    };
    let page = |page| ProviderError::WrongPage { page };
    let cases: Vec<(String, ProviderError)> = vec![
        (String::new(), ProviderError::Missing),
        ("   ".into(), ProviderError::Missing),
        (link(uuid), ProviderError::Uuid { found: uuid.into() }),
        (uuid.into(), ProviderError::Uuid { found: uuid.into() }),
        (
            uuid.replace('-', ""),
            ProviderError::Uuid {
                found: uuid.replace('-', ""),
            },
        ),
        (ID.into(), ProviderError::IdAlone),
        (link(""), ProviderError::WrongLength { found: 0 }),
        (link(&ID[..23]), ProviderError::WrongLength { found: 23 }),
        (link(&format!("{ID}0")), ProviderError::WrongLength { found: 25 }),
        (
            link(&ID.replace("aa11", "aal1")),
            ProviderError::BadCharacter {
                character: 'l',
                at: 8,
            },
        ),
        // A Cyrillic letter reaches us percent-encoded and is named as what it is.
        (
            link(&ID.replace("6a1f", "6\u{430}1f")),
            ProviderError::BadCharacter {
                character: '\u{430}',
                at: 1,
            },
        ),
        (
            "https://trial.cognigy.ai/project/65ae8e3adc2d77e6e260aa00/x/handover-providers".into(),
            page(CognigyPage::ProviderList),
        ),
        (
            "https://trial.cognigy.ai/project/65ae8e3adc2d77e6e260aa00/x/flow/abc".into(),
            page(CognigyPage::Flow),
        ),
        (
            "https://trial.cognigy.ai/project/65ae8e3adc2d77e6e260aa00/x/endpoints/abc".into(),
            page(CognigyPage::EndpointSettings),
        ),
        (
            "https://trial.cognigy.ai/project/65ae8e3adc2d77e6e260aa00/x/logs".into(),
            page(CognigyPage::Logs),
        ),
        (
            "https://trial.cognigy.ai/project/65ae8e3adc2d77e6e260aa00".into(),
            page(CognigyPage::Project),
        ),
        ("https://trial.cognigy.ai/login".into(), page(CognigyPage::SignIn)),
        ("https://trial.cognigy.ai".into(), page(CognigyPage::Other)),
        (
            "https://endpoint-trial.cognigy.ai/abcdef".into(),
            page(CognigyPage::EndpointUrl),
        ),
        (
            "https://cognigy-webchat-na1.nicecxone.com/v3/abc".into(),
            page(CognigyPage::Webchat),
        ),
        (
            "https://api-trial.cognigy.ai/new/v2.0/projects".into(),
            page(CognigyPage::Api),
        ),
        (
            "https://na1.nice-incontact.com/acd".into(),
            page(CognigyPage::Cxone),
        ),
        (
            "https://docs.cognigy.com/ai".into(),
            page(CognigyPage::Documentation),
        ),
        (
            format!("https://user:pass@trial.cognigy.ai/handover-provider/{ID}"),
            ProviderError::NotALink(AddressError::UserInfo),
        ),
        (
            format!("https://trial.cognigy.ai@evil.example/handover-provider/{ID}"),
            ProviderError::NotALink(AddressError::UserInfo),
        ),
        (
            format!("ftp://trial.cognigy.ai/handover-provider/{ID}"),
            ProviderError::NotALink(AddressError::Scheme { scheme: "ftp".into() }),
        ),
        (
            LINK.replace("/project", "\0/project"),
            ProviderError::NotALink(AddressError::ControlCharacter { at: 24 }),
        ),
        (
            LINK.replace("/project", "\n/project"),
            ProviderError::NotALink(AddressError::ControlCharacter { at: 24 }),
        ),
    ];
    for (link, expected) in cases {
        assert_eq!(linked(&link).provider(), Err(expected), "{link:?}");
    }
    for text in [
        "hello",
        "hello world",
        "https://",
        "https://[::1",
        "javascript:alert(1)",
        "https://exa mple.com/x",
    ] {
        assert!(
            matches!(linked(text).provider(), Err(ProviderError::NotALink(_))),
            "{text:?}"
        );
    }
}

#[test]
fn every_error_says_where_the_right_value_is() {
    let uuid = linked("7c9e6679-7425-40de-944b-e07fc1f90ae7")
        .provider()
        .unwrap_err();
    assert!(uuid.to_string().contains("reference ID"));
    assert!(uuid.hint().contains("Deploy > Handover Providers"));
    let page = linked("https://trial.cognigy.ai/project/65ae8e3adc2d77e6e260aa00/x/flow/abc")
        .provider()
        .unwrap_err();
    assert_eq!(
        page.to_string(),
        "The link leads to a Flow and not to a handover provider."
    );
    let domain = Profile {
        provider_id: Some(ID.into()),
        ..Profile::default()
    }
    .provider()
    .unwrap_err();
    assert_eq!(
        (domain.code(), domain.field()),
        ("provider_domain_missing", crate::ProfileField::Domain)
    );
}

#[test]
fn a_domain_is_a_short_name_a_host_or_a_url() {
    let cases = [
        ("trial", "trial.cognigy.ai"),
        (" Trial/ ", "trial.cognigy.ai"),
        ("trial-us", "trial-us.cognigy.ai"),
        ("au-02", "au-02.cognigy.ai"),
        ("trial:8443", "trial.cognigy.ai"),
        ("https://trial", "trial.cognigy.ai"),
        ("b\u{fc}cher", "xn--bcher-kva.cognigy.ai"),
        ("<https://trial.cognigy.ai>", "trial.cognigy.ai"),
        ("bot_1.bank.example", "bot_1.bank.example"),
        ("trial.cognigy.ai", "trial.cognigy.ai"),
        ("TRIAL.COGNIGY.AI/", "trial.cognigy.ai"),
        ("https://trial.cognigy.ai", "trial.cognigy.ai"),
        ("https://trial.cognigy.ai/project/x?y#z", "trial.cognigy.ai"),
        ("example.cognigy.cloud", "example.cognigy.cloud"),
        ("bot.bank.example", "bot.bank.example"),
        ("localhost", "localhost"),
    ];
    for (domain, host) in cases {
        let provider = at_domain(domain)
            .provider()
            .unwrap_or_else(|error| panic!("{domain:?}: {error}"));
        assert_eq!(
            (provider.host.as_str(), provider.id.as_str()),
            (host, ID),
            "{domain:?}"
        );
    }
    for domain in [
        "trial acme",
        "https://user@trial.cognigy.ai",
        "https://",
        "trial\0",
        "a@b/c",
    ] {
        assert!(
            matches!(at_domain(domain).provider(), Err(ProviderError::Domain(_))),
            "{domain:?}"
        );
    }
    assert_eq!(at_domain("  ").provider(), Err(ProviderError::DomainMissing));
    assert_eq!(at_domain("trial:8443").provider().unwrap().port, Some(8443));
    let upper = Profile {
        provider_id: Some(format!(" {} ", ID.to_ascii_uppercase())),
        ..at_domain("trial")
    };
    assert_eq!(upper.provider().unwrap().id, ID);
}

#[test]
fn ports_and_schemes_of_this_computer_are_kept() {
    let provider = linked(&format!(
        "http://sandbox.localhost:8123/project/{ID}/{ID}/handover-provider/{ID}"
    ));
    let provider = provider.provider().unwrap();
    assert_eq!(
        (provider.scheme, provider.port, provider.host.as_str()),
        ("http", Some(8123), "sandbox.localhost")
    );
    assert_eq!(
        linked(&format!("127.0.0.1:99/handover-provider/{ID}"))
            .provider()
            .unwrap()
            .scheme,
        "http"
    );
    let plain = linked(&format!("http://trial.cognigy.ai/handover-provider/{ID}"))
        .provider()
        .unwrap();
    assert_eq!(plain.scheme, "https");
    assert_eq!(
        plain.warnings,
        [Warning::PlainHttp {
            host: "trial.cognigy.ai".into()
        }]
    );
}

#[test]
fn letters_outside_ascii_in_a_host_are_pointed_out() {
    // The second letter of "trial" is written in Cyrillic.
    let provider = linked(&format!("https://t\u{433}ial.cognigy.ai/handover-provider/{ID}"))
        .provider()
        .unwrap();
    assert!(provider.host.starts_with("xn--"), "{}", provider.host);
    assert_eq!(
        provider.warnings,
        [Warning::InternationalHost {
            host: provider.host.clone()
        }]
    );
}

#[test]
fn a_host_that_cannot_exist_is_refused() {
    let (label, long) = ("a".repeat(64), ["a".repeat(63).as_str(); 4].join("."));
    let cases = [
        ("-", HostFault::Hyphen),
        ("-trial", HostFault::Hyphen),
        ("trial-.example.com", HostFault::Hyphen),
        ("a..b", HostFault::EmptyLabel),
        (".example.com", HostFault::EmptyLabel),
        ("../../etc", HostFault::EmptyLabel),
        (label.as_str(), HostFault::LongLabel { found: 64 }),
        (long.as_str(), HostFault::Long { found: 255 }),
        ("<script>", HostFault::Character { character: '<' }),
        ("$(id)", HostFault::Character { character: '$' }),
    ];
    for (domain, expected) in cases {
        let Err(error @ ProviderError::Domain(AddressError::Host { fault, .. })) =
            &at_domain(domain).provider()
        else {
            panic!("{domain}: {:?}", at_domain(domain).provider());
        };
        assert_eq!(*fault, expected, "{domain}");
        assert!(error.hint().contains("trial.cognigy.ai"));
        assert!(error.to_string().len() < 200, "{error}");
    }
    // A name that only becomes too long with the domain after it.
    assert!(at_domain(&"a".repeat(63)).provider().is_ok());
    let link = |host: &str| linked(&format!("https://{host}/handover-provider/{ID}")).provider();
    for host in ["a..b", "-.example.com", "intranet", "%24.example.com"] {
        assert!(
            matches!(
                link(host),
                Err(ProviderError::NotALink(AddressError::Host { .. }))
            ),
            "{host}: {:?}",
            link(host)
        );
    }
}

#[test]
fn an_address_where_the_id_belongs_is_told_from_a_wrong_id() {
    let link = format!("https://trial.cognigy.ai/handover-provider/{ID}");
    assert_eq!(
        Provider::from_parts(&link, "trial"),
        Err(ProviderError::LinkForId)
    );
    assert_eq!(
        Provider::from_parts("abc", "trial"),
        Err(ProviderError::WrongLength { found: 3 })
    );
}

#[test]
fn sites_of_the_vendor_that_are_no_install_are_worth_a_warning() {
    let warns = |host: &str| {
        let provider = Provider::from_link(&format!("https://{host}/handover-provider/{ID}")).unwrap();
        provider.warnings
            == [Warning::OtherSite {
                host: host.to_owned(),
            }]
    };
    for host in ["www.cognigy.ai", "docs.cognigy.ai", "liveagent-trial.cognigy.ai"] {
        assert!(warns(host), "{host}");
    }
    for host in ["trial.cognigy.ai", "www.bank.example", "docs-eu.cognigy.ai"] {
        assert!(!warns(host), "{host}");
    }
}

#[test]
fn what_no_address_can_be_is_said_in_words_and_not_in_those_of_a_parser() {
    for (text, said) in [
        ("https://", "it has no host"),
        ("https://a.example:99999999/", "not a port"),
        ("https://[1/", "square brackets"),
        ("https://1.2.3.4.5/", "IP address"),
    ] {
        let error = crate::endpoint_from_any_url(text).unwrap_err().to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
}
