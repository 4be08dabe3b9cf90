//! The shipped scenarios, step by step. What the verification says of them is proven where the verification is.

use sandbox::scenario::{Missed, Player, Scenario, Step};
use sandbox::{Options, Sandbox};

async fn play(scenario: &Scenario) -> Result<(), String> {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let mut player = Player::new(&sandbox, scenario).unwrap();
    for step in &scenario.steps {
        player
            .play(step)
            .await
            .map_err(|missed| format!("{}: {step}: {missed}", scenario.name))?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shipped_scenario_goes_as_it_says() {
    let mut missed = Vec::new();
    for scenario in Scenario::shipped().unwrap() {
        missed.extend(play(&scenario).await.err());
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_sees_something_else_says_what() {
    let scenario = Scenario::read(r#"{ "name": "x", "title": "t", "about": "a" }"#).unwrap();
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let mut player = Player::new(&sandbox, &scenario)
        .unwrap()
        .patience(std::time::Duration::ZERO);
    let step = |text: &str| serde_json::from_str::<Step>(text).unwrap();
    player
        .play(&step(r#"{ "do": "customer_says", "text": "hello" }"#))
        .await
        .unwrap();
    let told = player
        .play(&step(r#"{ "do": "customer_sees", "text": "never said" }"#))
        .await
        .unwrap_err();
    assert!(told.to_string().contains("Say human"), "{told}");
    let told = player.play(&step(r#"{ "do": "agent_accepts" }"#)).await;
    assert!(matches!(told, Err(Missed::NoContact)), "{told:?}");
    let told = player
        .play(&step(r#"{ "do": "customer_presses", "button": "Cancel" }"#))
        .await;
    assert!(matches!(told, Err(Missed::NoButton)), "{told:?}");
    let told = player
        .play(&step(r#"{ "do": "provider_saves", "succeeds": false }"#))
        .await;
    assert!(
        matches!(told, Err(Missed::Saved { found: "succeeded" })),
        "{told:?}"
    );
}
