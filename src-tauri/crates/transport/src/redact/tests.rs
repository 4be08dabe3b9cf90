use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;

use super::*;

fn knowing(secret: &str) -> Redactor {
    let redactor = Redactor::new();
    redactor.add(&SecretString::from(secret));
    redactor
}

/// Every byte as `%xx`.
fn all_percent(text: &str, upper: bool) -> String {
    text.bytes()
        .map(|byte| {
            if upper {
                format!("%{byte:02X}")
            } else {
                format!("%{byte:02x}")
            }
        })
        .collect()
}

/// Every character as `\uxxxx`.
fn all_escaped(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
}

fn form(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// The ways in which a secret may stand in a text.
fn encodings(secret: &str) -> Vec<String> {
    vec![
        secret.to_owned(),
        json(secret),
        json(&json(secret)),
        json(secret).replace('/', "\\/"),
        form(secret),
        json(&form(secret)),
        form(&json(secret)),
        form(&form(secret)),
        all_percent(secret, true),
        all_percent(secret, false),
        all_escaped(secret),
        hex(secret),
        hex(secret).to_uppercase(),
        secret.to_ascii_uppercase(),
        secret.to_ascii_lowercase(),
        STANDARD.encode(STANDARD.encode(secret)),
        URL_SAFE_NO_PAD.encode(URL_SAFE_NO_PAD.encode(secret)),
        STANDARD.encode(URL_SAFE.encode(format!("Basic {secret}"))),
        secret
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;")
            .replace('\'', "&#x27;"),
        secret.chars().map(|char| format!("&#{};", char as u32)).collect(),
    ]
}

/// Something of `secret` that says too much.
fn survives(secret: &str, shown: &str) -> bool {
    encodings(secret)
        .iter()
        .any(|encoded| shown.contains(encoded.as_str()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_encoding_of_a_secret_survives(
        secret in "[!-~]{1}[ -~äß€😀]{6,40}[!-~]{1}",
        before in "[a-z {}:,\"]{0,12}",
        after in "[a-z {}:,\"]{0,12}",
    ) {
        let redactor = knowing(&secret);
        let hash = redactor.mark(secret.as_bytes());
        for encoded in encodings(&secret) {
            let shown = redactor.text(&format!("{before}{encoded}{after}"));
            prop_assert!(!shown.contains(&encoded), "{encoded} in {shown}");
            prop_assert!(!survives(&secret, &shown), "{encoded} left {shown}");
            prop_assert!(shown.contains(&hash) || shown.contains("<redacted:"), "{encoded} left {shown}");
        }
    }

    #[test]
    fn no_alignment_of_base64_survives(
        secret in "[ -~]{8,40}",
        before in prop::collection::vec(any::<u8>(), 0..7),
        after in prop::collection::vec(any::<u8>(), 0..7),
    ) {
        prop_assume!(secret.trim().len() >= SHORTEST);
        let redactor = knowing(&secret);
        let whole = [before.as_slice(), secret.as_bytes(), after.as_slice()].concat();
        for engine in [&STANDARD, &URL_SAFE, &STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let encoded = engine.encode(&whole);
            for carried in [encoded.clone(), form(&encoded), json(&encoded).replace('/', "\\/")] {
                let shown = redactor.text(&format!("x {carried} y"));
                // What is left must be explained by the bytes around the secret: whole digits before and after it.
                let (head, tail) = (before.len() * 8 / 6, (after.len() * 8).div_ceil(6));
                let left: usize = shown
                    .split("<redacted:")
                    .map(|part| part.split_once('>').map_or(part, |(_, rest)| rest))
                    .map(|part| percent_decoded(part.as_bytes()).iter().filter(|byte| is_digit(**byte)).count())
                    .sum();
                // `x` and `y` are digits too.
                prop_assert!(left <= head + tail + 2, "{carried} left {shown}");
                prop_assert!(shown.contains(&redactor.mark(secret.as_bytes()))
                    || shown.contains(&redactor.mark(secret.trim().as_bytes())), "{carried} left {shown}");
            }
        }
    }

    #[test]
    fn redacting_twice_changes_nothing(text in "[ -~]{0,80}", secret in "[!-~]{6,12}") {
        let redactor = knowing(&secret);
        let once = redactor.text(&text);
        prop_assert_eq!(redactor.text(&once), once);
    }

    #[test]
    fn hostile_text_does_no_harm(body in prop::collection::vec(any::<u8>(), 0..400), most in 0_usize..200) {
        let (shown, _) = knowing("test-secret").body(&body, most);
        prop_assert!(shown.len() <= most);
    }
}

/// Secrets that are long, or repeat themselves, or both; most are longer than any keychain takes.
fn long_secrets() -> Vec<String> {
    let period = "sim_period-ab";
    let mut state = 7_u32;
    let random = (0..10_000).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'!' + u8::try_from(state >> 24).unwrap() % 94)
    });
    vec![
        "x".repeat(800),
        "x".repeat(1280),
        "X{".repeat(640),
        period.repeat(800 / period.len()),
        format!("{}y", "x".repeat(1279)),
        random.collect(),
        "x".repeat(100_000),
        format!("{}end", period.repeat(2000)),
    ]
}

