//! The BYOC form: making it, reading it back, comparing.

use secrecy::{ExposeSecret, SecretString};

use super::{complete, linked};
use crate::{ByocForm, DiffKind, FieldDiff, FieldOutcome, FormField, TypedForm, compare, parse_paste};

const SECRET: &str = "sim-secret-abcdefghijkmnpqrstuv3";

fn form() -> ByocForm {
    ByocForm::of(&complete(), Some("example-client")).unwrap()
}

fn paste(form: &ByocForm, line: impl Fn(&str, &str) -> String) -> String {
    form.rows
        .iter()
        .map(|row| line(row.label, row.value.as_deref().unwrap_or(SECRET)))
        .collect()
}

fn outcomes(typed: &TypedForm) -> Vec<FieldDiff> {
    compare(&form(), Some(&SecretString::from(SECRET)), typed)
}

#[test]
fn the_form_has_the_vendors_order_and_no_secret() {
    let form = form();
    assert_eq!(
        form.rows.iter().map(|row| row.field).collect::<Vec<_>>(),
        FormField::ALL
    );
    assert_eq!(form.value(FormField::ClientSecret), None);
    assert_eq!(form.value(FormField::Name), Some("Example Support"));
    let base = "https://endpoint-trial.cognigy.ai/handover/niceCxOne";
    assert_eq!(form.value(FormField::IntegrationBoxUrl), Some(base));
    assert_eq!(
        form.value(FormField::AuthorizationUrl),
        Some(format!("{base}/6a1f00aa11bb22cc33dd4444/auth/token").as_str())
    );
    assert!(ByocForm::of(&linked("nonsense"), None).is_err());
}

#[test]
fn every_shape_of_paste_is_read() {
    let form = form();
    let urls_only: String = form
        .rows
        .iter()
        .skip(1)
        .take(5)
        .map(|row| format!("{}\n", row.value.clone().unwrap()))
        .collect();
    let shapes = [
        paste(&form, |label, value| format!("{label}: {value}\n")),
        paste(&form, |label, value| format!("{label}:{value}\r\n")),
        paste(&form, |label, value| format!("{label}\t{value}\n")),
        paste(&form, |label, value| format!("{label}\n{value}\n\n")),
        paste(&form, |label, value| format!("{label}:\n\n{value}\n")),
        paste(&form, |label, value| {
            format!("  {} *\r\n{value}\r\n", label.to_uppercase())
        }),
        paste(&form, |label, value| format!("{label} = {value}\r")),
        paste(&form, |_, value| format!("{value}\n")),
        format!("\u{feff}{}", paste(&form, |_, value| format!("\n{value}\n"))),
    ];
    for text in shapes {
        let typed = parse_paste(&text);
        for diff in outcomes(&typed) {
            assert_eq!(diff.outcome, FieldOutcome::Equal, "{:?} in {text:?}", diff.field);
        }
        assert_eq!(typed.secret.as_ref().unwrap().expose_secret(), SECRET);
        assert!(!typed.values.contains_key(&FormField::ClientSecret));
    }
    let typed = parse_paste(&urls_only);
    assert_eq!(typed.values.len(), 5);
    assert!(outcomes(&typed).iter().all(|diff| !diff.is_wrong()));
    for nothing in ["", "\n\n", "hello", "one\ntwo\nthree"] {
        assert!(parse_paste(nothing).is_empty(), "{nothing:?}");
    }
}

#[test]
fn some_addresses_are_told_apart_by_their_endings() {
    let base = "https://endpoint-trial.cognigy.ai/handover/niceCxOne";
    let typed = parse_paste(&format!("{base}/reconnect\n{base}/remove/\n"));
    assert_eq!(
        typed.values[&FormField::ReconnectActionUrl],
        format!("{base}/reconnect")
    );
    assert_eq!(
        typed.values[&FormField::RemoveActionUrl],
        format!("{base}/remove/")
    );
    assert_eq!(typed.values.len(), 2);
}

#[test]
fn values_are_kept_byte_for_byte() {
    let typed = parse_paste("Client ID:  two spaces \nName: x\nIntegration box URL:\nAdd action URL: y\n");
    assert_eq!(typed.values[&FormField::ClientId], " two spaces ");
    // An empty field does not take the next label for its value.
    assert!(!typed.values.contains_key(&FormField::IntegrationBoxUrl));
    assert_eq!(typed.values[&FormField::AddActionUrl], "y");
}

