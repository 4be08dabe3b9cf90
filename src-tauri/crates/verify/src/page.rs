//! The report as one HTML file for support: no script, nothing from elsewhere, readable in light and dark and on paper.
//!
//! Whatever a server said is in it, so every text passes [`Text`], which leaves no character that could begin markup. The
//! page forbids scripts and requests by its own policy on top.

use std::fmt::{self, Display, Write as _};

use jiff::Timestamp;
use transport::{Exchange, Phases};

use crate::outcome::RunOutcome;
use crate::render::call;
use crate::report::{CheckResult, Report};

/// What a page says of the run besides its report.
#[derive(Debug, Clone)]
pub struct Cover {
    /// Name of the profile; empty where there is none.
    pub profile: String,
    /// When the run ended.
    pub at: Timestamp,
    /// Version of the program.
    pub version: String,
}

const STYLE: &str = include_str!("page.css");

/// Nothing may be loaded or sent, whatever a text would manage to become.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

impl Report {
    /// One HTML file. It holds no secret, because the report does not.
    pub fn to_html(&self, cover: &Cover) -> String {
        let mut page = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_page(&mut page, cover);
        page
    }

    fn write_page(&self, out: &mut String, cover: &Cover) -> fmt::Result {
        let of = match cover.profile.is_empty() {
            true => String::new(),
            false => format!(" of {}", cover.profile),
        };
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>Handover verification{of}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <h1>Handover verification{of}</h1>\n\
             <p class=\"about\">{at}, Handover Desk {version}. {tally}</p>\n\
             <p class=\"headline {outcome}\">{headline}</p>\n",
            of = Text(&of),
            at = cover.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
            version = Text(&cover.version),
            tally = self.tally(),
            outcome = run_class(self.outcome),
            headline = Text(&self.headline),
        )?;
        for (group, checks) in self.groups() {
            writeln!(out, "<h2>{}</h2>", Text(group.title()))?;
            for check in checks {
                write_check(out, check)?;
            }
        }
        self.write_redacted(out)?;
        out.push_str("</body>\n</html>\n");
        Ok(())
    }

    fn write_redacted(&self, out: &mut String) -> fmt::Result {
        out.push_str("<h2>Taken out</h2>\n");
        if self.redacted.is_empty() {
            out.push_str("<p>This report holds no secret, and nothing had to be taken out.</p>\n");
            return Ok(());
        }
        out.push_str(
            "<p>This report holds no secret. In place of each value stands a mark; equal marks stand for equal values.</p>\n\
             <table><thead><tr><th>kind</th><th>name</th><th>mark</th><th>times</th></tr></thead><tbody>\n",
        );
        for row in &self.redacted {
            writeln!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                row.kind.word(),
                Text(&row.name),
                Text(&row.mark),
                row.times
            )?;
        }
        out.push_str("</tbody></table>\n");
        Ok(())
    }
}

fn write_check(out: &mut String, check: &CheckResult) -> fmt::Result {
    let outcome = check.outcome.word();
    let open = if check.is_problem() { " open" } else { "" };
    write!(
        out,
        "<details class=\"check\"{open}><summary><span class=\"outcome {outcome}\">{outcome}</span>\
         <span class=\"id\">{}</span>{}</summary>\n<div class=\"in\">\n<p>{}</p>\n<dl>",
        Text(&check.id),
        Text(&check.title),
        Text(&check.message)
    )?;
    let mut line = |term: &str, text: &str| write!(out, "<dt>{term}</dt><dd>{}</dd>", Text(text));
    if let Some(hint) = &check.hint {
        line("To do", hint)?;
    }
    line("Tried", &check.tried)?;
    if let Some(found) = &check.found {
        line("Found", found)?;
    }
    line(
        "Rule",
        &format!("{} ({})", check.source.text, check.source.mark.word()),
    )?;
    out.push_str("</dl>\n");
    if !check.compared.is_empty() {
        out.push_str("<table><thead><tr><th>value</th><th>expected</th><th>found</th></tr></thead><tbody>\n");
        for row in &check.compared {
            writeln!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                Text(&row.what),
                Text(row.expected.as_deref().unwrap_or("-")),
                Text(row.found.as_deref().unwrap_or("-"))
            )?;
        }
        out.push_str("</tbody></table>\n");
    }
    for exchange in &check.evidence {
        write_exchange(out, exchange)?;
    }
    out.push_str("</div></details>\n");
    Ok(())
}

fn write_exchange(out: &mut String, exchange: &Exchange) -> fmt::Result {
    writeln!(
        out,
        "<details class=\"call\"><summary>{}</summary>",
        Text(&call(exchange))
    )?;
    write_phases(out, &exchange.phases)?;
    write_message(
        out,
        "Request",
        &exchange.request_headers,
        exchange.request_body.as_deref(),
    )?;
    write_message(
        out,
        "Answer",
        &exchange.response_headers,
        exchange.response_body.as_deref(),
    )?;
    if exchange.body_truncated {
        out.push_str("<p class=\"soft\">The body was longer; this is its beginning.</p>\n");
    }
    out.push_str("</details>\n");
    Ok(())
}

fn write_message(
    out: &mut String,
    title: &str,
    headers: &[(String, String)],
    body: Option<&str>,
) -> fmt::Result {
    if headers.is_empty() && body.is_none_or(str::is_empty) {
        return Ok(());
    }
    write!(out, "<p class=\"soft\">{title}</p><pre>")?;
    for (name, value) in headers {
        writeln!(out, "{}: {}", Text(name), Text(value))?;
    }
    if let Some(body) = body.filter(|body| !body.is_empty()) {
        write!(out, "\n{}", Lines(body))?;
    }
    out.push_str("</pre>\n");
    Ok(())
}

