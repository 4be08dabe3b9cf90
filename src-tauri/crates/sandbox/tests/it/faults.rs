//! Every server and path fault shows its effect, and the effect only.

use std::time::Duration;

use reqwest::{Certificate, Client};
use sandbox::{Fault, Sandbox};
use serde_json::Value;

use crate::endpoint::message;
use crate::picture::{picture, touches};
use crate::play::Play;
use crate::scripts::{folder, found, labels};

pub const OPENID: &str = "/.well-known/openid-configuration";

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
    let tunnel = Client::builder()
        .proxy(reqwest::Proxy::https(&proxy).unwrap())
        .build()
        .unwrap();
    let refused = tunnel.get("https://endpoint-proxied.invalid/").send().await;
    assert!(refused.unwrap_err().is_connect());

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
