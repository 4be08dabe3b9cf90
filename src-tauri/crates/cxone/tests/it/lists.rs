use std::sync::{Arc, Mutex};

use cxone::host::{self, Trust};
use cxone::{Error, Field, Session, agents, business_unit, campaigns, digital, discovery, scripts, skills};
use transport::{Exchange, Recorder, Url};

use crate::server::{Answer, Hit, Server, client, parts, session};

fn parameter(hit: &Hit, name: &str) -> Option<usize> {
    let pairs = hit.query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(key, _)| *key == name)
        .find_map(|(_, value)| value.parse().ok())
}

/// Channels `c-1` to `c-total`, at most `most` a page.
fn channel_pages(total: usize, most: usize) -> impl Fn(&Hit, usize) -> Answer {
    move |hit, _| {
        let size = parameter(hit, "size").unwrap().min(most);
        let start = (parameter(hit, "page").unwrap() - 1) * size;
        let rows: Vec<_> = (start + 1..=total.min(start + size))
            .map(|n| format!(r#"{{"id":"c-{n}","name":"n"}}"#))
            .collect();
        Answer::json(200, format!("[{}]", rows.join(",")))
    }
}

#[tokio::test]
async fn channels_are_paged_from_one() {
    for (total, most, requests) in [
        (0, 100, 1),
        (3, 100, 1),
        (100, 100, 2),
        (123, 100, 2),
        (205, 100, 4),
        (23, 10, 3),
        (20, 10, 3),
        (60, 25, 4),
    ] {
        let server = Server::start(channel_pages(total, most)).await;
        let found = digital::channels(&session(&server)).await.unwrap();
        assert_eq!(
            (found.len(), server.hits().len()),
            (total, requests),
            "{total} by {most}"
        );
        assert_eq!(server.lines()[0], "GET /dfo/3.0/channels?page=1&size=100");
    }
}

#[tokio::test]
async fn a_server_that_ignores_paging_ends_the_list() {
    let server = Server::start(|_, _| {
        let rows: Vec<_> = (1..=100).map(|n| format!(r#"{{"id":"c-{n}"}}"#)).collect();
        Answer::json(200, format!("[{}]", rows.join(",")))
    })
    .await;
    let found = digital::channels(&session(&server)).await.unwrap();
    assert_eq!((found.len(), server.hits().len()), (100, 2));
}

#[tokio::test]
async fn a_server_that_never_ends_is_left() {
    let server = Server::start(|hit, _| {
        let page = parameter(hit, "page").unwrap();
        let rows: Vec<_> = (0..100).map(|n| format!(r#"{{"id":"c-{page}-{n}"}}"#)).collect();
        Answer::json(200, format!("[{}]", rows.join(",")))
    })
    .await;
    assert_eq!(digital::channels(&session(&server)).await.unwrap().len(), 20_000);
}

#[tokio::test]
async fn channel_answers_of_other_shapes_are_told() {
    let cases = [
        (Answer::json(200, r#"{"data":[]}"#), "shape"),
        (Answer::json(200, r#"[{"name":"no id"}]"#), "shape"),
        (Answer::html(200), "html"),
        (Answer::empty(200), "not json"),
        (Answer::json(400, r#"{"errors":[]}"#), "status"),
    ];
    for (answer, expected) in cases {
        let given = answer.clone();
        let server = Server::start(move |_, _| given.clone()).await;
        let told = match digital::channels(&session(&server)).await.unwrap_err() {
            Error::Shape { .. } => "shape",
            Error::NotJson { html: true, .. } => "html",
            Error::NotJson { .. } => "not json",
            Error::Status { .. } => "status",
            other => panic!("{other:?}"),
        };
        assert_eq!(told, expected, "{answer:?}");
    }
}

#[tokio::test]
async fn a_thread_shows_the_default_skill_of_its_channel() {
    let server = Server::start(|_, _| Answer::json(200, include_str!("../fixtures/threads.json"))).await;
    let found = digital::channel_contexts(&session(&server), "c-1").await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].default_skill_id, Field::Value(987_654));
    assert_eq!(found[0].is_deleted, Some(false));
    assert_eq!(server.lines(), ["GET /dfo/3.0/threads?withContext=1"]);
}

/// Keeps every record, as text.
#[derive(Default)]
pub struct Records(Mutex<Vec<String>>);

impl Records {
    pub fn texts(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// A session whose records are kept.
pub fn recorded(server: &Server) -> (Arc<Records>, Session) {
    let records = Arc::new(Records::default());
    let recorder: Arc<dyn Recorder> = Arc::<Records>::clone(&records);
    let mut parts = parts(server);
    parts.client = parts.client.with_recorder(recorder);
    (records, Session::new(parts))
}

impl Recorder for Records {
    fn record(&self, exchange: Arc<Exchange>) {
        self.0.lock().unwrap().push(format!("{exchange:?}"));
    }
}

#[tokio::test]
async fn what_people_wrote_and_who_they_are_is_in_no_record() {
    let server = Server::start(|hit, _| {
        Answer::json(
            200,
            match hit.path.as_str() {
                "/dfo/3.0/threads" => r#"{"data":[{"id":"t-1","threadName":"Visitor 1"}],"_context":{"channels":[{"id":"c-1"}],"messages":[{"id":"m-1","messageContent":{"text":"Visitor 1 wrote this"}}]}}"#,
                path if path.ends_with("/skills/7/agents") => {
                    r#"{"agentSkillAssignments":[{"agentId":1,"firstName":"Visitor 1","isActive":true}]}"#
                }
                _ => r#"{"agents":[{"agentId":1,"firstName":"Visitor 1","emailAddress":"one@example.com"}]}"#,
            },
        )
    })
    .await;
    let (records, session) = recorded(&server);
    assert_eq!(digital::channel_contexts(&session, "c-1").await.unwrap().len(), 1);
    let agent = &skills::agents(&session, 7).await.unwrap()[0];
    assert_eq!(agent.first_name.as_deref(), Some("Visitor 1"));
    assert_eq!(agents::list(&session).await.unwrap().len(), 1);
    let records = records.texts();
    assert_eq!(records.len(), 3);
    for record in records.iter() {
        assert!(
            record.contains("<not kept: ") && !record.contains("Visitor") && !record.contains("example.com"),
            "{record}"
        );
    }
}

/// Skills 1 to `total`, with or without a count.
fn skill_pages(total: usize, most: usize, counted: bool) -> impl Fn(&Hit, usize) -> Answer {
    move |hit, _| {
        let start = parameter(hit, "skip").unwrap();
        let end = total.min(start + parameter(hit, "top").unwrap().min(most));
        if start >= end {
            return Answer::empty(204);
        }
        let rows: Vec<_> = (start + 1..=end)
            .map(|n| format!(r#"{{"skillId":{n},"mediaTypeId":9,"isOutbound":false}}"#))
            .collect();
        let count = if counted {
            format!(r#""totalRecords":{total},"#)
        } else {
            String::new()
        };
        Answer::json(200, format!(r#"{{{count}"skills":[{}]}}"#, rows.join(",")))
    }
}

#[tokio::test]
async fn acd_lists_are_paged_by_skip_and_top() {
    let cases = [
        (0, 100, true, 1),
        (7, 100, true, 1),
        (100, 100, true, 1),
        (101, 100, true, 2),
        (120, 50, true, 3),
        (100, 100, false, 2),
        (130, 100, false, 3),
        (123, 50, false, 3),
        (120, 50, false, 4),
    ];
    for (total, most, counted, requests) in cases {
        let server = Server::start(skill_pages(total, most, counted)).await;
        let found = skills::list(&session(&server), None).await.unwrap();
        assert_eq!(
            (found.len(), server.hits().len()),
            (total, requests),
            "{total} by {most}"
        );
    }
}

#[tokio::test]
async fn a_server_that_ignores_skip_ends_the_list() {
    let server = Server::start(|_, _| {
        Answer::json(
            200,
            r#"{"totalRecords":500,"skills":[{"skillId":1},{"skillId":2}]}"#,
        )
    })
    .await;
    let found = skills::list(&session(&server), None).await.unwrap();
    assert_eq!((found.len(), server.hits().len()), (2, 2));
}

#[tokio::test]
async fn digital_inbound_skills_are_filtered_here_too() {
    let server = Server::start(|_, _| {
        Answer::json(
            200,
            r#"{"totalRecords":4,"skills":[{"skillId":1,"mediaTypeId":9,"isOutbound":false},{"skillId":2,"mediaTypeId":4},
               {"skillId":3,"mediaTypeId":9,"isOutbound":true},{"skillId":4,"mediaTypeId":"9","isActive":false}]}"#,
        )
    })
    .await;
    let found = skills::digital_inbound(&session(&server)).await.unwrap();
    assert_eq!(found.iter().map(|skill| skill.id).collect::<Vec<_>>(), [1, 4]);
}

#[tokio::test]
async fn nobody_on_a_skill_is_an_empty_list() {
    let server = Server::start(|_, _| Answer::empty(204)).await;
    assert_eq!(skills::agents(&session(&server), 1).await.unwrap(), []);

    let server = Server::start(|_, _| Answer::json(200, include_str!("../fixtures/skill_agents.json"))).await;
    let found = skills::agents(&session(&server), 987_654).await.unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|a| (a.agent_id, a.is_active, a.is_assigned, a.is_skill_active))
        .collect();
    assert_eq!(
        told,
        [
            (4711, Some(true), Some(true), Some(true)),
            (4712, Some(false), None, None)
        ]
    );
}

#[tokio::test]
async fn a_missing_skill_is_none() {
    for answer in [
        Answer::empty(404),
        Answer::empty(204),
        Answer::json(200, r#"{"skills":[]}"#),
    ] {
        let given = answer.clone();
        let server = Server::start(move |_, _| given.clone()).await;
        assert_eq!(
            skills::read(&session(&server), 1).await.unwrap(),
            None,
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn campaigns_are_read_in_both_shapes() {
    let cases = [
        r#"{"totalRecords":1,"businessUnitId":1,"campaigns":[{"id":1201,"name":"Main","isActive":true}]}"#,
        r#"{"resultSet":{"totalRecords":1,"campaigns":[{"campaignId":"1201","campaignName":"Main","isActive":"True"}]}}"#,
        r#"{"totalRecords":1,"campaigns":[{"campaignId":1201,"campaignName":"Main","isActive":true}]}"#,
    ];
    for body in cases {
        let server = Server::start(move |_, _| Answer::json(200, body)).await;
        let found = campaigns::list(&session(&server)).await.unwrap();
        let expected = campaigns::Campaign {
            id: 1201,
            name: Some("Main".to_owned()),
            is_active: Some(true),
        };
        assert_eq!(found, [expected], "{body}");
    }
}

#[tokio::test]
async fn a_batch_with_failures_is_an_error_even_with_200() {
    let server = Server::start(|_, _| {
        Answer::json(
            200,
            r#"{"resultSet":{"errorCount":1,"agentResults":[{"agentId":1,"success":false,"error":"gone"}]}}"#,
        )
    })
    .await;
    let found = agents::list(&session(&server)).await.unwrap_err();
    assert!(
        matches!(&found, Error::Status { status: 200, api, .. } if api.message.as_deref() == Some("gone"))
    );
}

/// One call of each kind, as it stands on the wire.
#[tokio::test]
async fn requests_as_they_are_sent() {
    let server = Server::start(|_, _| Answer::empty(204)).await;
    let session = session(&server);
    business_unit::read(&session).await.unwrap();
    digital::channels(&session).await.unwrap();
    digital::channel_contexts(&session, "c-1").await.unwrap();
    skills::list(&session, Some("Cognigy & friends + 50%"))
        .await
        .unwrap();
    skills::read(&session, 987_654).await.unwrap();
    skills::agents(&session, 987_654).await.unwrap();
    skills::digital_inbound(&session).await.unwrap();
    campaigns::list(&session).await.unwrap();
    agents::list(&session).await.unwrap();
    scripts::search(
        &session,
        "Cognigy\\Cognigy Handover Script 69f9bba8844ecf15d07954f9",
    )
    .await
    .unwrap();
    scripts::folder(&session, scripts::ROOT).await.unwrap();
    assert!(
        server
            .hits()
            .iter()
            .all(|hit| hit.authorization.as_deref() == Some("Bearer sim_token_0"))
    );
    assert!(
        server
            .hits()
            .iter()
            .all(|hit| hit.accept.as_deref() == Some("application/json"))
    );
    insta::assert_snapshot!(server.lines().join("\n"), @"
    GET /incontactapi/services/v34.0/business-unit
    GET /dfo/3.0/channels?page=1&size=100
    GET /dfo/3.0/threads?withContext=1
    GET /incontactapi/services/v34.0/skills?searchString=Cognigy%20%26%20friends%20%2B%2050%25&skip=0&top=100
    GET /incontactapi/services/v34.0/skills/987654
    GET /incontactapi/services/v34.0/skills/987654/agents?skip=0&top=100
    GET /incontactapi/services/v34.0/skills?mediaTypeId=9&skip=0&top=100
    GET /incontactapi/services/v34.0/campaigns?skip=0&top=100
    GET /incontactapi/services/v34.0/agents?skip=0&top=100
    GET /incontactapi/services/v34.0/scripts/search?scriptName=Cognigy%5CCognigy%20Handover%20Script%2069f9bba8844ecf15d07954f9&skip=0&top=100
    GET /incontactapi/services/v34.0/script-folders?folder=%5C&skip=0&top=100
    ");
}

#[tokio::test]
async fn scripts_are_read() {
    let server = Server::start(|hit, _| match hit.path.rsplit('/').next() {
        Some("search") => Answer::json(200, include_str!("../fixtures/scripts_search.json")),
        _ => Answer::json(200, include_str!("../fixtures/script_folders.json")),
    })
    .await;
    let session = session(&server);
    let found = scripts::search(&session, "Cognigy").await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].status.as_deref(), Some(scripts::CURRENT));
    let labels: Vec<_> = found[0]
        .actions
        .iter()
        .filter_map(|action| action.label.as_deref())
        .collect();
    assert_eq!(labels, ["ESCALATE", "END ESCALATION", "Release"]);
    let found = scripts::folder(&session, scripts::ROOT).await.unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|entry| (entry.name.as_str(), entry.is_folder))
        .collect();
    assert_eq!(told, [("Cognigy", true), ("Welcome", false)]);
}

#[tokio::test]
async fn discovery_reads_both_documents() {
    let server = Server::start(|hit, _| match hit.path.as_str() {
        "/.well-known/openid-configuration" => Answer::json(
            200,
            r#"{"issuer":"https://cxone.example.com","token_endpoint":"https://cxone.example.com/auth/token"}"#,
        ),
        _ => Answer::json(200, include_str!("../fixtures/tenant.json")),
    })
    .await;
    let found = discovery::openid(&client(), &server.url).await.unwrap();
    assert_eq!(
        found.token_endpoint.as_str(),
        "https://cxone.example.com/auth/token"
    );
    assert_eq!(found.keys().as_str(), "https://cxone.example.com/auth/jwks");
    let found = discovery::tenant(&client(), &server.url, "a b&c=d/../e")
        .await
        .unwrap();
    assert_eq!(found.area.as_deref(), Some("na1"));
    insta::assert_snapshot!(server.lines().join("\n"), @"
    GET /.well-known/openid-configuration
    GET /.well-known/cxone-configuration?tenantId=a%20b%26c%3Dd%2F..%2Fe
    ");
    assert!(server.hits().iter().all(|hit| hit.authorization.is_none()));

    // What it derives is judged against the issuer that was entered.
    let target = crate::server::target(&server);
    let lone = cxone::Target {
        hosts: cxone::HostOverrides::default(),
        ..target
    };
    let derived = host::derive(&lone, &found).unwrap();
    assert_eq!(host::trust(&lone, &derived.digital), Trust::Untrusted);
    assert_eq!(
        derived.digital,
        Url::parse("https://api-de-na1.example.com").unwrap()
    );
}

#[tokio::test]
async fn discovery_failures_are_told_apart_and_not_repeated() {
    let cases = [
        (Answer::empty(503), "status 503"),
        (Answer::json(404, r#"{"message":"unknown tenant"}"#), "status 404"),
        (Answer::html(200), "html"),
        (Answer::html(502), "status 502"),
        (Answer::json(200, "{}"), "shape"),
    ];
    for (answer, expected) in cases {
        let given = answer.clone();
        let server = Server::start(move |_, _| given.clone()).await;
        let told = |error: Error| match error {
            Error::Status { status, .. } => format!("status {status}"),
            Error::NotJson { html: true, .. } => "html".to_owned(),
            Error::Shape { .. } => "shape".to_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            told(discovery::openid(&client(), &server.url).await.unwrap_err()),
            expected
        );
        assert_eq!(
            told(discovery::tenant(&client(), &server.url, "t").await.unwrap_err()),
            expected
        );
        assert_eq!(server.hits().len(), 2, "{answer:?}");
    }
}
