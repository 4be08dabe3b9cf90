//! Every operation of every CXone document, with right and wrong requests: right ones are answered by a declared status and
//! the declared shape, wrong ones are refused the family's way, and the refusal names the broken rule.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::RequestBuilder;
use serde_json::Value;

use crate::play::{Answer, Play};
use crate::sample::{Dice, Sampler, spoilt};
use crate::scene::{Case, Scene, cases, documents};

/// Right requests made by chance for each operation, beside the plain one.
const CASES: u64 = 4;
const RULE: &str = "x-sandbox-rule";
/// No application of the sandbox may sign in by browser.
const NEVER_DONE: &str = "authorize";

pub fn with_body(request: RequestBuilder, media: &str, body: &Value) -> RequestBuilder {
    if media == "application/json" {
        return request.json(body);
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields: Vec<(String, String)> = body
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect();
    request.form(&fields)
}

/// A query as the documents write one.
fn texts(name: &str, value: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Array(items) => items.iter().map(|item| (name.to_owned(), text(item))).collect(),
        one => vec![(name.to_owned(), text(one))],
    }
}

pub fn sampler<'a>(case: &'a Case<'_>, known: &'a BTreeMap<String, Value>, seed: u64) -> Sampler<'a> {
    Sampler {
        document: case.document,
        dice: Dice(seed),
        known,
        plain: seed == 0,
    }
}

pub fn right_query(case: &Case<'_>, sampler: &mut Sampler<'_>) -> Vec<(String, String)> {
    let mut query = Vec::new();
    for parameter in case.parameters() {
        let chosen = parameter["required"] == true
            || (case.path.ends_with("/scripts") && parameter["name"] == "scriptPath")
            || (!sampler.plain && sampler.dice.below(2) == 0);
        if chosen {
            let name = parameter["name"].as_str().unwrap();
            query.extend(texts(name, &sampler.value(name, &parameter["schema"])));
        }
    }
    query
}

