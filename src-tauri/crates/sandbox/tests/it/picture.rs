//! What a verification would read of the sandbox, and what each fault changes of that.

use sandbox::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::endpoint::message;
use crate::faults::OPENID;
use crate::play::Play;

/// The answers a verification would read, as one value: what a fault changes can be named by its keys.
pub async fn picture(play: &Play) -> Value {
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
pub fn touches(fault: Fault) -> Option<&'static [&'static str]> {
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
