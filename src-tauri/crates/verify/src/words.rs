//! Words for what goes wrong the same way everywhere: no connection, a time-out, a service that fails, an answer that
//! may not be read. Decided by kinds and codes, never by a server's text.

use std::time::Duration;

use transport::{Exchange, Failure, FailureKind, Phase, TlsProblem};

use crate::finding::{Advice, Finding};

/// Whose server a call went to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// NiCE CXone.
    Cxone,
    /// The Cognigy.AI install.
    Cognigy,
}

impl Side {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Cxone => "CXone",
            Self::Cognigy => "Cognigy.AI",
        }
    }
}

/// What to do about a proxy that wants a sign-in.
pub(crate) const PROXY_SIGN_IN: &str = "Ask for a proxy rule without sign-in for this computer, or enter the proxy with its user \
                                        in the system's settings.";

/// A number with its noun.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// The name of an exchange's host alone.
fn name_of(exchange: &Exchange) -> String {
    let url = url::Url::parse(&exchange.url).ok();
    url.and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| host_of(exchange))
}

/// Host and port of an exchange, as shown to people.
pub(crate) fn host_of(exchange: &Exchange) -> String {
    match url::Url::parse(&exchange.url) {
        Ok(url) => transport::host::authority(&url),
        Err(_) => exchange.url.clone(),
    }
}

/// A call without an answer: which phase, whose side, seen from here.
pub(crate) fn no_answer(side: Side, failure: &Failure, exchange: &Exchange) -> Finding {
    let host = host_of(exchange);
    let name = side.name();
    let (message, hint) = match failure.kind {
        FailureKind::Resolve => (
            format!("The name {} has no address, seen from this computer.", name_of(exchange)),
            "Compare the host with the address in your browser, letter by letter. If it is right, ask whoever runs \
             the DNS or the VPN of this computer."
                .to_owned(),
        ),
        FailureKind::Refused => (
            format!("Nothing listens at {host}, seen from this computer."),
            format!("Compare host and port. If they are right, {name} is down there or a firewall turns you away."),
        ),
        FailureKind::Unreachable => (
            format!("There is no way to {host} from this computer."),
            "Check the network, the VPN and the firewall of this computer.".to_owned(),
        ),
        FailureKind::Tls => tls(&host, failure.tls),
        FailureKind::ProxyAuth => (
            "The proxy on the way wants a sign-in.".to_owned(),
            PROXY_SIGN_IN.to_owned(),
        ),
        FailureKind::ProxyFailed => (
            format!("The proxy on the way does not let you through to {host}."),
            "Check the proxy of this computer, and whether it allows the host.".to_owned(),
        ),
        FailureKind::Timeout => late(name, &host, failure.phase),
        FailureKind::Reset => (
            format!("{host} broke the connection off{}, seen from this computer.", during(failure.phase)),
            format!("Try again. If it stays so, a firewall or proxy in between, or {name} itself, ends the connection."),
        ),
        FailureKind::BodyTooLarge => (
            format!("The answer of {host} is far larger than it can be."),
            "Check that the address is the one you mean.".to_owned(),
        ),
        FailureKind::Protocol => (
            format!("What listens at {host} does not speak HTTP as expected."),
            "Check scheme, host and port of the address.".to_owned(),
        ),
        FailureKind::Cancelled => (
            format!("The call to {host} was stopped."),
            "Run the check again.".to_owned(),
        ),
    };
    Finding::fail(message).hint(hint).found(failure.detail.clone())
}

fn during(phase: Option<Phase>) -> String {
    phase.map_or_else(String::new, |phase| format!(" while {}", phase.doing()))
}

