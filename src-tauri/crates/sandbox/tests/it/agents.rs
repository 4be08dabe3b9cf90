//! What agents may do at their desks, and what they are refused.

use sandbox::{Act, CannotAct, Deed, Fault};

use crate::live::{deed, line};

#[tokio::test]
async fn agents_do_only_what_they_may() {
    let line = line(&[]).await;
    let sandbox = line.sandbox();
    let agents = sandbox.glance().agents;
    let (service, one, two) = (agents[0].id, agents[1].id, agents[2].id);
    let contact = line.contact("sim_t1").await;
    let by = |agent: u64, act: Act| Deed {
        agent: Some(agent),
        act,
    };
    let say = || Act::Reply { text: "x".into() };
    assert_eq!(sandbox.act(1, deed(Act::Accept)).await, Err(CannotAct::NoContact));
    assert_eq!(
        sandbox.act(contact, by(one, say())).await,
        Err(CannotAct::NotTheirs)
    );
    assert_eq!(
        sandbox.act(contact, by(service, Act::Accept)).await,
        Err(CannotAct::Away)
    );
    assert_eq!(
        sandbox.act(contact, by(7, Act::Accept)).await,
        Err(CannotAct::NoAgent)
    );
    sandbox.set_fault(Fault::AgentsOffline, true);
    assert_eq!(
        sandbox.act(contact, deed(Act::Accept)).await,
        Err(CannotAct::NoAgent),
        "nobody is there"
    );
    sandbox.set_fault(Fault::AgentsOffline, false);
    sandbox.set_fault(Fault::RoleNoChannel, true);
    assert_eq!(
        sandbox.act(contact, by(one, Act::Accept)).await,
        Err(CannotAct::NotAllowed)
    );
    sandbox.set_fault(Fault::RoleNoChannel, false);

    let shown = sandbox.act(contact, by(one, Act::Accept)).await.unwrap();
    assert_eq!((shown.agent, shown.status.as_str()), (Some(one), "open"));
    assert_eq!(
        sandbox.act(contact, by(two, Act::Accept)).await,
        Err(CannotAct::NotTheirs)
    );
    let nowhere = Act::Transfer {
        agent: None,
        skill: None,
    };
    assert_eq!(
        sandbox.act(contact, by(one, nowhere)).await,
        Err(CannotAct::Nowhere)
    );
    let to = |agent| Act::Transfer {
        agent: Some(agent),
        skill: None,
    };
    sandbox.set_fault(Fault::RoleNoAssign, true);
    assert_eq!(
        sandbox.act(contact, by(one, to(two))).await,
        Err(CannotAct::NotAllowed)
    );
    sandbox.set_fault(Fault::RoleNoAssign, false);
    assert_eq!(
        sandbox.act(contact, by(one, to(two))).await.unwrap().agent,
        Some(two)
    );
    assert_eq!(
        sandbox.act(contact, by(two, Act::Reject)).await.unwrap().agent,
        None
    );
    assert_eq!(
        sandbox.act(contact, by(one, Act::Accept)).await.unwrap().agent,
        Some(one)
    );
    let web: u64 = line.play.profile("/routing_skill").parse::<u64>().unwrap() + 10_000;
    let moved = Act::Transfer {
        agent: None,
        skill: Some(web),
    };
    let shown = sandbox.act(contact, by(one, moved)).await.unwrap();
    assert_eq!((shown.agent, shown.skill.as_deref()), (None, Some("Sandbox web")));
    assert_eq!(
        sandbox.act(contact, by(two, Act::Accept)).await,
        Err(CannotAct::NotWaiting),
        "without that skill"
    );
    sandbox.act(contact, by(one, Act::Accept)).await.unwrap();
    assert_eq!(
        sandbox.act(contact, by(one, Act::Close)).await.unwrap().status,
        "closed"
    );
    assert_eq!(sandbox.act(contact, by(one, say())).await, Err(CannotAct::Over));
}
