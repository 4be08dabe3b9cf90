//! Says whether one answer of an integration box keeps the contract, and what is wrong when it does not.
//!
//! Only what is documented, or what CXone provably needs, breaks it. The rest is a remark.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::outbound::{LegacyAnswer, OutboundAnswer};
use crate::recipient::{ValidationAnswer, ValidationRefusal};
use crate::token::TokenAnswer;

/// Which call was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A message or sender action without a valid token: the box must ask for one.
    WithoutToken,
    /// The token request.
    Token,
    /// The 2.0 message, with a token.
    Outbound,
    /// The 1.0 message, with a token.
    LegacyOutbound,
    /// Typing, with a token.
    SenderAction,
    /// Recipient validation, with a token.
    RecipientValidation,
}

/// How sure a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The vendor says so.
    Documented,
    /// Public code does so.
    SeenInCode,
    /// Our conclusion.
    Inferred,
}

/// What can be said about an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Finding {
    /// Another status than the contract wants.
    Status {
        /// The statuses that keep it.
        wanted: Vec<u16>,
        /// The one that came.
        found: u16,
    },
    /// The body should be JSON and is not labelled so.
    ContentType {
        /// What came, if anything.
        found: Option<String>,
    },
    /// The body is not JSON.
    NotJson,
    /// A field is missing or has another form.
    Shape {
        /// What the reader stumbled over.
        detail: String,
    },
    /// A field that must say something is empty.
    Empty {
        /// Path of the field.
        field: String,
    },
    /// A field that complete answers have is missing.
    Incomplete {
        /// Path of the field.
        field: String,
    },
    /// A body where none is expected.
    UnexpectedBody,
}

/// A finding and how much it weighs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// What was found.
    pub finding: Finding,
    /// Whether it breaks the contract; else it is a remark.
    pub breaks: bool,
    /// How sure the rule is.
    pub mark: Mark,
}

/// The verdict on one answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether the contract is kept.
    pub kept: bool,
    /// Everything worth saying, in the order it was found.
    pub findings: Vec<Judgement>,
}

/// Judges the answer to a call. `content_type` as it stood in the header; `body` as it came.
pub fn judge(step: Step, status: u16, content_type: Option<&str>, body: &[u8]) -> Verdict {
    let mut court = Court::default();
    match step {
        Step::WithoutToken => court.status(status, &[401], Mark::SeenInCode),
        Step::Token => {
            court.status(status, &[200], Mark::SeenInCode);
            if let Some(answer) = court.json::<TokenAnswer>(content_type, body, Mark::SeenInCode) {
                court.filled(
                    "access_token",
                    secrecy::ExposeSecret::expose_secret(&answer.access_token),
                );
                court.complete("token_type", answer.token_type.is_some());
                court.complete("expires_in", answer.expires_in.is_some());
            }
        }
        Step::Outbound => {
            court.status(status, &[200], Mark::Documented);
            if let Some(answer) = court.json::<OutboundAnswer>(content_type, body, Mark::Documented) {
                court.filled(
                    "message.idOnExternalPlatform",
                    &answer.message.id_on_external_platform,
                );
                court.complete(
                    "message.createdAtWithMilliseconds",
                    answer.message.created_at_with_milliseconds.is_some(),
                );
                court.complete("thread", answer.thread.is_some());
            }
        }
        Step::LegacyOutbound => {
            court.status(status, &[200], Mark::Documented);
            if let Some(answer) = court.json::<LegacyAnswer>(content_type, body, Mark::Documented) {
                court.filled("idOnExternalPlatform", &answer.id_on_external_platform);
            }
        }
        Step::SenderAction => {
            // 204 is seen; 200 does the same for any HTTP client.
            court.status(status, &[204, 200], Mark::SeenInCode);
            if !body.is_empty() {
                court.say(Finding::UnexpectedBody, false, Mark::SeenInCode);
            }
        }
        Step::RecipientValidation => {
            court.status(status, &[200, 400], Mark::SeenInCode);
            if status == 400 {
                if let Some(answer) = court.json::<ValidationRefusal>(content_type, body, Mark::SeenInCode) {
                    court.filled("displayErrorMessage", &answer.display_error_message);
                }
            } else {
                court.json::<ValidationAnswer>(content_type, body, Mark::SeenInCode);
            }
        }
    }
    court.verdict()
}

/// Collects findings. Once the status is wrong, the body is an error of some kind and is not judged.
#[derive(Default)]
struct Court {
    findings: Vec<Judgement>,
    closed: bool,
}

impl Court {
    fn say(&mut self, finding: Finding, breaks: bool, mark: Mark) {
        self.findings.push(Judgement {
            finding,
            breaks,
            mark,
        });
    }

    fn status(&mut self, found: u16, wanted: &[u16], mark: Mark) {
        if !wanted.contains(&found) {
            self.say(
                Finding::Status {
                    wanted: wanted.to_vec(),
                    found,
                },
                true,
                mark,
            );
            self.closed = true;
        }
    }

