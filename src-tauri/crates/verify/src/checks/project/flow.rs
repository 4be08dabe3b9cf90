//! HD-705 and HD-706: what hands over to the provider, and how it is reached.

use std::sync::Arc;

use cognigy::api::Endpoint;
use cognigy::handover::{ErrorBranch, Handover, MAX_FLOWS, Scan, Target};

use super::read_failed;
use crate::context::{Context, Early, Judged, untold, waits_for};
use crate::evidence::quiet;
use crate::finding::{Compared, Finding};
use crate::words::counted;

/// Places that are shown with their settings.
const SHOWN: usize = 5;

/// Where a place is, as the editor shows it.
fn place(scan: &Scan, handover: &Handover) -> String {
    let flow = scan.flows.get(handover.flow).map_or("?", |flow| flow.shown());
    format!("{flow} > {}", handover.label)
}

/// HD-705
pub(crate) async fn handover(context: Arc<Context>) -> Judged {
    let answer = context.scan().await?;
    let scan = match &*answer {
        Ok(scan) => scan,
        Err(error) => return Ok(read_failed("the Flows of the project", error)),
    };
    let own: Vec<&Handover> = scan.own().collect();
    if own.is_empty() {
        return elsewhere(&context, scan).await;
    }
    let first = place(scan, own[0]);
    let mut lacks = Vec::new();
    let mut todo = Vec::new();
    if own
        .iter()
        .any(|of| matches!(of.error_branch, ErrorBranch::Missing))
    {
        lacks.push("nothing below answers the status error");
        todo.push(
            "When CXone refuses a handover the Flow goes on below: add a Lookup of type Handover Status there, with a case \
             error that tells the user.",
        );
    }
    if own
        .iter()
        .any(|of| matches!(of.error_branch, ErrorBranch::Misspelt(_)))
    {
        lacks.push("the case for the status error is spelled otherwise");
        todo.push("The status is error, in lower case: spell the case of the Lookup like that.");
    }
    if own.iter().any(|of| !of.can_cancel) {
        lacks.push("a user who waits has no way to cancel");
        todo.push("Set a Cancel Intent or a Cancel Button Text, so that nobody is stuck in the queue.");
    }
    let finding = match (lacks.as_slice(), own.len()) {
        ([], 1) => Finding::pass(format!("{first} hands over to this provider.")),
        ([], count) => Finding::pass(format!(
            "{count} places of the project hand over to this provider."
        )),
        (lacks, _) => Finding::warn(format!(
            "The project hands over to this provider, but {}.",
            lacks.join(", and ")
        ))
        .hint(todo.join(" ")),
    };
    let more = own.len().saturating_sub(SHOWN);
    let finding = match (scan.is_complete, more) {
        (true, 0) => finding,
        (true, more) => finding.found(format!("{} more, not shown.", counted(more, "place"))),
        (false, _) => finding.found(format!("The first {MAX_FLOWS} Flows were read.")),
    };
    Ok(finding.compare_all(own.iter().take(SHOWN).flat_map(|of| settings(scan, of)).collect()))
}

/// What an administrator wants to know of a place that hands over.
fn settings(scan: &Scan, handover: &Handover) -> Vec<Compared> {
    let place = place(scan, handover);
    let row = |what: &str, expected: Option<&str>, found: String| Compared {
        what: format!("{place}: {what}"),
        expected: expected.map(str::to_owned),
        found: Some(found),
    };
    let switch = |set: Option<bool>, default: &str| match set {
        Some(true) => "on".to_owned(),
        Some(false) => "off".to_owned(),
        None => format!("not set ({default} by default)"),
    };
    vec![
        row("kind", None, handover.kind.name().to_owned()),
        row(
            "after an error",
            Some("a case error"),
            match &handover.error_branch {
                ErrorBranch::Answered => "a case error".to_owned(),
                ErrorBranch::ByDefault => "the default case".to_owned(),
                ErrorBranch::Misspelt(found) => format!("a case {found}"),
                ErrorBranch::Missing => "nothing".to_owned(),
            },
        ),
        row(
            "way to cancel",
            Some("an intent or a button"),
            if handover.can_cancel { "there" } else { "none" }.to_owned(),
        ),
        row(
            "Send Transcript as first message",
            None,
            switch(handover.transcript, "on"),
        ),
        row(
            "Display Agent Details",
            None,
            switch(handover.agent_details, "off"),
        ),
    ]
}

/// No place that is switched on hands over to the provider.
async fn elsewhere(context: &Arc<Context>, scan: &Scan) -> Judged {
    let hint = "In the Flow editor, open the Handover to Human Agent Node and choose this provider under Handover Provider.";
    let rows = |wanted: &str, names: &[(String, String)]| {
        scan.handovers
            .iter()
            .take(SHOWN)
            .map(|of| Compared {
                what: place(scan, of),
                expected: Some(wanted.to_owned()),
                found: Some(match &of.target {
                    Target::Other(id) => names
                        .iter()
                        .find(|(known, _)| known.eq_ignore_ascii_case(id))
                        .map_or_else(|| id.clone(), |(_, name)| name.clone()),
                    Target::This => "this provider, switched off".to_owned(),
                    Target::Legacy => "Legacy: the Endpoint's own settings".to_owned(),
                    Target::Unread => "not shown".to_owned(),
                }),
            })
            .collect::<Vec<_>>()
    };
    let has = |test: fn(&Target) -> bool| scan.handovers.iter().any(|of| test(&of.target));
    let wanted = context.name().unwrap_or("this provider").to_owned();
    Ok(if scan.handovers.is_empty() && !scan.is_complete {
        Finding::unknown(format!(
            "None of the first {MAX_FLOWS} Flows hands over to an agent; the others were not read."
        ))
    } else if scan.handovers.is_empty() {
        Finding::fail("No Flow of the project hands over to an agent.")
            .hint("In the Flow editor, add a Handover to Human Agent Node and choose this provider under Handover Provider.")
            .found(format!("{} read, none of them with such a Node, escalation or tool.", counted(scan.flows.len(), "Flow")))
    } else if has(|target| *target == Target::This) {
        Finding::fail("What hands over to this provider is switched off.")
            .hint("In the Flow editor, enable the Node.")
            .compare_all(rows(&wanted, &[]))
    } else if has(|target| *target == Target::Unread) {
        Finding::unknown(
            "The settings of what hands over cannot be read, so it cannot be told which provider is used.",
        )
        .compare_all(rows(&wanted, &[]))
    } else if has(|target| matches!(target, Target::Other(_))) {
        let names = provider_names(context).await?;
        Finding::fail("The project hands over, but to another provider.")
            .hint(hint)
            .compare_all(rows(&wanted, &names))
    } else {
        Finding::fail("The project hands over, but no provider is chosen there.")
            .hint(hint)
            .compare_all(rows(&wanted, &[]))
    })
}