#[test]
fn the_kind_of_mistake_is_named_and_its_place_marked() {
    let base = "https://endpoint-trial.cognigy.ai/handover/niceCxOne";
    let auth = format!("{base}/6a1f00aa11bb22cc33dd4444/auth/token");
    let add = format!("{base}/add");
    let other = "77aa00aa11bb22cc33dd4444";
    let cases: Vec<(FormField, String, DiffKind, usize)> = vec![
        (
            FormField::AddActionUrl,
            format!("{add}/"),
            DiffKind::TrailingSlash,
            add.len(),
        ),
        (
            FormField::AddActionUrl,
            format!("{add}//"),
            DiffKind::TrailingSlash,
            add.len(),
        ),
        (
            FormField::AddActionUrl,
            add.replace("https", "http"),
            DiffKind::Http,
            4,
        ),
        (
            FormField::AddActionUrl,
            format!("{add} "),
            DiffKind::Space,
            add.len(),
        ),
        (FormField::AddActionUrl, format!(" {add}"), DiffKind::Space, 0),
        (
            FormField::AddActionUrl,
            add.replace("/add", "/\u{200b}add"),
            DiffKind::Space,
            base.len() + 1,
        ),
        (
            FormField::AddActionUrl,
            add.replace("niceCxOne", "nicecxone"),
            DiffKind::Case,
            base.len() - 5,
        ),
        (
            FormField::AddActionUrl,
            add[..add.len() - 1].to_owned(),
            DiffKind::CutOff,
            add.len() - 1,
        ),
        (
            FormField::AddActionUrl,
            format!("{base}/reconnect"),
            DiffKind::Other,
            base.len() + 1,
        ),
        (
            FormField::AuthorizationUrl,
            auth.replace("6a1f00aa11bb22cc33dd4444", other),
            DiffKind::WrongId,
            base.len() + 1,
        ),
        (
            FormField::AuthorizationUrl,
            auth.replace("6a1f00aa11bb22cc33dd4444", "7c9e6679-7425-40de-944b-e07fc1f90ae7"),
            DiffKind::WrongId,
            base.len() + 1,
        ),
        // Cyrillic letters, digits for letters, and typographic marks.
        (
            FormField::AddActionUrl,
            add.replace("nice", "nic\u{435}"),
            DiffKind::LookAlike {
                expected: Some('e'),
                typed: Some('\u{435}'),
            },
            add.find("nice").unwrap() + 3,
        ),
        (
            FormField::AddActionUrl,
            add.replace("CxOne", "Cx0ne"),
            DiffKind::LookAlike {
                expected: Some('O'),
                typed: Some('0'),
            },
            base.len() - 3,
        ),
        (
            FormField::AddActionUrl,
            add.replace("endpoint-", "endpoint\u{2013}"),
            DiffKind::LookAlike {
                expected: Some('-'),
                typed: Some('\u{2013}'),
            },
            "https://endpoint".len(),
        ),
        (
            FormField::AddActionUrl,
            add.replace("/add", "\u{ff0f}add"),
            DiffKind::LookAlike {
                expected: Some('/'),
                typed: Some('\u{ff0f}'),
            },
            base.len(),
        ),
    ];
    for (field, text, kind, at) in cases {
        let typed = parse_paste(&format!("{}: {text}\n", field.label()));
        let diff = outcomes(&typed)
            .into_iter()
            .find(|diff| diff.field == field)
            .unwrap();
        let FieldOutcome::Differs {
            kind: found,
            at: place,
            typed: shown,
            ..
        } = &diff.outcome
        else {
            panic!("{text:?}: {diff:?}")
        };
        assert_eq!(
            (*found, *place, shown.as_deref()),
            (kind, at, Some(text.as_str())),
            "{text:?}"
        );
        assert!(diff.is_wrong() && diff.message().starts_with(field.label()));
    }
}

#[test]
fn bytes_and_columns_differ_behind_wide_letters() {
    let form = ByocForm::of(
        &crate::Profile {
            name: "G\u{fc}te A".into(),
            ..complete()
        },
        None,
    )
    .unwrap();
    let typed = parse_paste("Name: G\u{fc}te B\nClient ID: anything\n");
    let diffs = compare(&form, None, &typed);
    let FieldOutcome::Differs { at, column, .. } = diffs[0].outcome else {
        panic!("{diffs:?}")
    };
    assert_eq!((at, column), (6, 5));
    // CXone takes any name for the integration.
    assert!(!diffs[0].is_wrong());
    // No client id is chosen, hence nothing to compare with.
    assert_eq!(diffs[6].outcome, FieldOutcome::Unchecked);
    assert_eq!(diffs[7].outcome, FieldOutcome::Missing);
}