/// A time-out, which is a cause of its own.
fn late(name: &str, host: &str, phase: Option<Phase>) -> (String, String) {
    let message = match phase {
        Some(Phase::Resolve) => {
            format!("The name service did not answer in time for {host}, seen from this computer.")
        }
        Some(Phase::ProxyConnect) => {
            format!("The proxy did not open the way to {host} in time, seen from this computer.")
        }
        Some(phase) => {
            format!(
                "Time ran out on the side of {name} ({host}) while {}, seen from this computer.",
                phase.doing()
            )
        }
        None => format!("Time ran out on the side of {name} ({host}), seen from this computer."),
    };
    let hint = match phase {
        Some(Phase::Resolve) => "Check the DNS and the VPN of this computer.".to_owned(),
        Some(Phase::ProxyConnect) => "Check the proxy of this computer.".to_owned(),
        Some(Phase::Connect) => {
            "A silent firewall looks like this. Check that this computer may reach the host.".to_owned()
        }
        _ => format!("Wait and run it again. If it stays so, ask the people who run {name}."),
    };
    (message, hint)
}

fn tls(host: &str, problem: Option<TlsProblem>) -> (String, String) {
    let (message, hint) = match problem {
        Some(TlsProblem::Expired) => (
            format!("The certificate of {host} has expired."),
            "Ask the people who run that host to renew it. CXone refuses it as well.",
        ),
        Some(TlsProblem::NotYetValid) => (
            format!("The certificate of {host} is not valid yet."),
            "Check the clock of this computer. If it is right, the host has a wrong certificate.",
        ),
        Some(TlsProblem::UnknownIssuer) => (
            format!("The certificate of {host} comes from an issuer this computer does not trust."),
            "If a proxy inspects TLS here, install its certificate in the system's store. Otherwise the host needs a \
             public certificate.",
        ),
        Some(TlsProblem::NameMismatch) => (
            format!("The certificate that {host} shows is for another host."),
            "Check the address. If it is right, the host needs a certificate for its name.",
        ),
        Some(TlsProblem::Protocol) => (
            format!("No common way of TLS was found with {host}."),
            "Check that the port speaks https, and that nothing in between meddles with TLS.",
        ),
        Some(TlsProblem::Other) | None => (
            format!("The certificate of {host} is not accepted."),
            "Ask the people who run that host to check its certificate.",
        ),
    };
    (message, hint.to_owned())
}

/// A service that answers 429 or 5xx, or anything else that is its own trouble and not a matter of credentials.
pub(crate) fn service(
    side: Side,
    status: u16,
    retry_after: Option<Duration>,
    exchange: &Exchange,
) -> Finding {
    let (name, host) = (side.name(), host_of(exchange));
    let message = match status {
        429 => format!(
            "The service of {name} at {host} is throttled (429): too many calls. Your values are not the cause."
        ),
        500..=599 => {
            format!("The service of {name} at {host} fails ({status}). Your values are not the cause.")
        }
        _ => format!("The service of {name} at {host} answers {status}, which is not expected here."),
    };
    let hint = match retry_after {
        Some(wait) => format!(
            "{name} asks to wait {} s. Run it again after that.",
            wait.as_secs()
        ),
        None => {
            format!("Wait some minutes and run it again. If it stays so, look at the status page of {name}.")
        }
    };
    Finding::fail(message).hint(hint).found(format!("HTTP {status}."))
}

/// A page or something else where JSON was due.
pub(crate) fn not_json(side: Side, html: bool, status: u16, exchange: &Exchange) -> Finding {
    let (name, host) = (side.name(), host_of(exchange));
    if html {
        Finding::fail(format!("A web page came back from {host} in place of the service's answer."))
            .hint(format!(
                "A sign-in page of this network, a proxy or a page of maintenance looks like this. Open the address in a \
                 browser. If you see {name}, check the host."
            ))
            .found(format!("HTTP {status} with HTML."))
    } else {
        Finding::fail(format!("What came back from {host} is not an answer of {name}."))
            .hint("Check the host. If it is right, wait and run it again.")
            .found(format!("HTTP {status} without JSON."))
    }
}