    fn json<T: DeserializeOwned>(
        &mut self,
        content_type: Option<&str>,
        body: &[u8],
        mark: Mark,
    ) -> Option<T> {
        if self.closed {
            return None;
        }
        if !content_type.is_some_and(is_json) {
            self.say(
                Finding::ContentType {
                    found: content_type.map(str::to_owned),
                },
                false,
                Mark::Inferred,
            );
        }
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            self.say(Finding::NotJson, true, mark);
            return None;
        };
        match T::deserialize(value) {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.say(
                    Finding::Shape {
                        detail: error.to_string(),
                    },
                    true,
                    mark,
                );
                None
            }
        }
    }

    fn filled(&mut self, field: &str, text: &str) {
        if text.is_empty() {
            self.say(
                Finding::Empty {
                    field: field.to_owned(),
                },
                true,
                Mark::SeenInCode,
            );
        }
    }

    fn complete(&mut self, field: &str, there: bool) {
        if !there {
            self.say(
                Finding::Incomplete {
                    field: field.to_owned(),
                },
                false,
                Mark::SeenInCode,
            );
        }
    }

    fn verdict(self) -> Verdict {
        Verdict {
            kept: !self.findings.iter().any(|judgement| judgement.breaks),
            findings: self.findings,
        }
    }
}

fn is_json(content_type: &str) -> bool {
    let media_type = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    media_type == "application/json" || media_type.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: Option<&str> = Some("application/json; charset=utf-8");

    fn findings(verdict: &Verdict) -> Vec<&Finding> {
        verdict
            .findings
            .iter()
            .map(|judgement| &judgement.finding)
            .collect()
    }

    #[test]
    fn without_a_token_only_401_will_do() {
        assert_eq!(
            judge(Step::WithoutToken, 401, None, b""),
            Verdict {
                kept: true,
                findings: vec![]
            }
        );
        for status in [200, 403, 404, 500] {
            let verdict = judge(Step::WithoutToken, status, None, b"");
            assert!(!verdict.kept);
            assert_eq!(
                findings(&verdict),
                [&Finding::Status {
                    wanted: vec![401],
                    found: status
                }]
            );
        }
    }

    #[test]
    fn a_token_answer_may_be_short_but_not_empty() {
        let full = br#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"#;
        assert_eq!(
            judge(Step::Token, 200, JSON, full),
            Verdict {
                kept: true,
                findings: vec![]
            }
        );
        let short = judge(Step::Token, 200, JSON, br#"{"access_token":"t"}"#);
        assert!(short.kept && short.findings.len() == 2);
        let empty = judge(
            Step::Token,
            200,
            JSON,
            br#"{"access_token":"","token_type":"Bearer","expires_in":1}"#,
        );
        assert_eq!(
            findings(&empty),
            [&Finding::Empty {
                field: "access_token".into()
            }]
        );
        assert!(!empty.kept);
        assert!(!judge(Step::Token, 401, JSON, br#"{"error":"invalid_client"}"#).kept);
    }

    #[test]
    fn an_outbound_answer_needs_status_200_and_a_message_id() {
        let full = br#"{"message":{"idOnExternalPlatform":"m","createdAtWithMilliseconds":"2026-03-02T09:15:30.120+00:00"},
            "thread":{"idOnExternalPlatform":"t"},"endUserIdentities":[],"recipients":[]}"#;
        assert_eq!(
            judge(Step::Outbound, 200, JSON, full),
            Verdict {
                kept: true,
                findings: vec![]
            }
        );
        assert!(
            !judge(Step::Outbound, 201, JSON, full).kept,
            "another 2xx is not the documented 200"
        );

        let unlabelled = judge(Step::Outbound, 200, None, full);
        assert!(unlabelled.kept);
        assert_eq!(findings(&unlabelled), [&Finding::ContentType { found: None }]);

        let html = judge(Step::Outbound, 200, Some("text/html"), b"<html>");
        assert!(!html.kept && findings(&html).contains(&&Finding::NotJson));
        let shape = judge(Step::Outbound, 200, JSON, b"{}");
        assert!(matches!(findings(&shape)[0], Finding::Shape { .. }) && !shape.kept);
        let empty = judge(
            Step::Outbound,
            200,
            JSON,
            br#"{"message":{"idOnExternalPlatform":""},"thread":null}"#,
        );
        assert!(!empty.kept);
    }

    #[test]
    fn the_older_call_wants_its_id_at_the_top() {
        assert!(
            judge(
                Step::LegacyOutbound,
                200,
                JSON,
                br#"{"idOnExternalPlatform":"m"}"#
            )
            .kept
        );
        assert!(
            !judge(
                Step::LegacyOutbound,
                200,
                JSON,
                br#"{"message":{"idOnExternalPlatform":"m"}}"#
            )
            .kept
        );
    }

    #[test]
    fn typing_and_validation() {
        assert!(judge(Step::SenderAction, 204, None, b"").kept);
        let chatty = judge(Step::SenderAction, 200, JSON, b"{}");
        assert!(chatty.kept && findings(&chatty) == [&Finding::UnexpectedBody]);
        assert!(!judge(Step::SenderAction, 404, None, b"").kept);

        assert!(judge(Step::RecipientValidation, 200, JSON, br#"{"status":"valid"}"#).kept);
        let refusal = serde_json::to_vec(&ValidationRefusal::at(
            &["endUserRecipients", "0"],
            "Unknown user",
        ))
        .unwrap();
        assert!(judge(Step::RecipientValidation, 400, JSON, &refusal).kept);
        assert!(!judge(Step::RecipientValidation, 400, JSON, b"{}").kept);
    }
}