#[test]
fn the_secret_is_compared_and_never_shown() {
    let wrong = SECRET.replace("secret", "secr\u{435}t");
    let typed = parse_paste(&format!("Client Secret: {wrong}\n"));
    let diff = outcomes(&typed).pop().unwrap();
    let shown = format!(
        "{typed:?} {diff:?} {} {}",
        diff.message(),
        serde_json::to_string(&(&typed, &diff)).unwrap()
    );
    assert!(
        !shown.contains("sim-secr") && !shown.contains("abcdefghijkm"),
        "{shown}"
    );
    let FieldOutcome::Differs {
        at,
        expected: None,
        typed: None,
        kind,
        expected_chars: 32,
        typed_chars: 32,
        ..
    } = diff.outcome
    else {
        panic!("{diff:?}")
    };
    assert_eq!(
        (at, kind),
        (
            8,
            DiffKind::LookAlike {
                expected: None,
                typed: None
            }
        )
    );
    assert!(
        parse_paste("Client Secret: test-secret-1\n")
            .without_secret()
            .secret
            .is_none()
    );
}

#[test]
fn a_secret_below_an_empty_client_id_is_not_kept_as_an_id() {
    let lines: Vec<String> = form().rows.iter().filter_map(|row| row.value.clone()).collect();
    for (tail, values) in [
        (vec![SECRET], 6),
        (vec!["example-client"], 6),
        (vec!["example-client", SECRET], 7),
        (vec!["example-client", SECRET, "Save"], 6),
    ] {
        // Seven lines, or eight and more: a full form by position has another length here, as it lacks its name.
        let skip = usize::from(tail.len() == 2);
        let text: Vec<&str> = lines[skip..6]
            .iter()
            .map(String::as_str)
            .chain(tail.clone())
            .collect();
        let typed = parse_paste(&text.join("\n"));
        assert_eq!(typed.values.len(), values - skip, "{tail:?}");
        assert!(
            typed.values.values().all(|value| !value.contains(SECRET)),
            "{tail:?}"
        );
        assert_eq!(typed.secret.is_some(), tail.len() == 2, "{tail:?}");
    }
}

#[test]
fn a_judged_form_keeps_the_verdict_and_no_secret() {
    let stored = SecretString::from(SECRET);
    let wrong = format!("{}x", &SECRET[..31]);
    let cases = [
        (format!("Client Secret: {wrong}\n"), Some(true)),
        (format!("Client Secret: {SECRET}\n"), Some(false)),
        ("Client ID: example-client\n".to_owned(), None),
        (
            format!(
                "Client ID: {SECRET}\nName: my {SECRET}.\nClient Secret: {wrong}\nAdd action URL: https://a/{wrong}\n"
            ),
            Some(true),
        ),
    ];
    for (text, red) in cases {
        let kept = parse_paste(&text).judged(&form(), Some(&stored));
        let json = serde_json::to_string(&kept).unwrap();
        for secret in [SECRET, wrong.as_str()] {
            assert!(
                !json.contains(secret) && !format!("{kept:?}").contains(secret),
                "{json}"
            );
        }
        let back: TypedForm = serde_json::from_str(&json).unwrap();
        // Neither storing it nor judging it again changes the verdict, whether or not the secret is at hand.
        for (form_then, secret) in [
            (back.clone(), None),
            (back.judged(&form(), Some(&stored)), Some(&stored)),
        ] {
            let diff = compare(&form(), secret, &form_then).pop().unwrap();
            match red {
                None => assert_eq!(diff.outcome, FieldOutcome::Missing),
                Some(red) => assert_eq!(diff.is_wrong(), red, "{diff:?}"),
            }
        }
    }
    // A short text that was typed for the secret says nothing about values that happen to contain it.
    let short = parse_paste("Client ID: example-client\nClient Secret: e\n").judged(&form(), Some(&stored));
    assert_eq!(short.values.len(), 1);
    assert!(!short.is_empty());
}
