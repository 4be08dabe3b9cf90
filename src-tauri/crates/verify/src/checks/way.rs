//! The way to the hosts: what stands on it (HD-103), and whether it leads in from the internet too (HD-209).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use transport::probe::ProbeReport;
use transport::{FailureKind, Timeouts, Url, host};

use crate::context::{Context, Judged};
use crate::finding::{Compared, Finding};
use crate::words::{self, counted};

/// Longest look at one host. One that does not even shake hands by then is the matter of the check that calls it.
const LOOK: Duration = Duration::from_secs(4);

/// The name under which the sandbox plays an endpoint inside a company's network. Its other addresses are exempt.
const PLAYED: &str = "endpoint-private.localhost";

/// What was found at a host that is not as it should be.
struct Inspected {
    host: String,
    issuer: String,
}

/// HD-103
pub(crate) async fn path(context: Arc<Context>) -> Judged {
    // The first calls of both sides need not wait until the way was looked at: they carry nothing secret.
    context.ahead("HD-301", |context| async move { context.openid().await.is_ok() });
    context.ahead("HD-302", |context| async move { context.tenant().await.is_ok() });
    context.ahead("HD-203", |context| async move { context.reach().await.is_ok() });
    let hosts = hosts(&context);
    if hosts.is_empty() {
        context.issuer()?;
    }
    let limits = context.client().settings().timeouts;
    let limits = Timeouts {
        total: limits.total.min(LOOK),
        ..limits
    };
    // Plain http is for this computer alone, where nothing is on the way.
    let looked: Vec<&Url> = hosts.iter().filter(|url| url.scheme() == "https").collect();
    let client = context.client();
    let looks = join_all(looked.iter().map(|url| client.look(url, limits))).await;
    let wants_sign_in = looks
        .iter()
        .find(|look| matches!(&look.failure, Some(failure) if failure.kind == FailureKind::ProxyAuth));
    if let Some(look) = wants_sign_in {
        let proxy = look.proxy.as_deref().unwrap_or("on the way");
        return Ok(Finding::fail(format!(
            "The proxy {proxy} wants a sign-in, seen from this computer."
        ))
        .hint(words::PROXY_SIGN_IN)
        .found("HTTP 407.")
        .compare("Way out", "open", format!("proxy {proxy}")));
    }
    let inspected: Vec<Inspected> = looked
        .iter()
        .zip(&looks)
        .filter_map(|(url, look)| inspected(url, look))
        .collect();
    Ok(match inspected.as_slice() {
        [] if looked.is_empty() => {
            Finding::pass("Every host is on this computer, so nothing stands in the way.")
        }
        [] => {
            let vouched = looks
                .iter()
                .filter(|look| look.trust.is_some_and(|trust| trust.public))
                .count();
            Finding::pass("Nothing was found on the way that inspects TLS or wants a sign-in.").found(
                format!(
                    "{} looked at, {vouched} with a certificate of a public authority.",
                    counted(looked.len(), "host")
                ),
            )
        }
        [first, rest @ ..] => {
            let more = match rest.len() {
                0 => String::new(),
                1 => " One more host shows the same.".to_owned(),
                n => format!(" {n} more hosts show the same."),
            };
            Finding::fail(format!(
                "The certificate of {} comes from an authority that this computer trusts and the public does not: {}.{more}",
                first.host, first.issuer
            ))
            .hint(
                "A proxy that inspects TLS looks like this. Ask the people who run the network to let the host through \
                 uninspected. If it is your own install with a certificate of your own authority, CXone cannot verify it either: \
                 it needs a public one.",
            )
            .compare_all(
                inspected
                    .iter()
                    .map(|it| Compared {
                        what: format!("Issuer, {}", it.host),
                        expected: Some("a public authority".to_owned()),
                        found: Some(it.issuer.clone()),
                    })
                    .collect(),
            )
        }
    })
}

/// The hosts that the profile names, each once.
fn hosts(context: &Context) -> Vec<Url> {
    let profile = context.profile();
    let named = profile.cxone.hosts.resolve().unwrap_or_default();
    let all = [
        profile.issuer().ok(),
        profile.endpoint().ok().map(|endpoint| endpoint.base),
        named.api,
        named.digital,
        named.userhub,
    ];
    let mut hosts: Vec<Url> = Vec::new();
    for url in all.into_iter().flatten() {
        if !hosts
            .iter()
            .any(|known| host::authority(known) == host::authority(&url))
        {
            hosts.push(url);
        }
    }
    hosts
}

fn inspected(url: &Url, look: &ProbeReport) -> Option<Inspected> {
    let trust = look.trust?;
    if !trust.system || trust.public {
        return None;
    }
    Some(Inspected {
        host: host::authority(url),
        issuer: look
            .chain
            .last()
            .map(|shown| shown.issuer.clone())
            .unwrap_or_default(),
    })
}

/// HD-209
pub(crate) async fn reachable(context: Arc<Context>) -> Judged {
    let base = context.endpoint()?.base;
    let name = base.host_str().unwrap_or_default().to_owned();
    if context.input.is_sandbox && host::is_loopback(&base) && name != PLAYED {
        return Ok(Finding::skipped(
            "The endpoint is the sandbox's, and so is the CXone that calls it: both are on this computer.",
        ));
    }
    let addresses = match base.host() {
        Some(url::Host::Ipv4(address)) => vec![IpAddr::V4(address)],
        Some(url::Host::Ipv6(address)) => vec![IpAddr::V6(address)],
        _ => context.client().addresses(&name).await,
    };
    let listed = addresses
        .iter()
        .map(IpAddr::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    if !addresses.is_empty() && addresses.iter().all(|address| is_inward(*address)) {
        return Ok(Finding::warn(format!(
            "The endpoint {name} has addresses inside a network only, and CXone calls it from the internet."
        ))
        .hint(
            "Ask the people who run the install for a public address of the endpoint, or whether another name server answers \
             otherwise outside. Without one, no reply of an agent arrives.",
        )
        .compare("Addresses, seen from this computer", "a public one", listed));
    }
    let finding = Finding::manual("Whether CXone can reach the endpoint is seen from the internet alone.").hint(format!(
        "Open {base} from a network outside of yours, such as a phone's: any answer will do. If the install has an IP allow-list, \
         ask the people who run it whether CXone is on it.",
    ));
    Ok(match listed.is_empty() {
        true => finding,
        false => finding.found(format!("Addresses, seen from this computer: {listed}.")),
    })
}

/// Whether an address leads nowhere from the internet.
fn is_inward(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified()
                // Between a provider and its customers (RFC 6598).
                || (first == 100 && (64..128).contains(&second))
        }
        IpAddr::V6(address) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_lead_nowhere_from_the_internet_are_told_from_those_that_do() {
        for inward in [
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "127.0.0.1",
            "169.254.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_inward(inward.parse().unwrap()), "{inward}");
        }
        for outward in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "2001:db8::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(!is_inward(outward.parse().unwrap()), "{outward}");
        }
    }
}
