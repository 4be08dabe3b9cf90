//! Every verdict, each proven by what it is made for: faults and disturbances of the sandbox, and path cases injected at
//! resolver, proxy and connector over real sockets.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use diagnose::{
    CallStats, Code, CognigySays, CognigyStatus, Confidence, Diagnosis, Earlier, Kind, SaveCall, Side,
    diagnose,
};
use sandbox::{Effect, Fault};
use transport::{Phase, Phases, Proxy, Roots, Url};

use crate::scene::{Names, Scene, Silence};
use crate::server::{self, Answer, Full, closed_port, secure, silent};

/// What a verdict must say.
type Said = (Code, Option<SaveCall>, Option<Phase>, Option<Side>);

/// Verdicts that were proven, collected by the one test that runs them all.
struct Proofs(BTreeSet<Code>);

impl Proofs {
    fn take(&mut self, name: &str, diagnosis: &Diagnosis, said: Said) {
        let verdict = &diagnosis.verdict;
        let found = (verdict.code, verdict.call, verdict.phase, verdict.side);
        assert_eq!(found, said, "{name}: {verdict:#?}");
        assert_eq!(verdict.kind, verdict.code.kind(), "{name}");
        assert!(verdict.hint.is_some(), "{name} says what to do");
        self.0.insert(verdict.code);
    }
}

const LATE: Duration = Duration::from_millis(1500);
const SOON: Duration = Duration::from_secs(1);

async fn faulty(faults: &[Fault]) -> Diagnosis {
    Scene::new(faults).await.diagnosis().await
}

async fn slow(fault: Fault) -> Diagnosis {
    let mut scene = Scene::new(&[fault]).await;
    scene.sandbox.set_slowness(LATE);
    scene.plan.budget = SOON;
    scene.plan.rounds = 1;
    scene.diagnosis().await
}

async fn disturbed(host: &str, path: &str, effect: Effect) -> Diagnosis {
    let scene = Scene::new(&[]).await;
    scene.disturb(host, path, effect);
    scene.diagnosis().await
}

/// The fault comes on after the first round.
async fn turning(fault: Fault) -> Diagnosis {
    let mut scene = Scene::new(&[]).await;
    scene.plan.rounds = 3;
    scene.after_round(1, move |sandbox| sandbox.set_fault(fault, true));
    let diagnosis = scene.diagnosis().await;
    assert_eq!(diagnosis.rounds.len(), 2, "the rounds stop at the refusal");
    diagnosis
}

async fn hanging(issuer: String) -> Diagnosis {
    let mut scene = Scene::new(&[]).await;
    scene.at(&issuer);
    hurried(scene).await
}

/// With limits that are soon reached.
async fn hurried(mut scene: Scene) -> Diagnosis {
    let limits = &mut scene.plan.settings.timeouts;
    for limit in [
        &mut limits.resolve,
        &mut limits.connect,
        &mut limits.tls,
        &mut limits.first_byte,
        &mut limits.body,
    ] {
        *limit = Duration::from_millis(400);
    }
    scene.plan.budget = Duration::from_millis(300);
    scene.plan.rounds = 1;
    scene.plan.settings.resolver = match scene.plan.settings.proxy {
        Proxy::None => scene.plan.settings.resolver,
        _ => std::sync::Arc::new(Names(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])),
    };
    scene.diagnosis().await
}

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_verdict_has_a_proof() {
    let mut proofs = Proofs(BTreeSet::new());
    well_and_refused(&mut proofs).await;
    late(&mut proofs).await;
    closed(&mut proofs).await;
    looks_alike(&mut proofs).await;
    let missing: Vec<_> = Code::ALL.iter().filter(|code| !proofs.0.contains(code)).collect();
    assert!(missing.is_empty(), "no proof of {missing:?}");
}

