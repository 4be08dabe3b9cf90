//! Cognigy.AI's REST API: the key, the problems, the lists, and the life of each resource.

use reqwest::Method;
use sandbox::switch::{ChartConfig, GetBody, OpenapiAccess, ProviderPath, Switches};
use serde_json::{Value, json};

use crate::play::{Answer, Play};

/// A problem's status and `code`, after a look at the rest of its shape.
fn problem(answer: &Answer) -> (u16, u64) {
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{}",
        answer.text
    );
    let body = answer.json();
    assert_eq!(body["status"], answer.status.as_u16());
    assert_eq!(body["type"], "about:blank");
    for text in ["title", "detail", "instance", "traceId"] {
        assert!(
            body[text].as_str().is_some_and(|text| !text.is_empty()),
            "{text}: {body}"
        );
    }
    (answer.status.as_u16(), body["code"].as_u64().unwrap())
}

#[tokio::test]
async fn both_prefixes_answer_and_only_with_the_key() {
    let play = Play::start().await;
    let api = play.about.cognigy_api.clone().unwrap();
    for prefix in ["/v2.0", "/new/v2.0"] {
        let url = format!("{api}{prefix}/users/me");
        let refused = play.get(&url).await;
        assert_eq!(problem(&refused), (401, 40_101));
        assert_eq!(refused.json()["instance"], format!("{prefix}/users/me"));
        let key = play.env("COGNIGY_API_KEY");
        let by_header = play.send(play.http.get(&url).header("X-API-Key", key)).await;
        assert_eq!(
            (by_header.status.as_u16(), by_header.header("server")),
            (200, "handover-desk-sandbox")
        );
        let by_query = play.get(&format!("{url}?api_key={key}")).await;
        assert_eq!(by_query.json(), by_header.json());
        let wrong = play
            .send(play.http.get(&url).header("X-API-Key", "sim_wrong"))
            .await;
        assert_eq!(wrong.status, 401);
    }
    assert_eq!(problem(&play.get(&format!("{api}/v2.0/nothing")).await).0, 401);
    let nothing = play.api(Method::GET, "/v2.0/nothing", None).await;
    assert_eq!(problem(&nothing), (404, 40_401));
    assert_eq!(nothing.header("x-sandbox-rule"), "cognigy-api route");
    let wrong_method = play.api(Method::POST, "/v2.0/users/me", None).await;
    assert_eq!(problem(&wrong_method), (405, 40_501));
}

#[tokio::test]
async fn every_operation_of_the_document_is_there_and_wants_the_key() {
    for path in [ProviderPath::Plural, ProviderPath::Singular] {
        let play = Play::switched(Switches {
            provider_path: path,
            ..Switches::default()
        })
        .await;
        let api = play.about.cognigy_api.clone().unwrap();
        let document = play.get(&format!("{api}/openapi/openapi-viewer.json")).await;
        assert_eq!(document.status, 200);
        let document = document.json();
        assert_eq!(document["servers"][0]["url"], format!("{api}/new"));
        assert!(document["info"]["version"].as_str().unwrap().starts_with("2026."));
        let mut count = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                count += 1;
                let method: Method = method.to_uppercase().parse().unwrap();
                let path = path.replace(['{', '}'], "");
                let url = format!("{api}{path}");
                let answer = play.send(play.http.request(method.clone(), &url)).await;
                assert_eq!(problem(&answer), (401, 40_101), "{method} {path}");
                // With the key nothing is a missing operation: what is missing is the thing asked for.
                let answer = play.api(method.clone(), &path, None).await;
                if answer.status.as_u16() >= 400 {
                    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
                    assert!(!detail.contains("operation"), "{method} {path}: {detail}");
                    assert_ne!(answer.status, 405, "{method} {path}");
                }
                assert!(operation["operationId"].is_string() && operation["x-mark"].is_string());
            }
        }
        assert_eq!(count, 40);
    }
    let play = Play::switched(Switches {
        openapi_access: OpenapiAccess::Key,
        ..Switches::default()
    })
    .await;
    let api = play.about.cognigy_api.clone().unwrap();
    for path in ["/openapi", "/openapi/openapi-viewer.json"] {
        assert_eq!(play.get(&format!("{api}{path}")).await.status, 401);
        assert_eq!(play.api(Method::GET, path, None).await.status, 200);
    }
}

#[tokio::test]
async fn a_project_that_is_not_ones_own_is_forbidden_and_one_left_out_is_missing() {
    let play = Play::start().await;
    let other = "0123456789abcdef01234567";
    for path in [
        "/v2.0/handover/providers",
        "/v2.0/connections",
        "/v2.0/endpoints",
        "/v2.0/flows",
        "/v2.0/search",
        "/v2.0/conversations",
    ] {
        let forbidden = play
            .api(Method::GET, &format!("{path}?projectId={other}"), None)
            .await;
        assert_eq!(problem(&forbidden), (403, 40_301), "{path}");
        assert_eq!(
            problem(&play.api(Method::GET, path, None).await),
            (400, 40_002),
            "{path}"
        );
    }
    let logs = play
        .api(Method::GET, &format!("/v2.0/projects/{other}/logs"), None)
        .await;
    assert_eq!(problem(&logs), (403, 40_301));
}