#[test]
fn long_and_repetitive_secrets_do_not_survive() {
    for secret in long_secrets() {
        let redactor = knowing(&secret);
        let mark = redactor.mark(secret.as_bytes());
        let start: String = secret.chars().take(20).collect();
        let carried = if secret.len() <= 1280 {
            encodings(&secret)
        } else {
            vec![
                secret.clone(),
                json(&secret),
                form(&secret),
                all_percent(&secret, true),
                STANDARD.encode(&secret),
            ]
        };
        for encoded in &carried {
            let shown = redactor.text(&format!("<{encoded}> said"));
            assert_eq!(shown.matches(&mark).count(), 1, "{start}: {} left", shown.len());
            // At most the prefix of `Basic {secret}` is left beside it.
            assert!(
                shown.len() < "<> said".len() + mark.len() + 20,
                "{start} left {shown}"
            );
        }
    }
}

#[test]
fn a_long_secret_that_is_cut_off_is_taken_out_as_far_as_it_goes() {
    let secret: String = (0..600).map(|number| format!("{number:03}-")).collect();
    let redactor = knowing(&secret);
    for length in [40, 900, secret.len() - 1] {
        let shown = redactor.text(&format!("a {} b", &secret[..length]));
        assert_eq!(
            shown,
            format!("a {} b", redactor.mark(secret.as_bytes())),
            "{length}"
        );
    }
    let mut body = vec![b'.'; SEARCHED - MARGIN - 1000];
    body.extend_from_slice("x".repeat(100_000).as_bytes());
    let (shown, _) = knowing(&"x".repeat(100_000)).body(&body, usize::MAX);
    assert!(!shown.contains("xx"));
}

