//! Save of a handover provider, against the simulated CXone: what it makes, how each wrong value ends, and what deleting takes
//! away.

use reqwest::Method;
use sandbox::switch::{
    ChannelIntegration, ProviderPath, ProviderRename, SaveFailure, SaveTimeout, SaveUnit, Switches,
};
use sandbox::{Act, Deed, Fault};
use serde_json::{Value, json};

use crate::play::Play;
use crate::scripts::{folder, labels};

const NAME: &str = "Second Support";

/// What an administrator types for a provider.
#[derive(Clone)]
struct Typed {
    tenant: String,
    unit: String,
    integration: String,
    key: [String; 2],
    client: [String; 2],
    pair: [String; 2],
}

impl Typed {
    fn right(play: &Play) -> Typed {
        let env = |name: &str| play.env(name).to_owned();
        Typed {
            tenant: play.profile("/cxone/tenant_id"),
            unit: play.profile("/cxone/business_unit"),
            integration: play.profile("/channel_integration_id"),
            key: [env("ACCESS_KEY_ID"), env("ACCESS_KEY_SECRET")],
            client: [env("CLIENT_ID"), env("CLIENT_SECRET")],
            pair: [env("INTEGRATION_CLIENT_ID"), env("INTEGRATION_CLIENT_SECRET")],
        }
    }
}

async fn connection(play: &Play, name: &str, kind: &str, fields: Value) -> String {
    let body = json!({
        "projectId": play.project_id(), "name": name, "extension": "nice-cxone-handover", "type": kind, "fields": fields,
    });
    let made = play.api(Method::POST, "/v2.0/connections", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["referenceId"].as_str().unwrap().to_owned()
}

/// Makes a provider as the product does: first a name alone. Gives its id.
async fn provider(play: &Play) -> String {
    let services = play
        .api(Method::GET, "/v2.0/handover/services", None)
        .await
        .json();
    let service = &services["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|of| of["name"] == "niceCxOne")
        .unwrap()["_id"];
    let body = json!({ "projectId": play.project_id(), "name": NAME, "serviceId": service });
    let made = play
        .api(Method::POST, "/v2.0/handover/provider", Some(body))
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!(made["provisioning"], json!({ "status": "pending" }));
    made["_id"].as_str().unwrap().to_owned()
}

/// The properties for what was typed, its credentials put into connections.
async fn properties(play: &Play, name: &str, typed: &Typed) -> Value {
    let fields = json!({
        "username": typed.key[0], "password": typed.key[1], "clientId": typed.client[0], "clientSecret": typed.client[1],
    });
    let outbound = connection(play, &format!("{name} outbound"), "cxoneOutbound", fields).await;
    let fields = json!({ "clientId": typed.pair[0], "clientSecret": typed.pair[1] });
    let pair = connection(play, &format!("{name} pair"), "cxoneChannelIntegration", fields).await;
    json!([
        { "key": "tenantId", "value": typed.tenant },
        { "key": "businessUnitId", "value": typed.unit },
        { "key": "outboundCredentials", "value": outbound },
        { "key": "channelIntegrationId", "value": typed.integration },
        { "key": "channelIntegrationAuthentication", "value": pair },
    ])
}

async fn save(play: &Play, id: &str, change: Value) -> Value {
    let mut body = change;
    body["projectId"] = play.project_id().into();
    let path = format!("/v2.0/handover/providers/{id}");
    let saved = play.api(Method::PATCH, &path, Some(body)).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    saved.json()
}

fn named<'a>(channels: &'a [Value], name: &str) -> Vec<&'a Value> {
    channels
        .iter()
        .filter(|channel| channel["name"] == name)
        .collect()
}

