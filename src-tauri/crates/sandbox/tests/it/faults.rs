//! Every server and path fault shows its effect, and the effect only.

use std::time::Duration;

use reqwest::{Certificate, Client};
use sandbox::{Fault, FaultKind, Sandbox};
use serde_json::{Value, json};

use crate::endpoint::message;
use crate::play::Play;
use crate::scripts::{folder, found, labels};

const OPENID: &str = "/.well-known/openid-configuration";

/// The answers a verification would read, as one value: what a fault changes can be named by its keys.
async fn picture(play: &Play) -> Value {
    let provider = play.provider_id();
    let (id, secret) = (
        play.env("INTEGRATION_CLIENT_ID"),
        play.env("INTEGRATION_CLIENT_SECRET"),
    );
    let issuer = &play.about.issuer;
    let tenant = play.profile("/cxone/tenant_id");
    let mut body_form = play.password_form();
    body_form.push(("client_id", play.env("CLIENT_ID").to_owned()));
    body_form.push(("client_secret", play.env("CLIENT_SECRET").to_owned()));
    let without_token = |path: String| async move {
        play.send(play.box_call(path.trim_start_matches('/'), &message()))
            .await
            .status
            .as_u16()
    };
    let mut picture = json!({
        "openid": play.get(&format!("{issuer}{OPENID}")).await.status.as_u16(),
        "tenant": play.get(&format!("{issuer}/.well-known/cxone-configuration?tenantId={tenant}")).await.status.as_u16(),
        "basic": play.sign_in().await.status.as_u16(),
        "body": play.token_request(body_form, false).await.status.as_u16(),
        "key": play.access_key_token().await.status.as_u16(),
        "nonsense": play.get(&format!("{}/nonsense", play.about.endpoint_base)).await.status.as_u16(),
        "handover": play.get(&play.handover("nonsense")).await.text,
        "box_token": play.box_token_of(&provider, id, secret).await.status.as_u16(),
        "box_token_wrong": play.box_token_of(&provider, id, "wrong").await.status.as_u16(),
        "box_token_unknown": play.box_token_of("0123456789abcdef01234567", id, secret).await.status.as_u16(),
        "box_2": without_token(byoc::path::outbound("c")).await,
        "box_1": without_token(byoc::path::legacy_outbound("p")).await,
        "add": play.get(&play.handover("add")).await.status.as_u16(),
        "reconnect": play.get(&play.handover("reconnect")).await.status.as_u16(),
        "remove": play.get(&play.handover("remove")).await.status.as_u16(),
    });
    // Any token shows the tenant; where signing in is broken, there is nothing to see behind it.
    let signed_in = play.access_key_token().await;
    if signed_in.status != 200 {
        return picture;
    }
    let tokens = signed_in.json();
    let token = tokens["access_token"].as_str().unwrap();
    let id_token = tokens["id_token"].as_str().unwrap();
    picture["lifetime"] = tokens["expires_in"].clone();
    picture["claim_tenant"] = jsonwebtoken::dangerous::insecure_decode::<Value>(id_token)
        .unwrap()
        .claims["tenantId"]
        .clone();
    picture["signature"] = verifies(play, id_token).await.into();
    let skill = play.profile("/routing_skill");
    let pages = [
        ("unit", play.acd("business-unit")),
        ("channels", play.dfo("channels")),
        ("threads", play.dfo("threads?withContext=1")),
        ("skill", play.acd(&format!("skills/{skill}"))),
        ("campaigns", play.acd("campaigns")),
        ("agents", play.acd("agents")),
        ("folders", play.acd("script-folders")),
        ("folder", play.acd("script-folders?folder=Cognigy")),
        ("scripts", play.acd("scripts/search")),
    ];
    for (name, url) in pages {
        picture[name] = serde_json::from_str(&play.get_as(token, &url).await.text).unwrap_or_default();
    }
    let users = format!("{}/user-management/v2/users/search", play.about.hosts.userhub);
    let users = play.http.post(users).bearer_auth(token).json(&json!({}));
    picture["users"] = play.send(users).await.json();
    let mut states = play.get_as(token, &play.acd("agents/states")).await.json();
    // Fields that tell the time.
    states["lastPollTime"] = Value::Null;
    for row in states["agentStates"].as_array_mut().unwrap() {
        row["lastUpdateTime"] = Value::Null;
    }
    picture["states"] = states;
    let mut assigned = play
        .get_as(token, &play.acd(&format!("skills/{skill}/agents")))
        .await;
    // The one field that tells the time.
    if assigned.status == 200 {
        let mut body = assigned.json();
        body["lastPollTime"] = Value::Null;
        assigned.text = body.to_string();
    }
    picture["assigned"] = assigned.text.into();
    picture
}