async fn well_and_refused(proofs: &mut Proofs) {
    use SaveCall::{BusinessUnit, Channels, Tenant, Token};
    let here = Some(Side::ThisComputer);
    let cxone = Some(Side::Cxone);
    proofs.take("nothing", &faulty(&[]).await, (Code::Well, None, None, None));
    let missing = faulty(&[Fault::ChannelMissing]).await;
    assert_eq!(
        (missing.verdict.kind, missing.verdict.confidence),
        (Kind::Well, Confidence::Low)
    );
    proofs.take(
        "no channel",
        &missing,
        (Code::SaveElsewhere, None, None, Some(Side::Cognigy)),
    );

    let refused = faulty(&[Fault::ClientWrong]).await;
    assert_eq!(refused.rounds.len(), 1);
    proofs.take("client", &refused, (Code::ClientSecret, Some(Token), None, here));
    let mut scene = Scene::new(&[Fault::ClientDisabled]).await;
    scene.plan.accepted_before = true;
    proofs.take(
        "client of before",
        &scene.diagnosis().await,
        (Code::Client, Some(Token), None, cxone),
    );
    proofs.take(
        "client since",
        &turning(Fault::ClientDisabled).await,
        (Code::Client, Some(Token), None, cxone),
    );
    proofs.take(
        "key",
        &faulty(&[Fault::KeyWrong]).await,
        (Code::Key, Some(Token), None, here),
    );
    let both = faulty(&[Fault::KeyWrong, Fault::ClientWrong]).await;
    assert_eq!(both.verdict.also[0].code, Code::Key, "both pairs are named");
    proofs.take(
        "client and key",
        &both,
        (Code::ClientSecret, Some(Token), None, here),
    );

    let off = turning(Fault::KeyInactive).await;
    assert_eq!(off.verdict.confidence, Confidence::High, "its record says so");
    proofs.take("key since", &off, (Code::KeyInactive, Some(Token), None, cxone));
    let mut scene = Scene::new(&[Fault::KeyInactive]).await;
    scene.plan.accepted_before = true;
    let off = scene.diagnosis().await;
    assert_eq!(off.verdict.confidence, Confidence::Medium);
    proofs.take(
        "key of before",
        &off,
        (Code::KeyInactive, Some(Token), None, cxone),
    );
    proofs.take(
        "owner since",
        &turning(Fault::UserBlocked).await,
        (Code::KeyOwner, Some(Token), None, cxone),
    );
    let pending = faulty(&[Fault::KeyOwnerPending]).await;
    assert_eq!(pending.verdict.also[0].code, Code::KeyOwner);
    proofs.take("owner pending", &pending, (Code::Well, None, None, None));

    proofs.take(
        "tenant",
        &faulty(&[Fault::TenantUnknown]).await,
        (Code::Tenant, Some(Tenant), None, here),
    );
    proofs.take(
        "token",
        &faulty(&[Fault::TokenOtherTenant]).await,
        (Code::Tenant, Some(Token), None, here),
    );
    let unit = faulty(&[Fault::BuMismatch]).await;
    proofs.take(
        "unit",
        &unit,
        (Code::BusinessUnit, Some(BusinessUnit), None, here),
    );
    for status in [401, 403] {
        let effect = Effect::Status {
            status,
            retry_after: None,
        };
        let role = disturbed("digital", "/dfo/3.0/channels", effect).await;
        assert_eq!(
            role.rounds[0]
                .calls
                .iter()
                .filter(|call| call.call == Token)
                .count(),
            1
        );
        proofs.take("role", &role, (Code::Role, Some(Channels), None, cxone));
    }
    let incomplete = faulty(&[Fault::ProfileIncomplete]).await;
    proofs.take(
        "incomplete",
        &incomplete,
        (Code::ProfileIncomplete, Some(BusinessUnit), None, here),
    );
    let mut scene = Scene::new(&[]).await;
    scene.subject.credentials.client_secret = None;
    proofs.take(
        "no secret",
        &scene.diagnosis().await,
        (Code::ProfileIncomplete, Some(Token), None, here),
    );
    let mut scene = Scene::new(&[]).await;
    scene.subject.profile.cxone.hosts.api = None;
    proofs.take(
        "untrusted",
        &scene.diagnosis().await,
        (Code::UntrustedHost, Some(BusinessUnit), None, here),
    );
    proofs.take(
        "clock",
        &faulty(&[Fault::ClockSkew]).await,
        (Code::ClockSkew, None, None, here),
    );

    let scene = Scene::new(&[]).await;
    let says = CognigySays {
        status: CognigyStatus::Failed,
        at: None,
        error: Some("simulated".to_owned()),
    };
    let failed = diagnose(&scene.subject, &scene.plan, &[], Some(says))
        .await
        .unwrap();
    proofs.take(
        "cognigy",
        &failed,
        (Code::CognigySaveFailed, None, None, Some(Side::Cognigy)),
    );
    scene.plan.cancel.cancel();
    let stopped = scene.diagnosis().await;
    assert!(stopped.cancelled);
    proofs.take("cancelled", &stopped, (Code::NotMeasured, None, None, None));
}