async fn errors(play: &Play) -> usize {
    let path = format!("/v2.0/projects/{}/logs?type=error", play.project_id());
    let list = play.api(Method::GET, &path, None).await.json();
    list["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn save_makes_channel_and_script_and_deleting_takes_both_away() {
    let play = Play::start().await;
    let id = provider(&play).await;
    let typed = Typed::right(&play);
    let list = properties(&play, "a", &typed).await;
    let saved = save(&play, &id, json!({ "properties": list })).await;
    assert_eq!(saved["provisioning"], json!({ "status": "succeeded" }));
    let channels = play.channels("").await;
    let own = named(&channels, NAME);
    assert_eq!(own.len(), 1);
    assert_eq!(own[0]["channelIntegrationId"], typed.integration.as_str());
    let script = format!("Cognigy\\Cognigy Handover Script {id}");
    assert_eq!(own[0]["studioScript"], script.as_str());
    let scripts = crate::scripts::found(&play, &format!("scriptName={id}")).await;
    assert_eq!(scripts[0]["scriptName"], script.as_str());
    let labels = labels(&scripts[0]);
    assert!(labels.contains(&"ESCALATE".to_owned()) && labels.contains(&"END ESCALATION".to_owned()));

    // A second Save finds everything there.
    let again = save(&play, &id, json!({ "properties": list })).await;
    assert_eq!(again["provisioning"], json!({ "status": "succeeded" }));
    assert_eq!(named(&play.channels("").await, NAME).len(), 1);
    assert_eq!(folder(&play, "Cognigy").await.len(), 2);

    let path = format!("/v2.0/handover/providers/{id}?projectId={}", play.project_id());
    assert_eq!(play.api(Method::DELETE, &path, None).await.status, 204);
    assert!(named(&play.channels("").await, NAME).is_empty());
    assert_eq!(
        folder(&play, "Cognigy").await.len(),
        1,
        "the other provider's stays"
    );
    assert_eq!(play.api(Method::DELETE, &path, None).await.status, 404);
    assert_eq!(errors(&play).await, 0);
}

#[tokio::test]
async fn what_was_renamed_in_cxone_stays_there_when_the_provider_is_deleted() {
    let play = Play::start().await;
    play.sandbox.set_fault(Fault::ScriptRenamed, true);
    play.sandbox.set_fault(Fault::ChannelRenamed, true);
    let path = format!(
        "/v2.0/handover/providers/{}?projectId={}",
        play.provider_id(),
        play.project_id()
    );
    assert_eq!(play.api(Method::DELETE, &path, None).await.status, 204);
    play.sandbox.set_fault(Fault::ScriptRenamed, false);
    play.sandbox.set_fault(Fault::ChannelRenamed, false);
    assert_eq!(named(&play.channels("").await, &play.profile("/name")).len(), 1);
    assert_eq!(folder(&play, "Cognigy").await.len(), 1);
}

#[tokio::test]
async fn each_wrong_value_fails_the_save_and_the_right_one_mends_it() {
    type Spoil = fn(&mut Typed);
    let wrong: [(&str, Spoil); 6] = [
        ("key id", |typed| typed.key[0].push('x')),
        ("key secret", |typed| typed.key[1] = "sim_wrong".to_owned()),
        ("client id", |typed| typed.client[0].push('x')),
        ("client secret", |typed| typed.client[1] = "sim_wrong".to_owned()),
        ("tenant", |typed| {
            typed.tenant = "51b00000-0000-4000-8000-000000000000".to_owned()
        }),
        // The pairs mixed up: the application's where the access key belongs.
        ("pairs", |typed| std::mem::swap(&mut typed.key, &mut typed.client)),
    ];
    for (what, spoil) in wrong {
        let play = Play::start().await;
        let id = provider(&play).await;
        let right = Typed::right(&play);
        let mut typed = right.clone();
        spoil(&mut typed);
        let list = properties(&play, "wrong", &typed).await;
        let saved = save(&play, &id, json!({ "properties": list })).await;
        assert_eq!(saved["provisioning"], json!({ "status": "failed" }), "{what}");
        assert_eq!(errors(&play).await, 1, "{what}");
        assert!(named(&play.channels("").await, NAME).is_empty(), "{what}");
        let list = properties(&play, "right", &right).await;
        let saved = save(&play, &id, json!({ "properties": list })).await;
        assert_eq!(saved["provisioning"], json!({ "status": "succeeded" }), "{what}");
        assert_eq!(named(&play.channels("").await, NAME).len(), 1, "{what}");
    }
}

#[tokio::test]
async fn a_value_left_out_leaves_the_provider_pending() {
    let play = Play::start().await;
    let id = provider(&play).await;
    let mut list = properties(&play, "a", &Typed::right(&play)).await;
    list.as_array_mut().unwrap().pop();
    let saved = save(&play, &id, json!({ "properties": list })).await;
    assert_eq!(saved["provisioning"], json!({ "status": "pending" }));
    assert_eq!(
        saved["properties"].as_array().unwrap().len(),
        4,
        "what is left out is gone"
    );
    assert!(named(&play.channels("").await, NAME).is_empty());
}

#[tokio::test]
async fn an_integration_that_cxone_does_not_have_fails_the_save_where_it_looks() {
    let play = Play::switched(Switches {
        channel_integration: ChannelIntegration::Known,
        ..Switches::default()
    })
    .await;
    let id = provider(&play).await;
    let mut typed = Typed::right(&play);
    typed.integration = "51b00000-0000-4000-8000-000000000000".to_owned();
    let list = properties(&play, "a", &typed).await;
    let saved = save(&play, &id, json!({ "properties": list })).await;
    assert_eq!(saved["provisioning"], json!({ "status": "failed" }));
}

#[tokio::test]
async fn another_business_unit_fails_the_save_unless_nobody_looks() {
    for (save_unit, status) in [(SaveUnit::SignIn, "failed"), (SaveUnit::Any, "succeeded")] {
        let play = Play::switched(Switches {
            save_unit,
            ..Switches::default()
        })
        .await;
        let id = provider(&play).await;
        let mut typed = Typed::right(&play);
        typed.unit = "4600001".to_owned();
        let list = properties(&play, "a", &typed).await;
        let saved = save(&play, &id, json!({ "properties": list })).await;
        assert_eq!(saved["provisioning"], json!({ "status": status }));
        let made = usize::from(save_unit == SaveUnit::Any);
        assert_eq!(named(&play.channels("").await, NAME).len(), made);
    }
}

#[tokio::test]
async fn a_cxone_that_does_not_answer_fails_the_save_and_a_later_one_goes_through() {
    let play = Play::switched(Switches {
        save_timeout: SaveTimeout::OneSecond,
        ..Switches::default()
    })
    .await;
    play.sandbox.set_fault(Fault::DiscoveryHang, true);
    let id = play.provider_id();
    let name = json!({ "name": play.profile("/name") });
    let saved = save(&play, &id, name.clone()).await;
    assert_eq!(saved["provisioning"], json!({ "status": "failed" }));
    play.sandbox.set_fault(Fault::DiscoveryHang, false);
    let saved = save(&play, &id, name).await;
    assert_eq!(saved["provisioning"], json!({ "status": "succeeded" }));
}

#[tokio::test]
async fn an_install_may_refuse_a_save_that_fails() {
    let play = Play::switched(Switches {
        save_failure: SaveFailure::Refused,
        ..Switches::default()
    })
    .await;
    play.sandbox.set_fault(Fault::KeyWrong, true);
    let path = format!("/v2.0/handover/providers/{}", play.provider_id());
    let body = json!({ "projectId": play.project_id(), "name": NAME });
    let refused = play.api(Method::PATCH, &path, Some(body)).await;
    assert_eq!(
        (refused.status.as_u16(), refused.json()["code"].as_u64()),
        (502, Some(50_201))
    );
    let path = format!("/v2.0/handover/provider/{}", play.provider_id());
    let kept = play.api(Method::GET, &path, None).await.json();
    assert_eq!(
        (&kept["name"], &kept["provisioning"]["status"]),
        (&json!(NAME), &json!("failed"))
    );
}

#[tokio::test]
async fn a_new_name_goes_to_the_channel_or_makes_a_second_one() {
    for (provider_rename, old, new) in [
        (ProviderRename::RenamesChannel, 0, 1),
        (ProviderRename::NewChannel, 1, 1),
    ] {
        let play = Play::switched(Switches {
            provider_rename,
            ..Switches::default()
        })
        .await;
        let before = play.profile("/name");
        save(&play, &play.provider_id(), json!({ "name": NAME })).await;
        let channels = play.channels("").await;
        assert_eq!(
            (named(&channels, &before).len(), named(&channels, NAME).len()),
            (old, new)
        );
    }
}

#[tokio::test]
async fn only_the_one_path_saves() {
    for (provider_path, open, closed, status) in [
        (ProviderPath::Plural, "providers", "provider", 405),
        (ProviderPath::Singular, "provider", "providers", 404),
    ] {
        let play = Play::switched(Switches {
            provider_path,
            ..Switches::default()
        })
        .await;
        let body = json!({ "projectId": play.project_id(), "name": NAME });
        let path = |word: &str| format!("/v2.0/handover/{word}/{}", play.provider_id());
        let refused = play.api(Method::PATCH, &path(closed), Some(body.clone())).await;
        assert_eq!(refused.status, status);
        assert_eq!(play.api(Method::PATCH, &path(open), Some(body)).await.status, 200);
    }
}

#[tokio::test]
async fn a_new_provider_hands_over_once_its_channel_has_a_skill() {
    let play = Play::start().await;
    let id = provider(&play).await;
    let list = properties(&play, "a", &Typed::right(&play)).await;
    save(&play, &id, json!({ "properties": list })).await;
    let channels = play.channels("").await;
    let channel = named(&channels, NAME)[0]["id"].as_str().unwrap();
    let flows = play
        .api(
            Method::GET,
            &format!("/v2.0/flows?projectId={}", play.project_id()),
            None,
        )
        .await
        .json();
    let nodes = format!(
        "/v2.0/flows/{}/chart/nodes",
        flows["items"][0]["_id"].as_str().unwrap()
    );
    let node = play
        .api(Method::GET, &format!("{nodes}/search?type=handoverToAgent"), None)
        .await
        .json();
    let body = json!({ "config": { "handoverProvider": id } });
    let path = format!("{nodes}/{}", node["items"][0]["_id"].as_str().unwrap());
    assert_eq!(play.api(Method::PATCH, &path, Some(body)).await.status, 204);

    let customer = play.sandbox.customer("sim_user", "sim_session_1");
    customer.say("human").await.unwrap();
    let contact = play.sandbox.glance().contacts[0].clone();
    assert_eq!(
        (contact.channel.as_str(), contact.skill),
        (channel, None),
        "nobody set a skill yet"
    );
    customer.say("Cancel").await.unwrap();

    let skill = play.profile("/routing_skill").parse().unwrap();
    assert!(play.sandbox.set_channel_skill(channel, skill));
    assert!(
        !play.sandbox.set_channel_skill("sim_nothing", skill) && !play.sandbox.set_channel_skill(channel, 1)
    );
    customer.say("human").await.unwrap();
    let contact = play.sandbox.glance().contacts[1].clone();
    assert!(contact.skill.is_some());
    for act in [
        Act::Accept,
        Act::Reply {
            text: "Good morning".to_owned(),
        },
    ] {
        play.sandbox
            .act(contact.number, Deed { agent: None, act })
            .await
            .unwrap();
    }
    assert_eq!(customer.lines().last().unwrap().text, "Good morning");
}

#[tokio::test]
async fn a_save_signs_in_anew_whatever_token_is_held() {
    let play = Play::start().await;
    let customer = play.sandbox.customer("sim_user", "sim_session_1");
    customer.say("human").await.unwrap();
    assert_eq!(
        customer.stage(),
        sandbox::ChatStage::Waiting,
        "with a token that is held from now on"
    );
    play.sandbox.set_fault(Fault::KeyWrong, true);
    let name = json!({ "name": play.profile("/name") });
    let saved = save(&play, &play.provider_id(), name).await;
    assert_eq!(saved["provisioning"], json!({ "status": "failed" }));
}
