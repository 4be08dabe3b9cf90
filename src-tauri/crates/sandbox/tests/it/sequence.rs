//! Any order of what a customer and an agent may do: chat and contact always stand as the model of a handover says.

use proptest::prelude::*;
use sandbox::{Act, ChatStage, Customer, Deed};

use crate::play::Play;
use crate::talk::SESSION;

/// Something a side does.
#[derive(Clone, Copy, Debug)]
enum Step {
    Hello,
    Human,
    Cancel,
    NeverMind,
    Accept,
    Reply,
    Close,
}

/// How it stands: with the bot, waiting (taken by an agent or not), or with an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Model {
    Bot,
    Waiting { taken: bool },
    Agent,
}

impl Model {
    /// What a step makes of it; none where the tenant must refuse the step.
    fn after(self, step: Step) -> Option<Model> {
        match (self, step) {
            (Model::Bot, Step::Human) => Some(Model::Waiting { taken: false }),
            (Model::Bot, Step::Hello | Step::Cancel | Step::NeverMind) => Some(Model::Bot),
            (Model::Bot, _) => None,
            (Model::Waiting { .. }, Step::Cancel | Step::NeverMind) => Some(Model::Bot),
            (_, Step::Hello | Step::Human | Step::Cancel | Step::NeverMind) => Some(self),
            (Model::Waiting { .. }, Step::Accept) => Some(Model::Waiting { taken: true }),
            (Model::Waiting { taken: false }, _) => None,
            (_, Step::Accept) => Some(self),
            (_, Step::Reply) => Some(Model::Agent),
            (_, Step::Close) => Some(Model::Bot),
        }
    }

    fn stage(self) -> ChatStage {
        match self {
            Model::Bot => ChatStage::Bot,
            Model::Waiting { .. } => ChatStage::Waiting,
            Model::Agent => ChatStage::Agent,
        }
    }
}

/// Does it; false if the tenant refused.
async fn take(play: &Play, customer: &Customer, step: Step) -> bool {
    let word = match step {
        Step::Hello => "hello",
        Step::Human => "human",
        Step::Cancel => "Cancel",
        Step::NeverMind => "never mind",
        Step::Accept | Step::Reply | Step::Close => {
            let act = match step {
                Step::Accept => Act::Accept,
                Step::Reply => Act::Reply {
                    text: "Good morning".to_owned(),
                },
                _ => Act::Close,
            };
            let Some(contact) = play
                .sandbox
                .glance()
                .contacts
                .last()
                .map(|contact| contact.number)
            else {
                return false;
            };
            return play.sandbox.act(contact, Deed { agent: None, act }).await.is_ok();
        }
    };
    customer.say(word).await.unwrap();
    true
}

async fn follow(steps: &[Step]) {
    let play = Play::start().await;
    let customer = play.sandbox.customer("sim_user", SESSION);
    let mut model = Model::Bot;
    let mut handovers = 0;
    for step in steps {
        let expected = model.after(*step);
        assert_eq!(
            take(&play, &customer, *step).await,
            expected.is_some(),
            "{model:?} {step:?}"
        );
        handovers += usize::from(model == Model::Bot && expected != Some(Model::Bot) && expected.is_some());
        model = expected.unwrap_or(model);
        // Only the way back to the bot takes a call that nobody waits for.
        let back = || model != Model::Bot || customer.stage() == ChatStage::Bot;
        play.until("the way back", back).await;
        assert_eq!(customer.stage(), model.stage(), "after {step:?}");
        let contacts = play.sandbox.glance().contacts;
        assert_eq!(contacts.len(), handovers, "one contact a handover");
        let open = contacts
            .iter()
            .filter(|contact| contact.status != "closed")
            .count();
        assert_eq!(open, usize::from(model != Model::Bot), "after {step:?}");
    }
    play.sandbox.stop().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn chat_and_contact_agree_whatever_happens(
        steps in prop::collection::vec(
            prop_oneof![
                1 => Just(Step::Hello),
                3 => Just(Step::Human),
                1 => Just(Step::Cancel),
                1 => Just(Step::NeverMind),
                3 => Just(Step::Accept),
                3 => Just(Step::Reply),
                2 => Just(Step::Close),
            ],
            1..16,
        )
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(follow(&steps));
    }
}