async fn late(proofs: &mut Proofs) {
    use SaveCall::{Channels, Discovery, Scripts, Token};
    let cxone = Some(Side::Cxone);
    let first = Some(Phase::FirstByte);
    for (fault, call) in [
        (Fault::TokenSlow, Token),
        (Fault::ChannelsSlow, Channels),
        (Fault::ScriptsSlow, Scripts),
    ] {
        let diagnosis = slow(fault).await;
        assert_eq!(diagnosis.verdict.evidence.len(), 1, "{:#?}", diagnosis.verdict);
        proofs.take(fault.name(), &diagnosis, (Code::Slow, Some(call), first, cxone));
    }
    for (fault, phase) in [
        (Fault::FirstByteSlow, Phase::FirstByte),
        (Fault::BodyTrickle, Phase::Body),
    ] {
        let diagnosis = slow(fault).await;
        let verdict = &diagnosis.verdict;
        assert_eq!(
            (verdict.code, verdict.phase, verdict.side),
            (Code::Slow, Some(phase), cxone),
            "{verdict:#?}"
        );
        assert_eq!(verdict.evidence.len(), 6, "every call is late: {verdict:#?}");
    }

    let mut scene = Scene::new(&[Fault::TokenSlow, Fault::KeyWrong]).await;
    scene.sandbox.set_slowness(LATE);
    scene.plan.budget = SOON;
    let both = scene.diagnosis().await;
    assert_eq!(both.verdict.also[0].code, Code::Slow);
    assert!(both.verdict.message.contains("refused") && both.verdict.message.contains("budget"));
    proofs.take(
        "slow and wrong",
        &both,
        (Code::Key, Some(Token), None, Some(Side::ThisComputer)),
    );

    let mut scene = Scene::new(&[Fault::TokenSlow]).await;
    scene.sandbox.set_slowness(LATE);
    scene.earlier = usually(Token, 20.0);
    let unusual = scene.diagnosis().await;
    assert!(
        unusual.verdict.message.contains("usually it takes 20 ms"),
        "{}",
        unusual.verdict.message
    );
    proofs.take(
        "unusual",
        &unusual,
        (Code::SlowerThanUsual, Some(Token), first, cxone),
    );
    scene.plan.budget = SOON;
    let over = scene.diagnosis().await;
    assert!(
        over.verdict.message.contains("Usually it takes 20 ms, now"),
        "{}",
        over.verdict.message
    );
    proofs.take("slow and unusual", &over, (Code::Slow, Some(Token), first, cxone));

    let timeout = |phase, side| (Code::Timeout, Some(Discovery), Some(phase), Some(side));
    let network = Side::Network;
    let scene = Scene::new(&[Fault::DiscoveryHang]).await;
    proofs.take(
        "first byte",
        &hurried(scene).await,
        timeout(Phase::FirstByte, Side::Cxone),
    );
    let mut scene = Scene::new(&[]).await;
    scene.by_name(443, Silence);
    proofs.take("resolve", &hurried(scene).await, timeout(Phase::Resolve, network));
    let full = Full::at(SocketAddr::new(HERE, 0)).await;
    proofs.take(
        "connect",
        &hanging(format!("http://{}", full.address)).await,
        timeout(Phase::Connect, network),
    );
    let port = silent().await;
    proofs.take(
        "tls",
        &hanging(format!("https://127.0.0.1:{port}")).await,
        timeout(Phase::Tls, Side::Cxone),
    );
    let port = server::says("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n").await;
    proofs.take(
        "body",
        &hanging(format!("http://127.0.0.1:{port}")).await,
        timeout(Phase::Body, Side::Cxone),
    );
    let mut scene = Scene::new(&[]).await;
    scene.plan.settings.proxy = proxy(silent().await);
    scene.at("https://cxone.example.com");
    proofs.take(
        "proxy",
        &hurried(scene).await,
        timeout(Phase::ProxyConnect, Side::Proxy),
    );
}