/// A host that discovery named and that nobody vouches for.
pub(crate) fn untrusted(host: &str) -> Finding {
    Finding::fail(format!(
        "CXone names the host {host}, which is not one of the vendor's. Nothing was sent there."
    ))
    .hint("Ask NiCE whether the host is theirs. If it is, confirm it once for this profile.")
    .advise(Advice::TrustHost {
        host: host.to_owned(),
    })
}

/// An authenticated read that did not work. `what` stands after "read", such as `the list of channels`.
pub(crate) fn read_failed(what: &str, error: &cxone::Error) -> Finding {
    match error {
        cxone::Error::Transport(error) => no_answer(Side::Cxone, &error.failure, &error.exchange),
        cxone::Error::Status { status: 403, .. } => Finding::unknown(format!(
            "The role of the access key may not read {what}, so this cannot be told."
        ))
        .hint(
            "In CXone, open ACD > Roles, choose the role of the access key's owner and give it the right to \
                     view this.",
        )
        .found("HTTP 403."),
        cxone::Error::Status { status: 401, .. } => Finding::fail(format!(
            "CXone takes the sign-in, but refuses its token for {what}."
        ))
        .hint(
            "In CXone, open Admin, the employee profile of the access key, and check that the employee is \
                     active and has a role.",
        )
        .found("HTTP 401, also after a new sign-in."),
        cxone::Error::Status {
            status,
            retry_after,
            exchange,
            ..
        } if *status == 429 || *status >= 500 => service(Side::Cxone, *status, *retry_after, exchange),
        cxone::Error::Status { status, .. } => Finding::unknown(format!(
            "CXone answers {status} for {what}, so this cannot be told."
        ))
        .hint("If you entered hosts by hand, check them. Otherwise run it again later.")
        .found(format!("HTTP {status}.")),
        cxone::Error::NotJson {
            html,
            status,
            exchange,
        } => not_json(Side::Cxone, *html, *status, exchange),
        cxone::Error::Shape {
            what: part, detail, ..
        } => Finding::unknown(format!(
            "CXone's answer for {what} has a form we do not know, so this cannot be told."
        ))
        .found(format!("{part}: {detail}.")),
        cxone::Error::Underivable { what: part, detail } => Finding::fail(format!(
            "The address of {part} cannot be made from what CXone says about the tenant."
        ))
        .hint("Enter the host by hand in the profile; NiCE can name it.")
        .found(detail.clone()),
        cxone::Error::Untrusted { host } => untrusted(host),
        cxone::Error::SignIn(error) => sign_in_failed(error),
        cxone::Error::SignInClosed => Finding::unknown(
            "A credential was refused earlier in this run, so nothing signs in again and this cannot be told.",
        ),
    }
}

/// A sign-in that failed for another reason than the credentials, in words that say so. A refusal is worded by the
/// checks that tell client and access key apart.
pub(crate) fn sign_in_failed(error: &cxone::SignInError) -> Finding {
    use cxone::SignInError as E;
    match error {
        E::Transport(error) => no_answer(Side::Cxone, &error.failure, &error.exchange),
        E::Service {
            status,
            retry_after,
            exchange,
        } => service(Side::Cxone, *status, *retry_after, exchange),
        E::NotJson {
            html,
            status,
            exchange,
        } => not_json(Side::Cxone, *html, *status, exchange),
        E::Shape { detail, .. } => Finding::fail(
            "CXone's sign-in service answers in a form that is not a sign-in. Your values are not the cause.",
        )
        .hint("Wait and run it again. If it stays so, tell NiCE.")
        .found(*detail),
        E::Untrusted { host } => untrusted(host),
        E::Refused { status, .. } => {
            Finding::fail("CXone refuses the sign-in.").found(format!("HTTP {status}."))
        }
        E::Closed => Finding::unknown(
            "A credential was refused earlier in this run, so nothing signs in again and this cannot be told.",
        ),
    }
}