async fn verifies(play: &Play, id_token: &str) -> bool {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation};
    let keys = play.get(&format!("{}/auth/jwks", play.about.issuer)).await.json();
    let (n, e) = (
        keys["keys"][0]["n"].as_str().unwrap(),
        keys["keys"][0]["e"].as_str().unwrap(),
    );
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_aud = false;
    jsonwebtoken::decode::<Value>(
        id_token,
        &DecodingKey::from_rsa_components(n, e).unwrap(),
        &validation,
    )
    .is_ok()
}

/// The keys of the picture each server fault changes. Faults that hang have tests of their own.
fn touches(fault: Fault) -> Option<&'static [&'static str]> {
    Some(match fault {
        Fault::EndpointHang | Fault::DiscoveryHang => return None,
        Fault::HandoverNotRouted => &[
            "add",
            "box_1",
            "box_2",
            "box_token",
            "box_token_wrong",
            "handover",
            "reconnect",
            "remove",
        ],
        Fault::IpAllowList => &[
            "add",
            "box_1",
            "box_2",
            "box_token",
            "box_token_unknown",
            "box_token_wrong",
            "handover",
            "nonsense",
            "reconnect",
            "remove",
        ],
        Fault::ProviderUnknown => &["box_token", "box_token_wrong"],
        Fault::IntegrationSecretMismatch | Fault::IntegrationClientMismatch => &["box_token"],
        Fault::Box403 | Fault::Box500 | Fault::Box200WithoutToken => &["box_1", "box_2"],
        Fault::Action500 => &["add", "reconnect", "remove"],
        // A 200 with a page in place of the document: `openid_of_a_captive_portal_is_html` looks at it.
        Fault::DiscoveryHtml => &[],
        Fault::Discovery503 => &["openid"],
        Fault::TenantUnknown => &["tenant"],
        Fault::ClientWrong | Fault::ClientDisabled | Fault::Token503 | Fault::Token429 => &["basic", "body"],
        Fault::ClientPostOnly => &["basic"],
        // No token, so nothing behind it either.
        Fault::KeyWrong | Fault::KeyInactive | Fault::UserBlocked => &[
            "agents",
            "assigned",
            "basic",
            "body",
            "campaigns",
            "channels",
            "claim_tenant",
            "folder",
            "folders",
            "key",
            "lifetime",
            "scripts",
            "signature",
            "skill",
            "states",
            "threads",
            "unit",
            "users",
        ],
        Fault::TokenOtherTenant => &["claim_tenant"],
        Fault::TokenBadSignature => &["signature"],
        Fault::Token60s => &["lifetime"],
        Fault::DigitalOff => &["unit"],
        Fault::ChannelMissing => &["channels", "folder", "folders", "scripts", "threads"],
        Fault::ChannelDuplicate => &["channels"],
        Fault::ChannelRenamed
        | Fault::ChannelHidden
        | Fault::ChannelOtherIntegration
        | Fault::ChannelPublic
        | Fault::ChannelNoScript
        | Fault::ChannelNoSkill
        | Fault::ChannelFieldsAbsent => &["channels", "threads"],
        // The assignments repeat what they say of the skill.
        Fault::SkillVoice | Fault::SkillOutbound | Fault::SkillInactive => &["assigned", "skill"],
        Fault::CampaignInactive => &["campaigns"],
        Fault::SkillNobody => &["assigned"],
        Fault::KeyOwnerPending | Fault::AgentPending => &["users"],
        Fault::AgentNotDigital => &["agents", "users"],
        Fault::AgentsOffline => &["states"],
        Fault::ScriptDrift => &["scripts"],
        // These show in conversations: `live` looks at them.
        Fault::RoleNoChannel
        | Fault::RoleNoReply
        | Fault::RoleNoAssign
        | Fault::MessageRejected
        | Fault::ContactStuckNew
        | Fault::Outbound404
        | Fault::OutboundNoId
        | Fault::OutboundSlow
        | Fault::Outbound401Forever
        | Fault::ReleaseLost => &[],
        // The same answers, later: `disturbances` looks at the time they take.
        Fault::TokenSlow
        | Fault::ChannelsSlow
        | Fault::ScriptsSlow
        | Fault::FirstByteSlow
        | Fault::BodyTrickle => &[],
        Fault::ScriptFolderRenamed => &["folder", "folders", "scripts"],
        Fault::ScriptMissing | Fault::ScriptRenamed | Fault::ScriptNotCurrent => &["folder", "scripts"],
        Fault::ScriptNoEscalate | Fault::ScriptNoEndEscalation | Fault::ScriptNoOnrelease => &["scripts"],
        // The picture asks with the old pair; the description has the new one.
        Fault::Secret31 | Fault::SecretSpaces => &["box_token"],
        // Cognigy.AI's side, which has a picture of its own: `install`.
        Fault::CognigyKeyWrong
        | Fault::CognigyForbidden
        | Fault::ProviderRenamed
        | Fault::ProviderOtherService
        | Fault::ProviderFieldDiffers
        | Fault::ProvisioningFailed
        | Fault::FlowNoHandover
        | Fault::FlowOtherProvider
        | Fault::FlowNoErrorBranch
        | Fault::EndpointRest
        | Fault::EndpointInactive
        | Fault::CognigyLogErrors => &[],
        other => {
            assert_ne!(other.kind(), FaultKind::Server, "{other} has no entry here");
            &[]
        }
    })
}

