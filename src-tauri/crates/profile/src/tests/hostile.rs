//! Whatever is pasted, nothing panics and what follows keeps its promises.

use proptest::prelude::*;

use super::{ID, complete, linked};
use crate::*;

/// Pieces that addresses, labels and attacks are made of.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "https://",
            "http://",
            "HTTPS:",
            "//",
            "\\\\",
            "/",
            "\\",
            "?",
            "#",
            "@",
            ":",
            ".",
            "..",
            "%",
            "%2f",
            "%zz",
            "[::1]",
            "[",
            "]",
            "127.0.0.1",
            "0x7f.1",
            "localhost",
            ".localhost",
            "trial.cognigy.ai",
            "cognigy-",
            "api-",
            "endpoint-",
            "webchat.",
            "nicecxone.com",
            "xn--",
            "xn--80ak6aa92e",
            "\u{430}",
            "\u{200b}",
            "\u{feff}",
            "\u{202e}",
            "\u{0}",
            "\n",
            "\r",
            "\t",
            " ",
            "user:pass@",
            ":99999",
            ":0",
            "/project/",
            "/handover-provider/",
            ID,
            "7c9e6679-7425-40de-944b-e07fc1f90ae7",
            "Client Secret:",
            "Name\t",
            "Authorization URL",
            "\"",
            "<",
            "{",
            "}",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
        "[a-zA-Z0-9.-]{0,12}",
    ]
}

fn mess() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.concat())
}

fn is_base(base: &str) -> bool {
    let url: url::Url = base.parse().unwrap();
    let host = url.host_str().unwrap();
    !base.ends_with('/')
        && url.path() == "/"
        && url.username().is_empty()
        && (url.scheme() == "https" || url.scheme() == "http" && is_loopback_host(host))
}

proptest! {
    #[test]
    fn a_link_or_domain_yields_good_addresses_or_an_error(link in mess(), domain in mess(), base in mess()) {
        let profiles = [
            linked(&link),
            Profile { provider_id: Some(ID.into()), domain: Some(domain), ..Profile::default() },
            Profile { endpoint_base: Some(base), ..linked(super::LINK) },
        ];
        for profile in profiles {
            let _ = (profile.problems(), SecretField::ALL.map(|field| profile.binding(field)), profile.is_loopback());
            match profile.urls() {
                Ok(urls) => {
                    prop_assert!(is_base(&urls.endpoint_base), "{}", urls.endpoint_base);
                    prop_assert_eq!(urls.provider_id.len(), 24);
                    prop_assert!(urls.provider_id.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')));
                    prop_assert!(urls.authorization_url.starts_with(&urls.integration_box_url));
                }
                Err(error) => {
                    prop_assert!(!error.to_string().is_empty() && !error.hint().is_empty() && !error.code().is_empty());
                }
            }
        }
    }

    #[test]
    fn noise_around_a_good_link_does_not_count(
        before in "[ \t\n\"'<]{0,5}", after in "[ \t\n\"'>]{0,5}", tail in "(/[a-z]{0,4}){0,2}(\\?[a-z=&/]{0,9})?(#[a-z/]{0,9})?",
    ) {
        let provider = linked(&format!("{before}{}{tail}{after}", super::LINK)).provider().unwrap();
        prop_assert_eq!(provider.id, ID);
    }

    #[test]
    fn a_paste_is_read_and_compared(text in mess(), lines in prop::collection::vec(mess(), 0..10)) {
        let form = ByocForm::of(&complete(), Some("client")).unwrap();
        for text in [text, lines.join("\n")] {
            let typed = parse_paste(&text);
            prop_assert!(!typed.values.contains_key(&FormField::ClientSecret));
            for diff in compare(&form, Some(&"test-secret".into()), &typed) {
                let _ = diff.message();
                if let FieldOutcome::Differs { at, column, typed: Some(typed), expected: Some(expected), .. } = diff.outcome {
                    prop_assert_eq!(&typed[..at], &expected[..at]);
                    prop_assert_eq!(typed[..at].chars().count(), column);
                    prop_assert_ne!(typed[at..].chars().next(), expected[at..].chars().next());
                }
            }
        }
    }

    #[test]
    fn an_import_is_refused_or_exports_again(json in mess(), name in any::<String>(), link in mess(), host in mess()) {
        let _ = import(&json);
        let mut profile = linked(&link);
        profile.name = name;
        profile.cxone.hosts.api = Some(host);
        let written = serde_json::to_string(&profile).unwrap();
        prop_assert_eq!(&import(&written).unwrap().profile, &profile);
        let exported = import(&export(&profile)).unwrap().profile;
        prop_assert_eq!(exported.provider().ok().map(|it| (it.id, it.host)), profile.provider().ok().map(|it| (it.id, it.host)));
        prop_assert_eq!(exported.endpoint().ok().map(|it| it.base), profile.endpoint().ok().map(|it| it.base));
    }

    #[test]
    fn secrets_of_any_kind_are_judged(text in any::<String>()) {
        for problem in secret_problems(&text.into()) {
            prop_assert!(!problem.message().is_empty());
        }
    }
}

#[test]
fn ten_megabytes_are_refused_or_cut() {
    let huge = "a".repeat(10 * 1024 * 1024);
    let slashes = "/".repeat(10 * 1024 * 1024);
    for text in [&huge, &slashes] {
        let too_long = |error: &AddressError| matches!(error, AddressError::TooLong { .. });
        assert!(matches!(linked(text).provider(), Err(ProviderError::NotALink(error)) if too_long(&error)));
        assert!(
            matches!(super::at_domain(text).provider(), Err(ProviderError::Domain(error)) if too_long(&error))
        );
        assert!(too_long(&endpoint_from_any_url(text).unwrap_err()));
        assert!(matches!(import(text), Err(ImportError::TooLarge { .. })));
        let profile = Profile {
            provider_id: Some(text.to_string()),
            ..super::at_domain("trial")
        };
        assert_eq!(
            profile.provider(),
            Err(ProviderError::WrongLength { found: text.len() })
        );
        assert!(parse_paste(text).is_empty());
        assert_eq!(
            secret_problems(&text.as_str().into()),
            [SecretProblem::Length { found: text.len() }]
        );
    }
    let wide = "\u{e9}".repeat(MAX_PASTE_BYTES);
    assert!(parse_paste(&format!("Name: x{wide}")).values[&FormField::Name].len() <= MAX_PASTE_BYTES);
}