async fn closed(proofs: &mut Proofs) {
    use SaveCall::{Discovery, Token};
    let network = Some(Side::Network);
    let at = async |issuer: String| {
        let mut scene = Scene::new(&[]).await;
        scene.at(&issuer);
        scene.diagnosis().await
    };
    let dns = at("https://cxone.invalid".to_owned()).await;
    proofs.take(
        "dns",
        &dns,
        (Code::Dns, Some(Discovery), Some(Phase::Resolve), network),
    );
    let refused = at(format!("http://127.0.0.1:{}", closed_port())).await;
    proofs.take(
        "refused",
        &refused,
        (Code::Refused, Some(Discovery), Some(Phase::Connect), network),
    );
    assert_eq!(refused.rounds.len(), 2);
    // TCP to a multicast address is turned down by this computer itself: no route.
    let mut scene = Scene::new(&[]).await;
    scene.by_name(443, Names(vec![IpAddr::V4(Ipv4Addr::new(224, 0, 0, 1))]));
    let down = scene.diagnosis().await;
    let here = Some(Side::ThisComputer);
    proofs.take(
        "down",
        &down,
        (Code::NetworkDown, Some(Discovery), Some(Phase::Connect), here),
    );
    let reset = disturbed("issuer", "/auth/token", Effect::Reset).await;
    proofs.take(
        "reset",
        &reset,
        (Code::Reset, Some(Token), Some(Phase::FirstByte), network),
    );
    for fault in [Fault::Discovery503, Fault::Token503] {
        let service = faulty(&[fault]).await;
        let call = if fault == Fault::Token503 {
            Token
        } else {
            Discovery
        };
        proofs.take(
            fault.name(),
            &service,
            (Code::ServiceError, Some(call), None, Some(Side::Cxone)),
        );
    }
    let effect = Effect::Status {
        status: 404,
        retry_after: None,
    };
    let unexpected = disturbed("issuer", "/.well-known/openid-configuration", effect).await;
    proofs.take(
        "404",
        &unexpected,
        (Code::UnexpectedAnswer, Some(Discovery), None, Some(Side::Cxone)),
    );
}