#[tokio::test]
async fn a_fault_changes_what_it_is_for_and_nothing_else() {
    let play = Play::start().await;
    play.sandbox.set_slowness(Duration::from_millis(1));
    let healthy = picture(&play).await;
    for fault in Fault::ALL.iter().copied() {
        let Some(expected) = touches(fault) else { continue };
        play.sandbox.set_fault(fault, true);
        let seen = picture(&play).await;
        play.sandbox.set_fault(fault, false);
        let mut changed: Vec<&String> = healthy
            .as_object()
            .unwrap()
            .iter()
            .filter(|(key, value)| seen.get(key.as_str()) != Some(value))
            .map(|(key, _)| key)
            .collect();
        changed.sort_unstable();
        assert_eq!(changed, expected, "{fault}");
    }
    assert_eq!(picture(&play).await, healthy, "faults leave traces");
}

#[tokio::test]
async fn openid_of_a_captive_portal_is_html() {
    let play = Play::with(&[Fault::DiscoveryHtml]).await;
    let answer = play.get(&format!("{}{OPENID}", play.about.issuer)).await;
    assert!(answer.status == 200 && answer.header("content-type").starts_with("text/html"));
}

#[tokio::test]
async fn refusals_carry_the_code_that_tells_them_apart() {
    let play = Play::start().await;
    for (fault, code) in [
        (Fault::ClientWrong, "invalid_client"),
        (Fault::ClientDisabled, "invalid_client"),
        (Fault::ClientPostOnly, "invalid_client"),
        (Fault::KeyWrong, "invalid_grant"),
        (Fault::KeyInactive, "invalid_grant"),
        (Fault::UserBlocked, "invalid_grant"),
    ] {
        play.sandbox.set_fault(fault, true);
        let answer = play.sign_in().await;
        play.sandbox.set_fault(fault, false);
        assert_eq!(
            (answer.status.as_u16(), answer.json()["error"].as_str()),
            (400, Some(code)),
            "{fault}"
        );
    }
    play.sandbox.set_fault(Fault::Token429, true);
    let throttled = play.sign_in().await;
    assert_eq!(
        (throttled.status.as_u16(), throttled.header("retry-after")),
        (429, "2")
    );
}

