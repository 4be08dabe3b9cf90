//! Channels, threads, one-time tokens.

use serde_json::{Value, json};

use crate::play::Play;

fn names(channels: &[Value]) -> Vec<&str> {
    channels
        .iter()
        .map(|channel| channel["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_channel_list_is_a_bare_array_with_the_provider_in_it_once() {
    let play = Play::start().await;
    let channels = play.channels("").await;
    assert!(channels.len() > 1);
    let own: Vec<&Value> = channels
        .iter()
        .filter(|channel| channel["name"] == play.profile("/name"))
        .collect();
    assert_eq!(own.len(), 1);
    let own = own[0];
    assert_eq!(
        own["channelIntegrationId"],
        play.profile("/channel_integration_id")
    );
    assert_eq!(
        (&own["isPrivate"], &own["hasTreeStructure"], &own["hasReply"]),
        (&json!(true), &json!(false), &json!(true))
    );
    assert_eq!(
        own["studioScript"],
        format!("Cognigy\\Cognigy Handover Script {}", play.provider_id())
    );
    assert_eq!(own["defaultSkillId"].to_string(), play.profile("/routing_skill"));
    for channel in &channels {
        for field in [
            "id",
            "idOnExternalPlatform",
            "realExternalPlatformId",
            "name",
            "channelIntegrationId",
        ] {
            assert!(
                channel[field].as_str().is_some_and(|text| !text.is_empty()),
                "{field}"
            );
        }
    }
}

#[tokio::test]
async fn pages_count_from_one_and_end_empty() {
    let play = Play::start().await;
    let all = play.channels("").await;
    let mut paged = Vec::new();
    for page in 1.. {
        let rows = play.channels(&format!("?size=1&page={page}")).await;
        if rows.is_empty() {
            break;
        }
        assert_eq!(rows.len(), 1);
        paged.extend(rows);
    }
    assert_eq!(paged, all);
    let token = play.access_token().await;
    for query in [
        "page=0",
        "size=0",
        "page=x",
        "size=-1",
        "isPrivate=maybe",
        "orderBy=colour",
    ] {
        let answer = play.get_as(&token, &play.dfo(&format!("channels?{query}"))).await;
        assert_eq!(answer.status, 400, "{query}");
        assert_eq!(
            answer.json()["errors"][0]["field"],
            query.split('=').next().unwrap()
        );
    }
    assert!(
        play.channels("?page=18446744073709551615&size=2")
            .await
            .is_empty(),
        "a page far beyond the end"
    );
}

#[tokio::test]
async fn channels_are_filtered_and_ordered() {
    let play = Play::start().await;
    let all = play.channels("").await;
    let id = all[1]["id"].as_str().unwrap();
    assert_eq!(play.channels(&format!("?id[]={id}")).await, [all[1].clone()]);
    assert_eq!(play.channels("?isPrivate=false").await.len(), 1);
    let ordered = play.channels("?orderBy=title&order=desc").await;
    let mut expected = names(&all);
    expected.sort_unstable();
    expected.reverse();
    assert_eq!(names(&ordered), expected);
}

#[tokio::test]
async fn threads_show_their_channels_when_asked() {
    let play = Play::start().await;
    let token = play.access_token().await;
    let plain = play.get_as(&token, &play.dfo("threads")).await.json();
    assert_eq!(plain["totalRecords"], 1);
    assert!(plain.get("_context").is_none());
    let full = play
        .get_as(&token, &play.dfo("threads?withContext=1"))
        .await
        .json();
    let channel = &full["_context"]["channels"][0];
    assert_eq!(channel["id"], full["data"][0]["channelId"]);
    assert_eq!(
        channel["defaultSkillId"].to_string(),
        play.profile("/routing_skill")
    );
    assert_eq!(
        (&channel["mediaType"], &channel["isDeleted"]),
        (&json!(9), &json!(false))
    );
    assert_eq!(
        play.get_as(&token, &play.dfo("threads?withContext=yes"))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_one_time_token_is_looked_at_without_a_bearer() {
    let play = Play::start().await;
    let ask = async |body: Value| {
        let answer = play
            .send(
                play.http
                    .post(play.dfo("one-time-token/verification"))
                    .json(&body),
            )
            .await;
        assert_eq!(answer.status, 400);
        answer.json()["errors"][0]["field"].as_str().unwrap().to_owned()
    };
    assert_eq!(ask(json!({})).await, "brandId");
    assert_eq!(ask(json!({ "brandId": 1 })).await, "userId");
    assert_eq!(ask(json!({ "brandId": 1, "userId": 2 })).await, "token");
    assert_eq!(
        ask(json!({ "brandId": 1, "userId": 2, "token": "t" })).await,
        "purpose"
    );
    let whole = json!({ "brandId": 1, "userId": 2, "token": "t", "purpose": "channel-integration" });
    assert_eq!(ask(whole).await, "token", "no token is out");
}