/// The measured phases one after the other, as parts of one bar, with their words below.
fn write_phases(out: &mut String, phases: &Phases) -> fmt::Result {
    let parts = [
        ("proxy", "p-resolve", phases.proxy_connect),
        ("resolve", "p-resolve", phases.resolve),
        ("connection", "p-connect", phases.connection),
        ("connect", "p-connect", phases.connect),
        ("TLS", "p-tls", phases.tls),
        ("send", "p-connect", phases.send),
        ("first byte", "p-first", phases.first_byte),
        ("body", "p-body", phases.body),
    ];
    let measured: Vec<_> = parts
        .into_iter()
        .filter_map(|(name, class, time)| Some((name, class, time.filter(|time| time.is_finite())?.max(0.0))))
        .collect();
    let all: f64 = measured.iter().map(|(_, _, time)| time).sum();
    if all <= 0.0 {
        return Ok(());
    }
    out.push_str("<svg viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    let mut at = 0.0;
    for (_, class, time) in &measured {
        let width = time / all * 100.0;
        write!(
            out,
            "<rect class=\"{class}\" x=\"{at:.2}\" y=\"0\" width=\"{width:.2}\" height=\"1\"/>"
        )?;
        at += width;
    }
    let words: Vec<String> = measured
        .iter()
        .map(|(name, _, time)| format!("{name} {time:.0} ms"))
        .collect();
    writeln!(out, "</svg><p class=\"soft\">{}</p>", words.join(", "))
}

const fn run_class(outcome: RunOutcome) -> &'static str {
    match outcome {
        RunOutcome::Pass => "pass",
        RunOutcome::Warn => "warn",
        RunOutcome::Unknown => "unknown",
        RunOutcome::Fail => "fail",
        RunOutcome::Crashed => "crashed",
        RunOutcome::Cancelled => "cancelled",
    }
}

/// Text on one line that cannot become markup, nor turn the text around it.
struct Text<'a>(&'a str);

/// The same, with its line breaks and tabs.
struct Lines<'a>(&'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '\n' | '\r' | '\t' => f.write_char(' '),
            c => harmless(f, c),
        })
    }
}

impl Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '\n' | '\t' => f.write_char(c),
            c => harmless(f, c),
        })
    }
}

fn harmless(f: &mut fmt::Formatter<'_>, c: char) -> fmt::Result {
    match c {
        '&' => f.write_str("&amp;"),
        '<' => f.write_str("&lt;"),
        '>' => f.write_str("&gt;"),
        '"' => f.write_str("&quot;"),
        '\'' => f.write_str("&#39;"),
        c if c.is_control() || profile::is_format_mark(c) => write!(f, "{}", c.escape_unicode()),
        c => f.write_char(c),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// A report in which every text that can come from outside is `text`.
    fn report(text: &str) -> Report {
        let exchange = json!({
            "id": 1, "label": text, "started_at": "2026-11-24T08:00:00Z", "method": text, "url": text,
            "request_headers": [[text, text]], "request_body": text, "status": 401,
            "response_headers": [[text, text]], "response_body": text, "body_truncated": true,
            "phases": { "resolve": 1.0, "connection": 3.0, "first_byte": 5.0, "body": 1.0, "total": 10.0 },
            "http_version": text, "remote": text, "trace_id": text, "failure": null
        });
        let check = |outcome: &str| -> Value {
            json!({
                "id": "HD-303", "group": "sign_in", "title": text, "outcome": outcome, "severity": "error",
                "blocked_by": [], "message": text, "hint": text, "tried": text, "found": text,
                "source": { "mark": "documented", "text": text },
                "compared": [{ "what": text, "expected": text, "found": null }],
                "duration_ms": 12, "evidence": [exchange]
            })
        };
        serde_json::from_value(json!({
            "outcome": "fail", "headline": text, "duration_ms": 1200, "checks": [check("fail"), check("pass")],
            "redacted": [{ "kind": "header", "name": text, "mark": text, "times": 2 }]
        }))
        .unwrap()
    }

    fn page(text: &str) -> String {
        report(text).to_html(&Cover {
            profile: text.to_owned(),
            at: "2026-11-24T08:00:00Z".parse().unwrap(),
            version: text.to_owned(),
        })
    }

    /// Every tag with its attributes, in order: what a browser would build.
    fn tags(page: &str) -> Vec<&str> {
        page.match_indices('<')
            .map(|(at, _)| &page[at..at + page[at..].find('>').map_or(0, |end| end + 1)])
            .collect()
    }

    #[test]
    fn hostile_text_stays_text() {
        for text in [
            "<script>alert(1)</script>",
            "</pre></details><img src=x onerror=alert(1)>",
            "\" onmouseover=\"alert(1)",
            "&lt;b&gt; &#60;",
            "</style><svg/onload=x>",
            "<!--",
            "\u{202e}evil\0",
        ] {
            let hostile = page(text);
            assert_eq!(tags(&hostile), tags(&page("plain")), "{text}");
            assert!(!hostile.contains(['\0', '\u{202e}']));
        }
    }

    proptest! {
        #[test]
        fn no_text_changes_the_page_around_it(text in any::<String>()) {
            let (hostile, plain) = (page(&text), page("plain"));
            prop_assert_eq!(tags(&hostile), tags(&plain));
        }
    }

    #[test]
    fn the_page_asks_for_nothing() {
        let page = page("plain");
        assert!(page.contains("default-src 'none'"));
        for word in [
            "<script",
            "<link",
            "<img",
            "<iframe",
            "src=",
            "href=",
            "url(",
            "@import",
            "javascript:",
        ] {
            assert!(!page.contains(word), "{word}");
        }
        assert!(page.contains("prefers-color-scheme: dark") && page.contains("@media print"));
    }
}