#[tokio::test]
async fn an_unrouted_handover_answers_exactly_like_nonsense() {
    let play = Play::with(&[Fault::HandoverNotRouted]).await;
    let nonsense = play.get(&format!("{}/nonsense", play.about.endpoint_base)).await;
    for path in ["nonsense", "add", "2.0/channel/c/outbound"] {
        let answer = play.get(&play.handover(path)).await;
        assert_eq!(
            (answer.status, &answer.text),
            (nonsense.status, &nonsense.text),
            "{path}"
        );
        assert_eq!(answer.header("content-type"), nonsense.header("content-type"));
    }
}

#[tokio::test]
async fn box_faults_answer_as_named() {
    for (fault, status) in [
        (Fault::Box403, 403),
        (Fault::Box500, 500),
        (Fault::Box200WithoutToken, 200),
    ] {
        let play = Play::with(&[fault]).await;
        for path in [byoc::path::outbound("c"), byoc::path::legacy_outbound("p")] {
            let answer = play
                .send(play.box_call(path.trim_start_matches('/'), &message()))
                .await;
            assert_eq!(answer.status, status, "{fault} {path}");
        }
        assert_eq!(play.box_token().await.status, 200, "{fault}");
    }
}

#[tokio::test]
async fn channel_faults_show_in_the_channel() {
    let play = Play::start().await;
    let name = play.profile("/name");
    let own = play.channel().await;
    let with = async |fault| {
        play.sandbox.set_fault(fault, true);
        let channels = play.channels("").await;
        play.sandbox.set_fault(fault, false);
        channels
    };
    let named = |channels: &[Value]| channels.iter().filter(|channel| channel["name"] == name).count();
    assert_eq!(named(&with(Fault::ChannelMissing).await), 0);
    assert_eq!(named(&with(Fault::ChannelDuplicate).await), 2);
    let renamed = with(Fault::ChannelRenamed).await;
    assert_eq!(named(&renamed), 0);
    let near = renamed[0]["name"].as_str().unwrap();
    assert!(
        near.split_whitespace().eq(name.to_lowercase().split_whitespace()),
        "a near miss: {near:?}"
    );
    assert_eq!(with(Fault::ChannelHidden).await[0]["isHidden"], true);
    assert_ne!(
        with(Fault::ChannelOtherIntegration).await[0]["channelIntegrationId"],
        own["channelIntegrationId"]
    );
    assert_eq!(with(Fault::ChannelPublic).await[0]["isPrivate"], false);
    assert_eq!(
        with(Fault::ChannelNoScript).await[0].get("studioScript"),
        Some(&Value::Null)
    );
    assert_eq!(
        with(Fault::ChannelNoSkill).await[0].get("defaultSkillId"),
        Some(&Value::Null)
    );
    let absent = &with(Fault::ChannelFieldsAbsent).await[0];
    assert_eq!(
        (absent.get("studioScript"), absent.get("defaultSkillId")),
        (None, None)
    );
}

#[tokio::test]
async fn script_faults_show_in_the_script() {
    let play = Play::start().await;
    let with = async |fault, query: &str| {
        play.sandbox.set_fault(fault, true);
        let seen = (
            found(&play, query).await,
            folder(&play, "\\").await,
            folder(&play, "Cognigy").await,
        );
        play.sandbox.set_fault(fault, false);
        seen
    };
    let query = format!("scriptName={}", play.provider_id());
    let (scripts, root, inside) = with(Fault::ScriptFolderRenamed, &query).await;
    assert!(
        scripts[0]["scriptName"]
            .as_str()
            .unwrap()
            .starts_with("Cognigy old\\")
    );
    assert!(root.iter().all(|row| row["scriptName"] != "Cognigy") && inside.is_empty());
    let (scripts, root, inside) = with(Fault::ScriptMissing, &query).await;
    assert!(scripts.is_empty() && inside.is_empty() && root.iter().any(|row| row["scriptName"] == "Cognigy"));
    let (scripts, ..) = with(Fault::ScriptRenamed, &query).await;
    assert!(scripts[0]["scriptName"].as_str().unwrap().ends_with(" copy"));
    let (scripts, ..) = with(Fault::ScriptNotCurrent, &query).await;
    assert_ne!(scripts[0]["status"], "CURR");
    for (fault, gone) in [
        (Fault::ScriptNoEscalate, "ESCALATE"),
        (Fault::ScriptNoEndEscalation, "END ESCALATION"),
        (Fault::ScriptNoOnrelease, "OnRelease"),
    ] {
        let (scripts, ..) = with(fault, &query).await;
        let labels = labels(&scripts[0]);
        assert_eq!(labels.len(), 4, "{fault}");
        assert!(!labels.contains(&gone.to_owned()), "{fault}");
    }
    let (scripts, root, _) = with(Fault::ChannelMissing, &query).await;
    assert!(scripts.is_empty() && root.iter().all(|row| row["scriptName"] != "Cognigy"));
}