#[test]
fn the_search_grows_with_the_number_of_secrets_and_hardly_with_their_length() {
    let sizes = |secret: &str| Known::new([(secret, 1)].into_iter()).size();
    for secret in long_secrets() {
        let (built, compared) = sizes(&secret);
        // As it is, in hexadecimal, and nested in two alphabets: at most 2 + 3 + 3 * 2 * 3 values of 32 bytes.
        assert!(built <= 23 * 32, "{built}");
        let most = if secret.len() > 1280 { 6 } else { 40 };
        assert!(compared <= most * secret.len(), "{compared} of {}", secret.len());
    }
    let (short, long) = (sizes(&"ab".repeat(400)), sizes(&"ab".repeat(640)));
    assert_eq!(short.0, long.0);
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

#[test]
fn equal_secrets_have_equal_marks_within_one_redactor_only() {
    let (one, other) = (knowing("test-secret-one"), knowing("test-secret-one"));
    let shown = one.text("a=test-secret-one b=dGVzdC1zZWNyZXQtb25l c=%74est-secret-one");
    let marks: Vec<&str> = shown.split(' ').map(|part| &part[2..]).collect();
    assert!(
        marks.iter().all(|mark| *mark == one.mark(b"test-secret-one")),
        "{shown}"
    );
    assert_ne!(one.mark(b"test-secret-one"), other.mark(b"test-secret-one"));
}

#[test]
fn places_are_redacted_without_knowing_the_value() {
    let redactor = Redactor::new();
    for (text, shown) in [
        (r#"{"client_secret": "ab", "name":"x"}"#, r#"{"client_secret": "#),
        (r#"{"apiSecret": "ab", "name":"x"}"#, r#"{"apiSecret": "#),
        (r#"{"user_password": "ab"}"#, r#"{"user_password": "#),
        (r#"{"accessKeySecret":"a\"b"}"#, r#"{"accessKeySecret":"#),
        (r#"{"token":12345}"#, r#"{"token":"#),
        (r#"{"password":["one","two"],"name":"x"}"#, r#"{"password":"#),
        (
            r#"{"inner":"{\"client_secret\":\"abc\"}"}"#,
            r#"{"inner":"{\"client_secret\":\""#,
        ),
        (r#"{"access_token":"cut off"#, r#"{"access_token":""#),
        (
            "grant_type=password&username=u1&password=p1",
            "grant_type=password&username=",
        ),
        (
            "https://example.com/add?userId=1&token=ott-1&backUrl=x",
            "https://example.com/add?userId=1&token=",
        ),
        ("see https://user:pass@example.com/x", "see https://"),
        (
            "sent Authorization: Basic dXNlcjpwYXNzd29yZDEyMw== to",
            "sent Authorization: Basic ",
        ),
        ("got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln there", "got "),
    ] {
        let found = redactor.text(text);
        assert!(found.starts_with(shown), "{found}");
        assert!(found.contains("<redacted:"), "{found}");
    }
    let form = redactor.text("username=u1&password=p1&x=y");
    assert!(
        !form.contains("u1") && !form.contains("p1") && form.ends_with("&x=y"),
        "{form}"
    );
    let list = redactor.text(r#"{"password":["one","two"],"name":"x"}"#);
    assert!(
        !list.contains("one") && list.ends_with(r#","name":"x"}"#),
        "{list}"
    );
}

#[test]
fn what_is_no_secret_stays_as_it_is() {
    let redactor = knowing("test-secret");
    for text in [
        r#"{"token_type":"Bearer","expires_in":3600,"token":null,"hasPassword":true}"#,
        "grant_type=password",
        r#"{ "error" : "invalid_client",  "error_description" : "Bearer authentication is needed" }"#,
        "The token: expired. Secret of the matter. 1+1=2 & so on; \\n %zz &nosuch;",
        "https://example.com/a@b?x=1#y",
        "test-secre t",
        "",
    ] {
        assert_eq!(redactor.text(text), text);
    }
}

#[test]
fn short_secrets_are_redacted_by_place_only() {
    let redactor = knowing("abc12");
    assert_eq!(redactor.text("the abc12 road"), "the abc12 road");
    assert!(!redactor.text(r#"{"client_secret":"abc12"}"#).contains("abc12"));
}

#[test]
fn a_secret_is_known_with_and_without_its_stray_spaces() {
    let redactor = knowing(" test-secret\n");
    assert!(!redactor.text("x test-secret y").contains("test-secret"));
}

#[test]
fn overlapping_secrets_leave_nothing_between_them() {
    let redactor = knowing("test-one-two");
    redactor.add_token("two-three");
    let shown = redactor.text("a test-one-two-three b");
    assert_eq!(shown, format!("a {} b", redactor.mark(b"test-one-two")));
}

#[test]
fn headers_keep_their_scheme_and_nothing_else() {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", HeaderValue::from_static("Bearer sim_token_1"));
    headers.insert("set-cookie", HeaderValue::from_static("session=abc; Path=/"));
    headers.insert("x-api-key", HeaderValue::from_static("k1"));
    headers.insert("location", HeaderValue::from_static("/next?token=ott-1&x=1"));
    headers.insert("content-type", HeaderValue::from_static("text/html"));
    let redactor = Redactor::new();
    let shown = redactor.headers(&headers);
    let value = |name: &str| &shown.iter().find(|(have, _)| have == name).unwrap().1;
    assert_eq!(
        *value("authorization"),
        format!("Bearer {}", redactor.mark(b"sim_token_1"))
    );
    assert_eq!(*value("set-cookie"), redactor.mark(b"session=abc; Path=/"));
    assert_eq!(*value("x-api-key"), redactor.mark(b"k1"));
    assert_eq!(
        *value("location"),
        format!("/next?token={}&x=1", redactor.mark(b"ott-1"))
    );
    assert_eq!(value("content-type"), "text/html");
}

#[test]
fn urls_lose_user_info_and_secret_parameters() {
    let url = Url::parse("https://u:p@example.com/a?apikey=k%2B1&b=2&api_key=k2#f").unwrap();
    let redactor = Redactor::new();
    let (one, two) = (redactor.mark(b"k+1"), redactor.mark(b"k2"));
    assert_eq!(
        redactor.url(&url),
        format!("https://example.com/a?apikey={one}&b=2&api_key={two}#f")
    );
}

#[test]
fn handed_out_tokens_become_known_and_messages_do_not() {
    let redactor = Redactor::new();
    redactor.learn(br#"{"access_token":"sim_token_0123456789","client_id":"a-client-of-twenty-chars","password":"must not be empty, please"}"#);
    assert!(!redactor.text("x sim_token_0123456789 y").contains("sim_token"));
    let stays = "a-client-of-twenty-chars must not be empty, please";
    assert_eq!(redactor.text(stays), stays);
}

#[test]
fn a_secret_at_the_cut_of_a_long_body_does_not_show() {
    let secret = "sim_secret_0123456789abcdef";
    let redactor = knowing(secret);
    for at in (SEARCHED - MARGIN - 40)..(SEARCHED - MARGIN + 3) {
        let mut body = vec![b'.'; at];
        body.extend_from_slice(secret.as_bytes());
        body.resize(2 * SEARCHED, b'.');
        let (shown, cut) = redactor.body(&body, usize::MAX);
        assert!(cut);
        assert!(!shown.contains("sim_s"), "at {at}");
    }
    let mut body = vec![b'.'; SEARCHED - 10];
    body.extend_from_slice(secret.as_bytes());
    assert!(!redactor.body(&body, usize::MAX).0.contains("sim_"));
}

#[test]
fn clipping_keeps_characters_and_marks_whole() {
    assert_eq!(clip("aé".to_owned(), 2), ("a".to_owned(), true));
    assert_eq!(clip("ab".to_owned(), 2), ("ab".to_owned(), false));
    let redactor = knowing("test-secret");
    let shown = redactor.text("ab test-secret");
    assert_eq!(clip(shown, 10), ("ab ".to_owned(), true));
}

#[test]
fn debug_says_how_many_and_not_which() {
    assert_eq!(format!("{:?}", knowing("test-secret")), "Redactor(1 known)");
}

#[test]
fn what_the_marks_stand_for_is_told_without_the_values() {
    let redactor = Redactor::new();
    redactor.add_named(&SecretString::from(" canary-8f2c41 "), "Access Key Secret");
    redactor.add_token("handed-out-token");
    let mut headers = HeaderMap::new();
    headers.insert(
        "authorization",
        HeaderValue::from_static("Bearer of-nobody-known"),
    );
    headers.insert("x-note", HeaderValue::from_static("canary-8f2c41"));
    let shown = redactor.headers(&headers);
    let text = redactor.text(
        r#"{"password":"canary-8f2c41","client_secret":"another","a":"handed-out-token","u":"https://me:pw@example.com"}"#,
    );
    let document = format!("{shown:?} {text}");
    let taken = redactor.taken();
    let mut counted: Vec<(Taken, usize)> = Vec::new();
    for mark in marks(&document) {
        let what = taken[mark].clone();
        match counted.iter_mut().find(|(known, _)| *known == what) {
            Some((_, times)) => *times += 1,
            None => counted.push((what, 1)),
        }
    }
    counted.sort();
    assert_eq!(
        counted,
        [
            (Taken::Secret("Access Key Secret"), 2),
            (Taken::Header("authorization".to_owned()), 1),
            (Taken::Field("clientsecret"), 1),
            (Taken::UserInfo, 1),
            (Taken::Token, 1),
        ]
    );
    assert!(!format!("{taken:?}").contains("canary"));
}

#[test]
fn marks_are_read_from_any_text() {
    assert_eq!(
        marks("a <redacted:0123abcd><redacted:zz> <redacted:0123").collect::<Vec<_>>(),
        ["0123abcd"]
    );
    assert_eq!(
        marks("<redacted:é123abcd> <redacted:00000001>").collect::<Vec<_>>(),
        ["00000001"]
    );
}