async fn looks_alike(proofs: &mut Proofs) {
    use SaveCall::{BusinessUnit, Discovery, Token};
    let network = Some(Side::Network);
    let limited = faulty(&[Fault::Token429]).await;
    assert_eq!(limited.rounds.len(), 1, "no further request");
    assert!(
        limited.verdict.hint.as_ref().unwrap().contains("2 s"),
        "{:?}",
        limited.verdict.hint
    );
    proofs.take(
        "429",
        &limited,
        (Code::RateLimit, Some(Token), None, Some(Side::Cxone)),
    );
    let portal = faulty(&[Fault::DiscoveryHtml]).await;
    proofs.take(
        "portal",
        &portal,
        (Code::CaptivePortal, Some(Discovery), None, network),
    );
    let mut scene = Scene::new(&[]).await;
    let page = || async { axum::response::Html("<!doctype html><title>Maintenance</title>") };
    scene.subject.profile.cxone.hosts.api = Some(server::serve(axum::Router::new().fallback(page)).await);
    proofs.take(
        "html",
        &scene.diagnosis().await,
        (Code::Html, Some(BusinessUnit), None, network),
    );

    let secured = async |years, alpn: &[&str], trusted: bool| {
        let server = secure(
            years,
            alpn,
            Answer::Says("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
        )
        .await;
        let mut scene = Scene::new(&[]).await;
        scene.plan.settings.resolver = std::sync::Arc::new(Names(vec![HERE]));
        if trusted {
            scene.plan.settings.roots = Roots::Only(vec![server.root.clone()]);
        }
        scene.at(&format!("https://cxone.example.com:{}", server.port));
        scene.diagnosis().await
    };
    let inspected = secured((2000, 2100), &["http/1.1"], false).await;
    assert!(
        inspected.verdict.message.contains("Example Inspection"),
        "{}",
        inspected.verdict.message
    );
    let tls = Some(Phase::Tls);
    proofs.take(
        "inspection",
        &inspected,
        (Code::TlsInspection, Some(Discovery), tls, network),
    );
    let expired = secured((2000, 2001), &["http/1.1"], true).await;
    proofs.take("expired", &expired, (Code::Tls, Some(Discovery), tls, network));
    let broken = secured((2000, 2100), &["h2", "http/1.1"], true).await;
    assert_eq!(
        (broken.verdict.code, broken.verdict.side),
        (Code::Http2Refused, network),
        "{:#?}",
        broken.verdict
    );
    proofs.0.insert(Code::Http2Refused);

    let mut scene = Scene::new(&[Fault::ProxyAuthRequired]).await;
    let wants = scene.sandbox.description().proxy.unwrap();
    scene.plan.settings.proxy = Proxy::Url(Url::parse(&wants).unwrap());
    scene.at("https://cxone.example.com");
    let auth = scene.diagnosis().await;
    let proxied = Some(Side::Proxy);
    proofs.take(
        "407",
        &auth,
        (
            Code::ProxyAuth,
            Some(Discovery),
            Some(Phase::ProxyConnect),
            proxied,
        ),
    );
    scene.plan.settings.proxy = proxy(closed_port());
    let gone = scene.diagnosis().await;
    proofs.take(
        "no proxy",
        &gone,
        (Code::ProxyFailed, Some(Discovery), Some(Phase::Connect), proxied),
    );

    let mut scene = Scene::new(&[]).await;
    let port = scene.subject.profile.issuer().unwrap().port().unwrap();
    let front = secure((2000, 2100), &["http/1.1"], Answer::Forwards(port)).await;
    let _hole = Full::at(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), front.port)).await;
    scene.by_name(front.port, Names(vec![IpAddr::V6(Ipv6Addr::LOCALHOST), HERE]));
    scene.plan.settings.roots = Roots::Only(vec![front.root.clone()]);
    scene.plan.settings.timeouts.connect = Duration::from_millis(3000);
    scene.plan.budget = SOON;
    let hole = scene.diagnosis().await;
    assert!(
        hole.verdict.also.is_empty(),
        "waiting for it is not another finding: {:#?}",
        hole.verdict
    );
    assert_eq!(
        hole.verdict.evidence.len(),
        1,
        "it is met once, then IPv4 goes first"
    );
    let connect = Some(Phase::Connect);
    proofs.take(
        "hole",
        &hole,
        (Code::Ipv6BlackHole, Some(Discovery), connect, network),
    );
}

fn proxy(port: u16) -> Proxy {
    Proxy::Url(Url::parse(&format!("http://127.0.0.1:{port}")).unwrap())
}

/// Three earlier measurements of one call.
fn usually(call: SaveCall, total: f64) -> Vec<Earlier> {
    let p50 = Phases {
        first_byte: Some(total),
        total: Some(total),
        ..Phases::default()
    };
    let stats = CallStats {
        call,
        host: String::new(),
        answered: 5,
        failed: 0,
        p50,
        p95: p50,
        p95_is_max: true,
        over_budget: 0,
    };
    vec![Earlier { calls: vec![stats] }; 3]
}
