//! The sentences of verdicts.

use transport::{Failure, FailureKind, TlsProblem};

use crate::SaveCall;
use crate::diagnosis::{CognigySays, CognigyStatus};
use crate::problem::{KeyState, OwnerState, Problem, Refusal, Trouble};
use crate::sample::Sample;
use crate::slow::{advice, side};
use crate::verdict::{Code, Confidence, Measured, Side, Verdict};

const KEY_PATH: &str = "In CXone, open Admin, then the employee profile used for API access, then Security";
const MAIL: &str = "Compare Client ID and Client Secret with the mail from NiCE, without spaces.";

/// Milliseconds for people.
pub(crate) fn time(ms: f64) -> String {
    if ms >= 10_000.0 {
        format!("{:.0} s", ms / 1000.0)
    } else if ms >= 1000.0 {
        format!("{:.1} s", ms / 1000.0)
    } else {
        format!("{ms:.0} ms")
    }
}

/// Connections that were tried.
pub(crate) fn attempts(sample: &Sample) -> String {
    let one = |attempt: &transport::probe::Attempt| {
        let came = if attempt.failure.is_some() {
            "nothing"
        } else {
            "answered"
        };
        format!("{} {came} after {}", attempt.address, time(attempt.ms))
    };
    sample.attempts.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What Cognigy.AI said.
pub(crate) fn said(says: &CognigySays) -> String {
    let when = says.at.map_or_else(String::new, |at| format!(" at {at}"));
    let what = says
        .error
        .as_deref()
        .map_or_else(String::new, |error| format!(": {error}"));
    format!("Cognigy.AI says that its last Save failed{when}{what}")
}

/// Nothing is wrong from here.
pub(crate) fn well(measured: Measured<'_>) -> Verdict {
    if let Some(says) = measured.cognigy
        && says.status == CognigyStatus::Failed
    {
        let mut verdict = Verdict::new(
            Code::CognigySaveFailed,
            Confidence::High,
            "From this computer everything that Save needs answers in time, but Cognigy.AI says that its last Save failed.",
        )
        .on(Side::Cognigy)
        .hint(
            "Save again now. If it fails again, the fault is on the side of the Cognigy.AI install or between it and CXone: \
             ask whoever runs it for the log of the handover service.",
        );
        verdict.evidence = vec![said(says)];
        return verdict;
    }
    if measured.measurement.channel_found == Some(false) {
        return Verdict::new(
            Code::SaveElsewhere,
            Confidence::Low,
            "From this computer everything that Save needs answers in time, and yet CXone has no channel of this provider.",
        )
        .on(Side::Cognigy)
        .hint(
            "Save now. If Save stays active, what is left is the Cognigy.AI install or the way from it to CXone: ask whoever \
             runs it whether it may reach CXone.",
        );
    }
    let slowest = measured
        .calls
        .iter()
        .filter_map(|stats| Some((stats.call, stats.p50.total?)));
    let message = match slowest.max_by(|a, b| a.1.total_cmp(&b.1)) {
        Some((call, ms)) => format!(
            "Everything that Save needs answers in time. The slowest call, {}, takes {} of {}.",
            call.name(),
            time(ms),
            time(measured.budget_ms)
        ),
        None => "Everything that Save needs answers in time.".to_owned(),
    };
    Verdict::new(Code::Well, Confidence::High, message).hint("Save now, if it is still active.")
}

/// A call that did not do what it should.
pub(crate) fn wrong(measured: Measured<'_>, trouble: &Trouble) -> Verdict {
    let call = trouble.call;
    let sample = measured
        .measurement
        .rounds
        .iter()
        .filter(|round| round.round == trouble.round)
        .flat_map(|round| &round.calls)
        .rfind(|sample| sample.call == call);
    let host = sample.map_or("CXone", |sample| sample.host.as_str());
    let mut verdict = match &trouble.problem {
        Problem::Missing { fields } => {
            let names: Vec<_> = fields.iter().map(|field| field.label()).collect();
            Verdict::new(
                Code::ProfileIncomplete,
                Confidence::High,
                format!("The {} call cannot be made: {} missing.", call.name(), is(&names)),
            )
            .on(Side::ThisComputer)
            .hint(
                fields
                    .first()
                    .map(|field| field.find().to_string())
                    .unwrap_or_default(),
            )
        }
        Problem::Untrusted { host } => Verdict::new(
            Code::UntrustedHost,
            Confidence::High,
            format!("{host} is not a host of this CXone cloud, so no credential is sent there."),
        )
        .on(Side::ThisComputer)
        .hint("Ask NiCE whether the host is theirs. If it is, confirm it in Verify."),
        Problem::NoAnswer { failure } => no_answer(call, host, failure, sample),
        Problem::Http2 { failure } => {
            let mut verdict = Verdict::new(
                Code::Http2Refused,
                Confidence::High,
                format!("{host} offers HTTP/2 and then breaks it off; by HTTP/1.1 it answers."),
            )
            .on(Side::Network)
            .hint("Something on the way mishandles HTTP/2: ask whoever runs the firewall or proxy of this computer.");
            verdict.phase = failure.phase;
            verdict.evidence = vec![failure.detail.clone()];
            verdict
        }
        Problem::Service {
            status,
            retry_after_s,
        } => Verdict::new(
            Code::ServiceError,
            Confidence::High,
            format!(
                "CXone fails at the {} call: {host} answers {status}.",
                call.name()
            ),
        )
        .on(Side::Cxone)
        .hint(format!(
            "This says nothing about your values. {}",
            again(*retry_after_s)
        )),
        Problem::RateLimit { retry_after_s } => Verdict::new(
            Code::RateLimit,
            Confidence::High,
            format!(
                "CXone answers the {} call with 429: there were too many requests.",
                call.name()
            ),
        )
        .on(Side::Cxone)
        .hint(format!(
            "This says nothing about your values. {}",
            again(*retry_after_s)
        )),
        Problem::Page { status } => page(call, host, *status),
        Problem::Unexpected { status } => {
            let status = status.map_or_else(String::new, |status| format!(" ({status})"));
            Verdict::new(
                Code::UnexpectedAnswer,
                Confidence::Medium,
                format!("{host} answers the {} call in a way that CXone does not{status}.", call.name()),
            )
            .on(Side::Cxone)
            .hint("Check that the cloud of the profile is the right one, then verify the profile: it looks closer.")
        }
        Problem::SignIn {
            refusal,
            accepted_before,
            key_alone,
            key,
        } => sign_in(*refusal, *accepted_before, *key_alone, key.as_ref()),
        Problem::Tenant { status } => Verdict::new(
            Code::Tenant,
            Confidence::High,
            format!("This CXone cloud does not know the Tenant ID ({status})."),
        )
        .on(Side::ThisComputer)
        .hint(profile::ProfileField::TenantId.find().to_string()),
        Problem::OtherTenant { found } => Verdict::new(
            Code::Tenant,
            Confidence::High,
            format!(
                "The credentials belong to tenant {found}, not to {}.",
                measured.entered.tenant_id.unwrap_or("the one entered")
            ),
        )
        .on(Side::ThisComputer)
        .hint("Use the access key and the client of the tenant you entered, or correct the Tenant ID."),
        Problem::BusinessUnit { found } => Verdict::new(
            Code::BusinessUnit,
            Confidence::High,
            format!(
                "The Business Unit ID is {}, and the credentials belong to {found}.",
                measured.entered.business_unit.unwrap_or("missing")
            ),
        )
        .on(Side::ThisComputer)
        .hint(format!("Enter {found}, here and in Cognigy.AI.")),
        Problem::Role { status } => Verdict::new(
            Code::Role,
            Confidence::High,
            format!(
                "The sign-in works, but the owner of the access key may not make the {} call ({status}).",
                call.name()
            ),
        )
        .on(Side::Cxone)
        .hint("In CXone, open Admin, then the role of the employee whose key it is, and allow it."),
        Problem::Owner { .. } => Verdict::new(Code::KeyOwner, Confidence::Medium, ""),
    };
    verdict.call = Some(call);
    if let Some(id) = sample.and_then(|sample| sample.trace_id.as_deref()) {
        verdict
            .evidence
            .push(format!("Round {}, {}: trace id {id}", trouble.round, call.name()));
    }
    verdict
}

fn is(names: &[&str]) -> String {
    match names {
        [one] => format!("{one} is"),
        _ => format!("{} are", names.join(", ")),
    }
}

fn again(retry_after_s: Option<u64>) -> String {
    match retry_after_s {
        Some(seconds) => format!("Try again in {seconds} s, as it asks."),
        None => "Let Handover Desk tell you when it is well again, and save then.".to_owned(),
    }
}

fn page(call: SaveCall, host: &str, status: u16) -> Verdict {
    if call == SaveCall::Discovery {
        return Verdict::new(
            Code::CaptivePortal,
            Confidence::Medium,
            format!("A web page ({status}) answers in place of {host}: a network that wants a sign-in, or a filter."),
        )
        .on(Side::Network)
        .hint("Open any page in a browser on this computer and sign in to the network, or ask whoever runs it.");
    }
    Verdict::new(
        Code::Html,
        Confidence::Medium,
        format!(
            "{host} answers the {} call with a web page ({status}) where JSON should be.",
            call.name()
        ),
    )
    .on(Side::Network)
    .hint("A gateway, a proxy or a maintenance page stands before CXone. Try again; if it stays, ask NiCE.")
}

fn no_answer(call: SaveCall, host: &str, failure: &Failure, sample: Option<&Sample>) -> Verdict {
    let proxied = sample.is_some_and(|sample| sample.proxy.is_some());
    let name = call.name();
    let verdict = match failure.kind {
        FailureKind::Timeout => {
            let Some(phase) = failure.phase else {
                return Verdict::new(Code::Timeout, Confidence::Low, format!("Time ran out in the {name} call."));
            };
            let phases = sample.map(|sample| sample.phases).unwrap_or_default();
            let (side, confidence) = side(phase, &phases, proxied);
            Verdict::new(
                Code::Timeout,
                confidence,
                format!("Time ran out in the {name} call to {host} while {}.", phase.doing()),
            )
            .on(side)
            .hint(advice(side, phase))
        }
        FailureKind::Resolve => Verdict::new(
            Code::Dns,
            Confidence::High,
            format!("The name of {host} has no address."),
        )
        .on(Side::Network)
        .hint("Compare the host with the address in your browser. If it is right, ask whoever runs the DNS or the VPN of this computer."),
        FailureKind::Refused => Verdict::new(
            Code::Refused,
            Confidence::Medium,
            format!("Nothing listens at {host}."),
        )
        .on(Side::Network)
        .hint("Compare host and port. If they are right, a firewall turns this computer away, or CXone is down there."),
        FailureKind::Unreachable => Verdict::new(
            Code::NetworkDown,
            Confidence::Medium,
            format!("There is no way from this computer to {host}."),
        )
        .on(Side::ThisComputer)
        .hint("Check the network, the VPN and the firewall of this computer."),
        FailureKind::Tls if failure.tls == Some(TlsProblem::UnknownIssuer) => {
            let issuer = sample.and_then(|sample| sample.certificate_issuer.as_deref());
            let by = issuer.map_or_else(String::new, |issuer| format!(", issued by {issuer}"));
            Verdict::new(
                Code::TlsInspection,
                Confidence::Medium,
                format!("{host} shows a certificate that this computer does not trust{by}. Something on the way reads along."),
            )
            .on(if proxied { Side::Proxy } else { Side::Network })
            .hint("Ask whoever runs the network to let CXone through unread, or to install their authority on this computer.")
        }
        FailureKind::Tls => Verdict::new(
            Code::Tls,
            Confidence::Medium,
            format!("TLS cannot be agreed on with {host}."),
        )
        .on(Side::Network)
        .hint("Check the clock of this computer and the address. If both are right, ask whoever runs the network."),
        FailureKind::ProxyAuth => Verdict::new(
            Code::ProxyAuth,
            Confidence::High,
            "The proxy on the way wants a sign-in.",
        )
        .on(Side::Proxy)
        .hint("Ask for a proxy rule without sign-in for this computer, or enter the proxy with its user in the system's settings."),
        FailureKind::ProxyFailed => Verdict::new(
            Code::ProxyFailed,
            Confidence::High,
            format!("The proxy does not let the {name} call through to {host}."),
        )
        .on(Side::Proxy)
        .hint("Check the proxy of this computer, and whether it allows the host."),
        FailureKind::Reset => Verdict::new(
            Code::Reset,
            Confidence::Medium,
            format!("{host} breaks the connection off in the {name} call."),
        )
        .on(if proxied { Side::Proxy } else { Side::Network })
        .hint("A firewall or proxy in between, or CXone itself, ends the connection. Try again, and from another network."),
        FailureKind::BodyTooLarge | FailureKind::Protocol | FailureKind::Cancelled => Verdict::new(
            Code::UnexpectedAnswer,
            Confidence::Medium,
            format!("What answers at {host} does not speak HTTP as expected."),
        )
        .on(Side::Network)
        .hint("Check scheme, host and port of the cloud's address."),
    };
    let mut verdict = verdict;
    verdict.phase = failure.phase;
    verdict.evidence = vec![failure.detail.clone()];
    verdict
}

fn sign_in(refusal: Refusal, before: bool, key_alone: Option<bool>, key: Option<&KeyState>) -> Verdict {
    let refused_key = || {
        Verdict::new(
            Code::Key,
            Confidence::Medium,
            "The access key is refused as well.",
        )
        .at(SaveCall::Token, None)
        .on(Side::ThisComputer)
        .hint(format!(
            "{KEY_PATH}: check that the key is active, and compare the Access Key ID."
        ))
    };
    match refusal {
        Refusal::Grant => Verdict::new(
            Code::Client,
            Confidence::High,
            "The registered application may not sign in with an access key.",
        )
        .on(Side::Cxone)
        .hint("Ask NiCE to register it as a back-end application, which may use the password grant."),
        Refusal::Bare if key_alone == Some(false) => Verdict {
            message: "CXone refuses the sign-in without a reason, and the access key by itself as well."
                .to_owned(),
            ..refused_key()
        },
        Refusal::Client | Refusal::Bare => {
            let mut verdict = if before {
                Verdict::new(
                    Code::Client,
                    Confidence::Medium,
                    "CXone accepted the same Client ID and Client Secret before, and refuses them now: the registered \
                     application was disabled or its secret changed.",
                )
                .on(Side::Cxone)
                .hint("Ask NiCE whether the application is active and whether its secret was renewed.")
            } else {
                let confidence = if refusal == Refusal::Client {
                    Confidence::High
                } else {
                    Confidence::Medium
                };
                Verdict::new(Code::ClientSecret, confidence, "Client ID or Client Secret is refused.")
                    .on(Side::ThisComputer)
                    .hint(format!(
                        "{MAIL} If they are right, the application is not active yet (2 to 3 business days) or was disabled: ask NiCE."
                    ))
            };
            match key_alone {
                Some(true) => verdict
                    .evidence
                    .push("The access key is accepted by itself.".to_owned()),
                Some(false) => verdict.also.push(refused_key()),
                None => {}
            }
            verdict
        }
        Refusal::Key => refused_access_key(before, key),
    }
}

fn refused_access_key(before: bool, key: Option<&KeyState>) -> Verdict {
    let owner = key.and_then(|key| key.owner);
    if key.and_then(|key| key.active) == Some(false) {
        return Verdict::new(
            Code::KeyInactive,
            Confidence::High,
            "The access key is switched off.",
        )
        .on(Side::Cxone)
        .hint(format!("{KEY_PATH}: activate the key."));
    }
    if let Some(OwnerState::Inactive | OwnerState::Pending) = owner {
        return Verdict::new(
            Code::KeyOwner,
            Confidence::High,
            "The access key is refused, because its owner is not active in CXone.",
        )
        .on(Side::Cxone)
        .hint("In CXone, open Admin, then the employee whose key it is, and activate the employee.");
    }
    if before {
        return Verdict::new(
            Code::KeyInactive,
            Confidence::Medium,
            "CXone accepted the same access key before, and refuses it now: it was switched off or revoked, or its owner was \
             deactivated.",
        )
        .on(Side::Cxone)
        .hint(format!("{KEY_PATH}: check that the key is active and that the employee is active too."));
    }
    Verdict::new(
        Code::Key,
        Confidence::High,
        "The access key is refused. CXone does not say whether its id or secret is wrong, it is switched off, or its owner is.",
    )
    .on(Side::ThisComputer)
    .hint(format!(
        "{KEY_PATH}: check that the key and the employee are active and compare the Access Key ID. The secret is shown only \
         once; if it may be wrong, make a new key."
    ))
}
