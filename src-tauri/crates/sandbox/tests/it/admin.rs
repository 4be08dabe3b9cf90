//! What an administrator makes, changes and deletes in the simulated tenant, and finds there.

use reqwest::Method;
use sandbox::Fault;
use serde_json::{Value, json};

use crate::cxone::Line;

#[tokio::test]
async fn channels_skills_keys_and_scripts_live_from_creation_to_deletion() {
    let line = Line::start().await;
    // A channel.
    let channel = |name: &str| {
        json!({
            "id": "sim_channel", "idOnExternalPlatform": "sim_ext", "realExternalPlatformId": "custom", "name": name,
            "channelIntegrationId": line.play.profile("/channel_integration_id"), "isPrivate": true, "hasTreeStructure": false,
        })
    };
    assert_eq!(
        line.dfo(Method::POST, "channels", channel("One")).await.status,
        201
    );
    assert_eq!(
        line.dfo(Method::POST, "channels", channel("Two")).await.status,
        200
    );
    let found = line.play.channels("?id[]=sim_channel").await;
    assert_eq!(found[0]["name"], "Two");
    assert_eq!(
        line.dfo(Method::DELETE, "channels/sim_channel", Value::Null)
            .await
            .status,
        204
    );
    assert_eq!(
        line.dfo(Method::DELETE, "channels/sim_channel", Value::Null)
            .await
            .status,
        404
    );

    // A skill's agents.
    let skill = line.play.profile("/routing_skill");
    let agents = format!("skills/{skill}/agents");
    let all = line.acd(Method::GET, &agents, Value::Null).await.json();
    let agent = all["agentSkillAssignments"][0]["agentId"].to_string();
    let body = json!({ "agents": [{ "agentId": agent }] });
    assert_eq!(line.acd(Method::DELETE, &agents, body.clone()).await.status, 200);
    let left = line.acd(Method::GET, &agents, Value::Null).await.json();
    assert_eq!(left["totalRecords"], 2);
    let twice = line.acd(Method::DELETE, &agents, body.clone()).await.json();
    assert_eq!(twice["resultSet"]["errorCount"], 1, "200 with its errors");
    line.acd(Method::POST, &agents, body).await;
    assert_eq!(
        line.acd(Method::GET, &agents, Value::Null).await.json()["totalRecords"],
        3
    );

    // A key signs in until it is switched off.
    let owner = line.acd(Method::POST, "access-keys?agentId=1", Value::Null).await;
    assert_eq!(owner.status, 201, "of who asks, where nobody of that number is");
    let key = owner.json()["accesskeys"][0].clone();
    let form = || {
        vec![
            ("grant_type", "password".to_owned()),
            ("username", key["accessKeyId"].as_str().unwrap().to_owned()),
            ("password", key["accessKeySecret"].as_str().unwrap().to_owned()),
        ]
    };
    assert_eq!(line.play.token_request(form(), true).await.status, 200);
    let path = format!("access-keys/{}", key["accessKeyId"].as_str().unwrap());
    let shown = line.acd(Method::GET, &path, Value::Null).await.json();
    assert!(
        shown["accessKey"]["lastUsedDate"].is_string() && shown["accessKey"].get("accessKeySecret").is_none()
    );
    assert_eq!(
        line.acd(Method::PATCH, &format!("{path}?isActive=false"), Value::Null)
            .await
            .status,
        200
    );
    assert_eq!(line.play.token_request(form(), true).await.status, 400);
    assert_eq!(line.acd(Method::DELETE, &path, Value::Null).await.status, 200);
    assert_eq!(line.acd(Method::GET, &path, Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_script_is_saved_clean_with_warnings_or_not_at_all() {
    let line = Line::start().await;
    let script = |name: &str, label: &str, to: u64| {
        json!({ "scriptContent": {
            "header": { "scriptName": "Cognigy\\Sim script", "mediaType": 9 },
            "actions": {
                "1": { "actionId": 1, "name": "BEGIN", "label": "Begin", "xws": 0, "yws": 0 },
                "2": { "actionId": 2, "name": name, "label": label, "xws": 100, "yws": 0 },
            },
            "properties": {},
            "branches": { "1": [{ "to": to, "label": "Default", "type": "default", "index": 0 }] },
        } })
    };
    let save = async |label: &str, to| {
        let content = script("REQAGENT", label, to);
        line.acd(Method::POST, "scripts", content).await
    };
    let first = save("ESCALATE", 2).await;
    assert_eq!(
        (first.status.as_u16(), &first.json()["errorCount"]),
        (200, &json!(0))
    );
    let warned = save("", 2).await;
    let details = warned.json()["results"][0]["error_code"]["details"].clone();
    assert_eq!(
        (warned.status.as_u16(), &details["totalWarnings"]),
        (206, &json!(1))
    );
    let refused = save("ESCALATE", 7).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["results"][0]["success"]),
        (409, &json!(false))
    );
    let unlicensed = line
        .acd(Method::POST, "scripts", script("NOSUCHACTION", "Other", 2))
        .await;
    let found = &unlicensed.json()["results"][0]["error_code"]["details"]["actions"]["2"]["errors"];
    assert_eq!(
        (unlicensed.status.as_u16(), found),
        (409, &json!([{ "key": "action-not-available" }]))
    );
    assert!(
        unlicensed
            .header("x-sandbox-rule")
            .contains("action-not-available")
    );
    let mut flat = script("REQAGENT", "ESCALATE", 2);
    flat["scriptContent"]["actions"]["2"]
        .as_object_mut()
        .unwrap()
        .remove("xws");
    assert_eq!(line.acd(Method::POST, "scripts", flat).await.status, 400);

    let path = "scriptPath=Cognigy%5CSim%20script";
    let versions = line
        .acd(Method::GET, &format!("scripts/historyByName?{path}"), Value::Null)
        .await
        .json();
    assert_eq!(
        versions["versions"].as_array().unwrap().len(),
        2,
        "the refused one is none"
    );
    assert_eq!(versions["versions"][0]["status"], "CURR");
    let read = line
        .acd(Method::GET, &format!("scripts?{path}"), Value::Null)
        .await
        .json();
    assert_eq!(read["scriptContent"]["actions"]["2"]["label"], "");
    assert_eq!(
        line.acd(Method::DELETE, &format!("scripts?{path}"), Value::Null)
            .await
            .status,
        200
    );
    assert_eq!(
        line.acd(Method::GET, &format!("scripts?{path}"), Value::Null)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn users_and_roles_are_searched() {
    let line = Line::start().await;
    let search = async |path: &str, body: Value| {
        let url = format!("{}{path}", line.play.about.hosts.userhub);
        line.called(Method::POST, url, body).await.json()
    };
    let users = "/user-management/v2/users/search";
    let all = search(users, json!({})).await;
    assert_eq!(all["totalRecords"], 3);
    assert_eq!(
        all["users"][1]["customAttributes"]["digitalEngagement"]["values"][0]["value"],
        "true"
    );
    let agents = search(
        users,
        json!({ "filter": { "role": ["Agent"] }, "fields": ["userName"], "top": 1 }),
    )
    .await;
    assert_eq!(
        (&agents["totalRecords"], agents["users"].as_array().unwrap().len()),
        (&json!(2), 1)
    );
    assert_eq!(
        agents["users"][0].as_object().unwrap().len(),
        2,
        "id and what was asked for"
    );
    line.sandbox().set_fault(Fault::AgentPending, true);
    let pending = search(users, json!({ "filter": { "status": ["PENDING"] } })).await;
    assert_eq!(pending["totalRecords"], 2);
    let roles = search(
        "/authorization/v1/roles/search",
        json!({ "page": { "pageNo": 2, "pageSize": 1 } }),
    )
    .await;
    assert_eq!(roles["roles"][0]["roleName"], "Agent");
}
