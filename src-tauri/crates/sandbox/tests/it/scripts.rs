//! Script search and folders.

use serde_json::Value;

use crate::play::Play;

async fn list(play: &Play, path: &str, key: &str) -> Vec<Value> {
    let token = play.access_token().await;
    let answer = play.get_as(&token, &play.acd(path)).await;
    if answer.status == 204 {
        return Vec::new();
    }
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()[key].as_array().unwrap().clone()
}

pub async fn found(play: &Play, query: &str) -> Vec<Value> {
    list(play, &format!("scripts/search?{query}"), "scriptSearchDetails").await
}

pub async fn folder(play: &Play, name: &str) -> Vec<Value> {
    let query: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    list(play, &format!("script-folders?folder={query}"), "scriptList").await
}

pub fn labels(script: &Value) -> Vec<String> {
    let actions = script["actions"].as_array().unwrap();
    actions
        .iter()
        .map(|action| action["label"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_handover_script_is_found_with_its_actions() {
    let play = Play::start().await;
    let scripts = found(&play, "scriptName=cognigy+handover&mediaType=9").await;
    assert_eq!(scripts.len(), 1);
    let script = &scripts[0];
    assert_eq!(
        script["scriptName"],
        format!("Cognigy\\Cognigy Handover Script {}", play.provider_id())
    );
    assert_eq!(
        (script["status"].as_str(), script["mediaType"].as_i64()),
        (Some("CURR"), Some(9))
    );
    let labels = labels(script);
    assert!(labels.contains(&"ESCALATE".to_owned()) && labels.contains(&"END ESCALATION".to_owned()));
    assert!(
        script["actions"]
            .as_array()
            .unwrap()
            .iter()
            .any(|action| action["name"] == "ONRELEASE")
    );
}

#[tokio::test]
async fn a_search_narrows_by_name_media_label_and_type() {
    let play = Play::start().await;
    assert_eq!(found(&play, "").await.len(), 2);
    assert_eq!(found(&play, "caption=end+escalation").await.len(), 1);
    assert_eq!(found(&play, "toolName=onrelease").await.len(), 1);
    assert!(found(&play, "mediaType=4").await.is_empty());
    assert!(found(&play, "scriptName=nothing").await.is_empty());
    let token = play.access_token().await;
    assert_eq!(
        play.get_as(&token, &play.acd("scripts/search?mediaType=chat"))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn the_root_lists_folders_and_a_folder_its_scripts() {
    let play = Play::start().await;
    for root in ["\\", ""] {
        let rows = folder(&play, root).await;
        let names: Vec<&str> = rows
            .iter()
            .map(|row| row["scriptName"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["Cognigy", "Samples"]);
        assert!(rows.iter().all(|row| row["isFolder"] == true));
    }
    for name in ["Cognigy", "\\Cognigy\\"] {
        let rows = folder(&play, name).await;
        assert_eq!(rows.len(), 1);
        assert!(
            rows[0]["scriptName"]
                .as_str()
                .unwrap()
                .ends_with(&play.provider_id())
        );
        assert_eq!(rows[0]["isFolder"], false);
    }
    assert!(folder(&play, "Nothing").await.is_empty());
}
