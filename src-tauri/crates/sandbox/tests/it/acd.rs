//! Business unit, skills, agents, campaigns.

use serde_json::{Value, json};

use crate::play::Play;

struct Admin {
    play: Play,
    token: String,
}

impl Admin {
    async fn start() -> Admin {
        let play = Play::start().await;
        let token = play.access_token().await;
        Admin { play, token }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.play.get_as(&self.token, &self.play.acd(path)).await;
        (
            answer.status.as_u16(),
            serde_json::from_str(&answer.text).unwrap_or_default(),
        )
    }
}

#[tokio::test]
async fn the_business_unit_has_digital_engagement() {
    let admin = Admin::start().await;
    let (status, body) = admin.get("business-unit").await;
    assert_eq!(status, 200);
    let unit = &body["businessUnits"][0];
    assert_eq!(
        unit["businessUnitId"].to_string(),
        admin.play.profile("/cxone/business_unit")
    );
    assert_eq!(unit["tenantId"], admin.play.profile("/cxone/tenant_id"));
    let digital = unit["features"]
        .as_array()
        .unwrap()
        .iter()
        .find(|feature| feature["productId"] == 122)
        .unwrap();
    assert_eq!(digital["isEnabled"], true);
}

#[tokio::test]
async fn case_and_version_of_a_path_do_not_matter() {
    let admin = Admin::start().await;
    for prefix in [
        "inContactAPI/services/v34.0",
        "InContactAPI/services/v27.0",
        "incontactapi/SERVICES/V8",
    ] {
        let url = format!("{}/{prefix}/Business-Unit", admin.play.about.hosts.api);
        assert_eq!(
            admin.play.get_as(&admin.token, &url).await.status,
            200,
            "{prefix}"
        );
    }
}

#[tokio::test]
async fn the_routing_skill_fits_and_is_found() {
    let admin = Admin::start().await;
    let id = admin.play.profile("/routing_skill");
    let (status, skill) = admin.get(&format!("skills/{id}")).await;
    assert_eq!(status, 200);
    assert_eq!(
        (&skill["mediaTypeId"], &skill["isOutbound"], &skill["isActive"]),
        (&json!(9), &json!(false), &json!(true))
    );
    let (_, found) = admin
        .get("skills?searchString=ESCALATIONS&mediaTypeId=9&isActive=true")
        .await;
    assert_eq!(found["totalRecords"], 1);
    assert_eq!(found["skills"][0], skill);
    let (status, campaign) = admin.get(&format!("campaigns/{}", skill["campaignId"])).await;
    assert_eq!((status, &campaign["isActive"]), (200, &json!(true)));
    assert_eq!(admin.get("skills/1").await.0, 404);
    assert_eq!(admin.get("campaigns/1").await.0, 404);
}

#[tokio::test]
async fn lists_are_paged_and_an_empty_one_has_no_body() {
    let admin = Admin::start().await;
    let (_, first) = admin.get("skills?top=2&fields=skillId,SkillName").await;
    assert_eq!(first["totalRecords"], 3);
    assert_eq!(first["skills"].as_array().unwrap().len(), 2);
    let fields: Vec<&String> = first["skills"][0].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["skillId", "skillName"]);
    let next = first["_links"]["next"].as_str().unwrap();
    assert!(
        next.starts_with(&admin.play.about.hosts.api),
        "a link can be followed as it is: {next}"
    );
    let second = admin.play.get_as(&admin.token, next).await.json();
    assert_eq!(second["skills"].as_array().unwrap().len(), 1);
    assert!(second["_links"]["next"].is_null() && second["_links"]["previous"].is_string());
    for empty in [
        "skills?searchString=nothing",
        "agents?skip=100",
        "campaigns?isActive=false",
        "skills?top=1&skip=3",
    ] {
        let answer = admin.play.get_as(&admin.token, &admin.play.acd(empty)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (204, ""),
            "{empty}"
        );
    }
    for bad in [
        "skills?skip=x",
        "skills?top=0",
        "skills?mediaTypeId=chat",
        "agents?isActive=2",
        "campaigns?isActive=x",
    ] {
        let (status, body) = admin.get(bad).await;
        assert_eq!((status, &body["error"]), (400, &json!("bad_request")), "{bad}");
    }
}

#[tokio::test]
async fn the_skill_has_agents_who_can_take_digital() {
    let admin = Admin::start().await;
    let id = admin.play.profile("/routing_skill");
    let (status, body) = admin.get(&format!("skills/{id}/agents")).await;
    assert_eq!(status, 200);
    let rows = body["agentSkillAssignments"].as_array().unwrap();
    // The key's owner has the skill too, and takes no contacts.
    assert_eq!(rows.len(), 3);
    for row in rows {
        assert_eq!(
            (&row["isActive"], &row["isAssigned"]),
            (&json!(true), &json!(true))
        );
        let (_, agent) = admin.get(&format!("agents/{}", row["agentId"])).await;
        let serves = agent["userType"] == "Agent";
        assert_eq!(agent["DigitalEngagementEnabled"], serves);
        let (status, by_user) = admin
            .get(&format!("agents/{}", row["userId"].as_str().unwrap()))
            .await;
        assert_eq!((status, &by_user), (200, &agent), "by user id");
    }
    assert_eq!(admin.get("skills/1/agents").await.0, 404);
    assert_eq!(admin.get("agents/1").await.0, 404);
    let (_, all) = admin.get("agents?isActive=true").await;
    assert_eq!(all["totalRecords"], 3);
}

#[tokio::test]
async fn campaigns_changed_their_shape_with_version_33() {
    let admin = Admin::start().await;
    let (_, new) = admin.get("campaigns").await;
    assert!(new["campaigns"][0]["id"].is_number() && new["campaigns"][0]["name"].is_string());
    let url = format!(
        "{}/incontactapi/services/v30.0/campaigns",
        admin.play.about.hosts.api
    );
    let old = admin.play.get_as(&admin.token, &url).await.json();
    assert_eq!(
        old["resultSet"]["campaigns"][0]["campaignId"],
        new["campaigns"][0]["id"]
    );
    assert!(old["resultSet"]["campaigns"][0]["campaignName"].is_string());
}