#[tokio::test]
async fn skill_faults_show_in_the_skill() {
    let play = Play::start().await;
    let token = play.access_token().await;
    let skill = play.profile("/routing_skill");
    let with = async |fault, path: &str| {
        play.sandbox.set_fault(fault, true);
        let answer = play.get_as(&token, &play.acd(path)).await;
        play.sandbox.set_fault(fault, false);
        answer
    };
    let of_skill = format!("skills/{skill}");
    assert_eq!(with(Fault::SkillVoice, &of_skill).await.json()["mediaTypeId"], 4);
    assert_eq!(
        with(Fault::SkillOutbound, &of_skill).await.json()["isOutbound"],
        true
    );
    let inactive = with(Fault::SkillInactive, &of_skill).await.json();
    assert_eq!(inactive["isActive"], false);
    let campaign = with(
        Fault::CampaignInactive,
        &format!("campaigns/{}", inactive["campaignId"]),
    )
    .await
    .json();
    assert_eq!(campaign["isActive"], false);
    assert_eq!(
        with(Fault::SkillNobody, &format!("skills/{skill}/agents"))
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn path_faults_lead_nowhere_as_named() {
    let play = Play::start().await;
    let base_with = |fault| {
        play.sandbox.set_fault(fault, true);
        let base = play.sandbox.description().profile["endpoint_base"]
            .as_str()
            .unwrap()
            .to_owned();
        play.sandbox.set_fault(fault, false);
        base
    };
    assert!(base_with(Fault::EndpointDns).ends_with(".invalid"));
    let refused = play
        .http
        .get(base_with(Fault::EndpointRefused))
        .send()
        .await
        .unwrap_err();
    assert!(refused.is_connect());

    let base = base_with(Fault::EndpointPrivate);
    assert!(base.contains(sandbox::PRIVATE_HOST));
    // Not every resolver knows names below localhost.
    let here = play
        .about
        .endpoint_base
        .trim_start_matches("http://")
        .parse()
        .unwrap();
    let resolving = Client::builder()
        .no_proxy()
        .resolve(sandbox::PRIVATE_HOST, here)
        .build()
        .unwrap();
    let there = format!("{base}/handover/niceCxOne/nothing");
    assert_eq!(resolving.get(there).send().await.unwrap().status(), 404);

    play.sandbox.set_fault(Fault::ProxyAuthRequired, true);
    let proxy = play.sandbox.description().proxy.unwrap();
    play.sandbox.set_fault(Fault::ProxyAuthRequired, false);
    let through = Client::builder()
        .proxy(reqwest::Proxy::http(&proxy).unwrap())
        .build()
        .unwrap();
    let asked = through.get("http://example.com/").send().await.unwrap();
    assert_eq!(asked.status(), 407);
    assert!(asked.headers().contains_key("proxy-authenticate"));

    let base = base_with(Fault::TlsIntercepted);
    assert!(play.http.get(&base).send().await.unwrap_err().is_connect());
    let root = Certificate::from_der(&Sandbox::root_certificate().unwrap()).unwrap();
    let trusting = Client::builder()
        .no_proxy()
        .tls_certs_only([root])
        .build()
        .unwrap();
    assert_eq!(trusting.get(&base).send().await.unwrap().status(), 404);

    let base = base_with(Fault::EndpointTlsExpired);
    assert!(base.starts_with("https://127.0.0.1:"));
    let root = Certificate::from_der(&Sandbox::root_certificate().unwrap()).unwrap();
    let trusting = Client::builder()
        .no_proxy()
        .tls_certs_only([root])
        .build()
        .unwrap();
    let expired = trusting.get(base).send().await.unwrap_err();
    assert!(format!("{expired:?}").contains("Expired"), "{expired:?}");
}