/// Ids and names of the project's providers; empty where they cannot be read.
async fn provider_names(context: &Context) -> Result<Vec<(String, String)>, Early> {
    let (api, project) = (context.opened().await?, context.project_id().await?);
    let Ok(listed) = api.providers(&project).await else {
        return Ok(Vec::new());
    };
    Ok(listed
        .items
        .into_iter()
        .flat_map(|provider| {
            let name = provider.name.unwrap_or_else(|| provider.id.clone());
            [Some(provider.id), provider.reference_id]
                .into_iter()
                .flatten()
                .map(move |id| (id, name.clone()))
        })
        .collect())
}

/// HD-706
pub(crate) async fn endpoint(context: Arc<Context>) -> Judged {
    let scan = match &*quiet(context.scan()).await? {
        Ok(scan) if scan.own().next().is_some() => scan.clone(),
        Ok(_) => return Err(waits_for("HD-705", "no Flow hands over to the provider")),
        Err(_) => {
            return Err(untold(
                "HD-705",
                "The Flows cannot be read, so this cannot be told.",
            ));
        }
    };
    let answer = context.endpoints().await?;
    let listed = match &*answer {
        Ok(listed) => listed,
        Err(error) => return Ok(read_failed("the Endpoints of the project", error)),
    };
    let flows = scan.leading_flows();
    let leads = |of: &&Endpoint| {
        let flow = of.flow.as_deref().unwrap_or_default();
        flows.iter().any(|known| known.is_named_by(flow))
    };
    let (leading, other): (Vec<&Endpoint>, Vec<&Endpoint>) = listed.items.iter().partition(leads);
    let names = flows
        .iter()
        .map(|flow| flow.shown())
        .collect::<Vec<_>>()
        .join(", ");
    let rows = |of: &[&Endpoint]| of.iter().take(2 * SHOWN).map(|of| shown(of)).collect::<Vec<_>>();
    let choose =
        "In Cognigy.AI, open Deploy > Endpoints and make a Webchat v3 or Socket.IO Endpoint for the Flow.";
    let works = |of: &&&Endpoint| of.can_hand_over() == Some(true) && of.is_active != Some(false);
    if leading.is_empty() {
        let finding = if other.iter().any(|of| works(&of)) {
            Finding::warn(format!(
                "No Endpoint runs {names}, as far as can be seen. One whose Flow leads there in a way of its own cannot be seen."
            ))
        } else {
            Finding::fail(format!("No Endpoint that can hand over runs {names}."))
        };
        return Ok(finding.hint(choose).compare_all(rows(&other)));
    }
    let good: Vec<&Endpoint> = leading.iter().filter(works).copied().collect();
    let finding = if let Some(first) = good.first() {
        if good.iter().all(|of| of.collects_conversations == Some(false)) {
            Finding::warn("An Endpoint can hand over, but it collects no conversations: the agent gets no transcript.")
                .hint("In Cognigy.AI, open the Endpoint under Deploy > Endpoints and switch on that conversations are collected.")
        } else {
            Finding::pass(format!("{} can hand over.", name(first)))
        }
    } else if leading.iter().any(|of| of.can_hand_over() == Some(true)) {
        Finding::fail("The Endpoint that can hand over is switched off.")
            .hint("In Cognigy.AI, open it under Deploy > Endpoints and activate it.")
    } else if leading.iter().any(|of| of.can_hand_over().is_none()) {
        Finding::unknown(
            "The type of the Endpoint is not one we know, so it cannot be told whether it can hand over.",
        )
    } else {
        Finding::fail(format!("No Endpoint of {names} is of a type that can hand over.")).hint(choose)
    };
    Ok(finding.compare_all(rows(&leading)))
}

fn name(endpoint: &Endpoint) -> &str {
    endpoint.name.as_deref().unwrap_or(&endpoint.id)
}

fn shown(endpoint: &Endpoint) -> Compared {
    let channel = endpoint.channel.as_deref().unwrap_or("type not shown");
    let can = match endpoint.can_hand_over() {
        Some(true) => "",
        Some(false) => ", cannot hand over",
        None => ", not known",
    };
    let active = if endpoint.is_active == Some(false) {
        ", switched off"
    } else {
        ""
    };
    let collects = match endpoint.collects_conversations {
        Some(false) => ", collects no conversations",
        _ => "",
    };
    Compared {
        what: name(endpoint).to_owned(),
        expected: Some("webchat3 or socket, active".to_owned()),
        found: Some(format!("{channel}{can}{active}{collects}")),
    }
}