#[tokio::test]
async fn right_requests_are_answered_as_declared() {
    let documents = documents();
    let play = Play::start().await;
    let mut wrong = Vec::new();
    let mut done = BTreeSet::new();
    let cases = cases(&documents);
    for case in &cases {
        let scene = Scene::fresh(&play).await;
        let known = scene.known_for(case.id());
        for seed in 0..=CASES {
            let mut sampler = sampler(case, &known, seed);
            let query = right_query(case, &mut sampler);
            let mut request = scene.request(case, &known, &query);
            let mut said = Value::Null;
            if let Some((media, schema)) = case.body() {
                said = sampler.value("", schema);
                assert!(
                    case.validator(schema).is_valid(&said),
                    "{}: the test made a wrong body: {said}",
                    case.id()
                );
                request = with_body(request, media, &said);
            }
            let answer = play.send(request).await;
            let complaint = match (answer.header(RULE), case.undeclared(&answer)) {
                // Right by its form, and refused for what the tenant knows.
                (rule, complaint) if rule.is_empty() || rule.contains(" answer ") => complaint,
                (rule, _) => Some(format!("refused by {rule}")),
            };
            if let Some(complaint) = complaint {
                wrong.push(format!("{} {query:?} {said}: {complaint}", case.id()));
            }
            if answer.status.is_success() || answer.status == 302 {
                done.insert(case.id());
            }
        }
        if !done.contains(case.id()) && case.id() != NEVER_DONE {
            wrong.push(format!("{}: nothing was ever done", case.id()));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} complaints:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(done.len(), cases.len() - 1);
}

#[tokio::test]
async fn wrong_bodies_are_refused_by_the_rule_they_break() {
    let documents = documents();
    let play = Play::start().await;
    let mut wrong = Vec::new();
    let mut tried = 0;
    for case in &cases(&documents) {
        let Some((media, schema)) = case.body() else {
            continue;
        };
        let scene = Scene::fresh(&play).await;
        let known = scene.known_for(case.id());
        let validator = case.validator(schema);
        let mut bodies = BTreeMap::new();
        for seed in 0..=CASES {
            let body = sampler(case, &known, seed).value("", schema);
            for (word, spoilt) in spoilt(&body) {
                // A form has texts only.
                let told = media == "application/json" || word.contains("Remove") || word.contains("Add");
                if told && !validator.is_valid(&spoilt) {
                    bodies.entry(word).or_insert(spoilt);
                }
            }
        }
        assert!(
            !bodies.is_empty(),
            "{}: nothing can be wrong with its body",
            case.id()
        );
        for (word, body) in bodies {
            if media != "application/json" && !body.is_object() {
                continue;
            }
            tried += 1;
            let query = right_query(case, &mut sampler(case, &known, 0));
            let answer = play
                .send(with_body(scene.request(case, &known, &query), media, &body))
                .await;
            wrong.extend(refused(case, &answer).map(|why| format!("{} {word}: {why}", case.id())));
        }
        let query = right_query(case, &mut sampler(case, &known, 0));
        let labelled = scene
            .request(case, &known, &query)
            .header("content-type", "text/plain")
            .body("{}");
        let answer = play.send(labelled).await;
        wrong.extend(refused(case, &answer).map(|why| format!("{} labelled as text: {why}", case.id())));
    }
    assert!(tried > 500, "{tried} are too few to mean much");
    assert!(
        wrong.is_empty(),
        "{} of {tried}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// What is wrong with a refusal, if anything is.
fn refused(case: &Case<'_>, answer: &Answer) -> Option<String> {
    if answer.status != 400 {
        return Some(format!("{} {}", answer.status, answer.text));
    }
    let rule = answer.header(RULE);
    if !rule.starts_with(case.id()) {
        return Some(format!("the rule is {rule:?}"));
    }
    let error = &case.document["components"]["schemas"];
    let error = error.get("Errors").or(error.get("Error")).unwrap();
    let body = answer.json();
    let complaint = case
        .validator(error)
        .iter_errors(&body)
        .next()
        .map(|error| error.to_string());
    complaint.map(|complaint| format!("{complaint}: {}", answer.text))
}

#[tokio::test]
async fn wrong_queries_are_refused_by_the_rule_they_break() {
    let documents = documents();
    let play = Play::start().await;
    let mut wrong = Vec::new();
    for case in &cases(&documents) {
        let scene = Scene::fresh(&play).await;
        let known = scene.known_for(case.id());
        let right = right_query(case, &mut sampler(case, &known, 0));
        let mut queries: Vec<Vec<(String, String)>> = vec![
            right
                .iter()
                .cloned()
                .chain([("sim_unexpected".to_owned(), "1".to_owned())])
                .collect(),
        ];
        for parameter in case.parameters() {
            let name = parameter["name"].as_str().unwrap();
            let others = right.iter().filter(|(other, _)| other != name).cloned();
            if parameter["required"] == true {
                queries.push(others.clone().collect());
            }
            let schema = &parameter["schema"];
            let item = if schema["type"] == "array" {
                &schema["items"]
            } else {
                schema
            };
            let choosy = item.get("enum").is_some()
                || item.get("format").is_some()
                || ["integer", "boolean"].contains(&item["type"].as_str().unwrap_or_default());
            if let Some(least) = item["minimum"].as_i64() {
                queries.push(
                    others
                        .clone()
                        .chain([(name.to_owned(), (least - 1).to_string())])
                        .collect(),
                );
            }
            if choosy {
                queries.push(
                    others
                        .chain([(name.to_owned(), "sim no choice".to_owned())])
                        .collect(),
                );
            }
        }
        for query in queries {
            let mut request = scene.request(case, &known, &query);
            if let Some((media, schema)) = case.body() {
                request = with_body(request, media, &sampler(case, &known, 0).value("", schema));
            }
            let answer = play.send(request).await;
            wrong.extend(refused(case, &answer).map(|why| format!("{} {query:?}: {why}", case.id())));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn loose_leaves_the_documents_aside() {
    let sandbox = sandbox::Sandbox::start(sandbox::Options {
        loose: true,
        ..sandbox::Options::default()
    })
    .await
    .unwrap();
    let play = Play {
        about: sandbox.description(),
        sandbox,
        http: crate::play::client(),
    };
    let token = play.access_token().await;
    let lists = [
        play.dfo("channels?sim_unexpected=1"),
        play.dfo("channels?size=0&page=0&isPrivate=perhaps&orderBy=mood"),
        play.dfo("threads?size=0&withContext=x"),
        play.dfo("customers?limit=0"),
        play.dfo("routing-queues?size=-1"),
        play.acd("skills?top=0&skip=-1&mediaTypeId=chat&isActive=maybe"),
        play.acd("contacts/active?skillId=x"),
        play.acd("scripts/search?mediaType=chat"),
    ];
    for list in lists {
        let answer = play.get_as(&token, &list).await;
        let done = [200, 204].contains(&answer.status.as_u16());
        assert!(done && answer.header(RULE).is_empty(), "{list}: {}", answer.text);
    }
    let page = format!("/v2.0/flows?projectId={}&limit=0&skip=-1", play.project_id());
    let answer = play.api(reqwest::Method::GET, &page, None).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}