#[tokio::test]
async fn a_get_with_a_body_is_refused_unless_the_install_takes_it() {
    for (get_body, status) in [(GetBody::Refuse, 403), (GetBody::Accept, 200)] {
        let play = Play::switched(Switches {
            get_body,
            ..Switches::default()
        })
        .await;
        let answer = play.api(Method::GET, "/v2.0/users/me", Some(json!({}))).await;
        assert_eq!(answer.status, status);
    }
}

#[tokio::test]
async fn the_sample_provider_fits_the_profile_and_its_secrets_stay_inside() {
    let play = Play::start().await;
    let project = play.project_id();
    let list = play
        .api(
            Method::GET,
            &format!("/v2.0/handover/providers?projectId={project}"),
            None,
        )
        .await
        .json();
    assert_eq!((&list["total"], &list["nextCursor"]), (&json!(1), &Value::Null));
    let id = play.provider_id();
    let provider = play
        .api(Method::GET, &format!("/v2.0/handover/provider/{id}"), None)
        .await
        .json();
    assert_eq!(list["items"][0], provider);
    assert_eq!(provider["name"], play.profile("/name"));
    assert_eq!(provider["provisioning"]["status"], "succeeded");
    let property = |key: &str| {
        let properties = provider["properties"].as_array().unwrap();
        properties.iter().find(|of| of["key"] == key).unwrap()["value"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(property("tenantId"), play.profile("/cxone/tenant_id"));
    assert_eq!(property("businessUnitId"), play.profile("/cxone/business_unit"));
    assert_eq!(
        property("channelIntegrationId"),
        play.profile("/channel_integration_id")
    );
    assert!(
        provider["createdAt"].as_i64().unwrap() > 1_000_000_000_000,
        "milliseconds"
    );

    let service = provider["serviceId"].as_str().unwrap();
    let service = play
        .api(Method::GET, &format!("/v2.0/handover/services/{service}"), None)
        .await
        .json();
    assert_eq!(service["name"], "niceCxOne");
    assert_eq!(service["properties"].as_array().unwrap().len(), 5);

    let connections = play
        .api(
            Method::GET,
            &format!("/v2.0/connections?projectId={project}"),
            None,
        )
        .await;
    for secret in [
        "ACCESS_KEY_ID",
        "ACCESS_KEY_SECRET",
        "CLIENT_SECRET",
        "INTEGRATION_CLIENT_SECRET",
    ] {
        assert!(!connections.text.contains(play.env(secret)), "{secret}");
    }
    let found = play
        .api(
            Method::GET,
            &format!("/v2.0/search?projectId={project}&type=handoverProvider&filter=sandbox"),
            None,
        )
        .await
        .json();
    assert_eq!(
        (found["items"][0]["_id"].as_str(), &found["total"]),
        (Some(id.as_str()), &json!(1))
    );
}

#[tokio::test]
async fn flows_show_their_nodes_and_where_they_hand_over() {
    for (chart_config, shown) in [(ChartConfig::NodeOnly, false), (ChartConfig::ChartToo, true)] {
        let play = Play::switched(Switches {
            chart_config,
            ..Switches::default()
        })
        .await;
        let flows = play
            .api(
                Method::GET,
                &format!("/v2.0/flows?projectId={}", play.project_id()),
                None,
            )
            .await
            .json();
        let flow = &flows["items"][0];
        let base = format!("/v2.0/flows/{}", flow["_id"].as_str().unwrap());
        let by_reference = format!("/v2.0/flows/{}", flow["referenceId"].as_str().unwrap());
        assert_eq!(play.api(Method::GET, &by_reference, None).await.status, 404);
        let chart = play.api(Method::GET, &format!("{base}/chart"), None).await.json();
        let nodes = chart["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), chart["relations"].as_array().unwrap().len());
        assert!(nodes.iter().all(|node| node.get("config").is_some() == shown));
        let search = format!("{base}/chart/nodes/search?type=handoverToAgent");
        let node = play.api(Method::GET, &search, None).await.json()["items"][0].clone();
        let path = format!("{base}/chart/nodes/{}", node["_id"].as_str().unwrap());
        let config = play.api(Method::GET, &path, None).await.json()["config"].clone();
        assert_eq!(config["handoverProvider"], play.provider_id());
        assert_eq!(
            (
                &config["sendTranscriptAsFirstMessage"],
                &config["displayAgentDetails"]
            ),
            (&json!(true), &json!(false))
        );
        let change = json!({ "config": { "displayAgentDetails": true } });
        assert_eq!(play.api(Method::PATCH, &path, Some(change)).await.status, 204);
        let changed = play.api(Method::GET, &path, None).await.json()["config"].clone();
        assert_eq!(changed["displayAgentDetails"], true);
        assert_eq!(changed["text"], config["text"], "the rest is as it was");
    }
}

#[tokio::test]
async fn endpoints_and_connections_live_and_die() {
    let play = Play::start().await;
    let project = play.project_id();
    let flows = play
        .api(Method::GET, &format!("/v2.0/flows?projectId={project}"), None)
        .await
        .json();
    let flow = &flows["items"][0];
    let mut body =
        json!({ "projectId": project, "name": "Second", "channel": "webchat3", "flowId": flow["_id"] });
    let by_id = play
        .api(Method::POST, "/v2.0/endpoints", Some(body.clone()))
        .await;
    assert_eq!(
        problem(&by_id),
        (400, 40_001),
        "an endpoint names its flow by the reference id"
    );
    body["flowId"] = flow["referenceId"].clone();
    let made = play.api(Method::POST, "/v2.0/endpoints", Some(body)).await;
    assert_eq!(made.status, 201);
    let made = made.json();
    assert!(made.get("projectId").is_none());
    let path = format!("/v2.0/endpoints/{}", made["_id"].as_str().unwrap());
    let off = json!({ "active": false });
    assert_eq!(play.api(Method::PATCH, &path, Some(off)).await.status, 204);
    assert_eq!(play.api(Method::GET, &path, None).await.json()["active"], false);
    let wrong = play
        .api(
            Method::PATCH,
            &path,
            Some(json!({ "name": "Third", "channel": "pigeon" })),
        )
        .await;
    assert_eq!(problem(&wrong), (400, 40_001));
    assert_eq!(
        play.api(Method::GET, &path, None).await.json()["name"],
        "Second",
        "nothing of a wrong change is kept"
    );
    assert_eq!(play.api(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(problem(&play.api(Method::GET, &path, None).await), (404, 40_401));

    let body = |name: &str, fields: Value| {
        json!({
            "projectId": project, "name": name, "extension": "nice-cxone-handover", "type": "cxoneChannelIntegration", "fields": fields,
        })
    };
    let made = play
        .api(
            Method::POST,
            "/v2.0/connections",
            Some(body(
                "Mine",
                json!({ "clientId": "me", "clientSecret": "test-secret-1" }),
            )),
        )
        .await;
    assert_eq!(made.status, 201);
    assert!(!made.text.contains("test-secret-1"));
    let again = play
        .api(Method::POST, "/v2.0/connections", Some(body("Mine", json!({}))))
        .await;
    assert_eq!(problem(&again), (409, 40_901));
    let odd = play
        .api(
            Method::POST,
            "/v2.0/connections",
            Some(body("Odd", json!({ "pin": "1" }))),
        )
        .await;
    assert_eq!(problem(&odd), (400, 40_001));
    let path = format!("/v2.0/connections/{}", made.json()["_id"].as_str().unwrap());
    assert_eq!(
        play.api(Method::PATCH, &path, Some(json!({ "name": "Ours" })))
            .await
            .status,
        204
    );
    assert_eq!(play.api(Method::GET, &path, None).await.json()["name"], "Ours");
    assert_eq!(play.api(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(play.api(Method::DELETE, &path, None).await.status, 404);
}

#[tokio::test]
async fn logs_have_a_tail_a_count_and_windows() {
    let play = Play::start().await;
    let project = play.project_id();
    let logs = async |query: &str| {
        play.api(
            Method::GET,
            &format!("/v2.1/projects/{project}/logs/{query}"),
            None,
        )
        .await
    };
    let tail = logs("tail").await.json();
    assert_eq!((&tail["total"], &tail["items"]), (&json!(-1), &json!([])));
    for wrong in [
        "tail?lastTimeWindow=2",
        "tail?next=short",
        "tail?next=0123456789abcdef01234567",
        "tail?type[]=loud",
        "count",
    ] {
        assert_eq!(problem(&logs(wrong).await).0, 400, "{wrong}");
    }
    let url = format!(
        "{}/v2.1/projects/{project}/logs/count",
        play.about.cognigy_api.as_deref().unwrap()
    );
    let request = play
        .http
        .get(url)
        .header("X-API-Key", play.env("COGNIGY_API_KEY"));
    let count = play
        .send(request.header("x-cognigy-log-model-version", "v2"))
        .await;
    assert_eq!(
        count.json(),
        json!({ "fatal": 0, "error": 0, "warn": 0, "info": 0, "debug": 0 })
    );
}
