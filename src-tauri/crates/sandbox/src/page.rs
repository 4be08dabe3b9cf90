//! The page that tells what the sandbox plays and how sure it is of that: operations, switches, faults, control addresses.
//! It is made of the same tables that the sandbox runs on, so it cannot say anything else.

use std::fmt::Write as _;

use crate::contract::{Contract, Operation};
use crate::fault::{Fault, FaultKind};
use crate::host::Host;
use crate::switch::Switches;

const HEAD: &str = "# The sandbox

<!-- Made from the sandbox's own tables by `cargo run -p desk --example generate`. Do not edit. -->

What it plays, and how sure it is of it. Everything listens on 127.0.0.1 and answers and calls this computer only.

Requests and answers are held against the documents in `src-tauri/crates/sandbox/contract`. A request that breaks a rule is
refused the way the vendor's family refuses, and `x-sandbox-rule` names the rule with its mark; an answer of the sandbox
that breaks one is a 500 that says so. `loose` turns both off.

Marks: *documented* by the vendor, *seen in code* that runs against real tenants, *inferred* from other facts, *unknown*.
";

const CONTROL: &str = "
## Control

The paths below stand on the issuer's host and want `Authorization: Bearer` with the token that the description names under
`control`; it is drawn anew for every start. Errors are `{code, message}`.

| Call | Body | What it does |
|---|---|---|
| `GET /sandbox/v1/state` | | everything at a glance |
| `GET /sandbox/v1/description` | | addresses, profile and secrets as the faults make them |
| `GET /sandbox/v1/faults` | | all faults: name, kind, check, text, on |
| `PUT`, `DELETE /sandbox/v1/faults/{name}` | | switches a fault on, off |
| `GET /sandbox/v1/switches` | | all switches |
| `PUT /sandbox/v1/switches/{name}` | `{choice}` | settles an open question otherwise |
| `GET`, `DELETE /sandbox/v1/disturbances` | | lists them, takes all away |
| `POST /sandbox/v1/disturbances` | `{host, method, path, calls, effect}` | puts one on the way, gives `{id}` |
| `DELETE /sandbox/v1/disturbances/{id}` | | takes one away |
| `PUT /sandbox/v1/slowness` | `{ms}` | how long the faults of slowness make a call take |
| `POST /sandbox/v1/clock` | `{seconds}` | moves the clock on |
| `POST /sandbox/v1/reset` | | back to the moment of the start |
| `POST /sandbox/v1/add-action` | | `{url}`: the add action with a fresh one-time token |
| `GET /sandbox/v1/contacts` | | contacts, `?status=` for some of them |
| `GET /sandbox/v1/contacts/{number}` | | one, with its messages and what became of them |
| `POST /sandbox/v1/contacts/{number}/act` | `{agent, act, ...}` | lets an agent `accept`, `reply` (`text`), show `typing` (`on`), `close`, `transfer` (`agent` or `skill`) or `reject` |
| `GET /sandbox/v1/chats/{user}/{session}` | | a chat with the bot: how it stands, and what was said |
| `POST /sandbox/v1/chats/{user}/{session}` | `{text}` | the customer says something |
| `PUT /sandbox/v1/agent` | `{acts}` | lets a scripted agent do these acts with every contact put into a queue |
| `PUT /sandbox/v1/channels/{id}/skill` | `{skill}` | sets a channel's default skill, as the console does |
| `PUT /sandbox/v1/agents/{id}/state` | `{state}` | `LoggedOut`, `Unavailable` or `Available` |
| `PUT /sandbox/v1/integrations/{id}` | `{box_url, authorization_url, add_url, client_id, client_secret}` | types something else into the BYOC form; what is left out stays |
| `PUT /sandbox/v1/roles/{name}` | `{barred, reply, assign}` | what a role may do with channels; what is left out stays |

Effects of a disturbance, by `kind`: `slow-first-byte` (`ms`), `trickle-body` (`ms`), `reset`, `content-type` (`value`),
`status` (`status`, `retry_after`), `fault` (`fault`: a server fault for the calls that match only), and, for what CXone
brings to the integration box, `duplicate` and `overtaken`. `calls` names the calls it holds for, from 1; without it, all.
";

/// The page as Markdown.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    switches(&mut page);
    faults(&mut page);
    page.push_str(CONTROL);
    operations(&mut page);
    page
}

fn row(page: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    // Writing into a text cannot fail.
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}

fn switches(page: &mut String) {
    page.push_str(
        "\n## Switches\n\nEach stands for a question that no public source answers, or that sources answer differently.\n\n\
         | Switch | Default | Other choices | Question |\n|---|---|---|---|\n",
    );
    for switch in Switches::default().page() {
        let others = switch.choices.get(1..).unwrap_or_default().join(", ");
        row(
            page,
            &[
                &format!("`{}`", switch.name),
                &switch.choice,
                &others,
                &switch.text,
            ],
        );
    }
}

fn faults(page: &mut String) {
    page.push_str(
        "\n## Faults\n\nThe check is the one a fault was made for. Server faults can be held to single calls by a disturbance. Of the\n\
         local ones the sandbox shows `clock-skew`, by the `Date` of its answers; those of the keychain belong to whoever verifies:\n\
         `handover verify --simulate`.\n\n\
         | Fault | Kind | Check | What is wrong |\n|---|---|---|---|\n",
    );
    for fault in Fault::ALL {
        let kind = match fault.kind() {
            FaultKind::Server => "server",
            FaultKind::Path => "path",
            FaultKind::Local => "local",
            FaultKind::Profile => "profile",
        };
        row(page, &[&format!("`{fault}`"), kind, fault.check(), fault.text()]);
    }
}

fn operations(page: &mut String) {
    // A test reads every document, so there is always one to tell of.
    let Ok(contract) = Contract::get() else {
        return;
    };
    page.push_str(
        "\n## Operations\n\nStatuses are those the document allows. Tested says by what: `conformance` asks every operation of a document rightly and wrongly with generated requests (`tests/it/conformance.rs`), `strict` with a right request of each and its breaches (`tests/it/strict.rs`), `hub` holds the connection with a client (`tests/it/hub.rs`).\n",
    );
    for host in [
        Host::Issuer,
        Host::UserHub,
        Host::Api,
        Host::Digital,
        Host::Events,
        Host::CognigyApi,
        Host::Endpoint,
    ] {
        let _ = write!(
            page,
            "\n### {}\n\n| Operation | Call | Statuses | Mark | Source | Tested |\n|---|---|---|---|---|---|\n",
            host.name()
        );
        let here = contract
            .operations()
            .iter()
            .filter(|operation| operation.host == host);
        for operation in here {
            row(page, &cells(operation).each_ref().map(String::as_str));
        }
    }
}

fn cells(operation: &Operation) -> [String; 6] {
    let statuses: Vec<String> = operation.answers.keys().map(u16::to_string).collect();
    [
        operation.id.clone(),
        format!("`{} {}`", operation.method, operation.template),
        statuses.join(", "),
        operation.mark.clone(),
        operation.source.clone(),
        match operation.host {
            Host::Issuer | Host::UserHub | Host::Api | Host::Digital => "conformance",
            Host::CognigyApi | Host::Endpoint => "strict",
            Host::Events => "hub",
        }
        .to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_everything_there_is() {
        let page = page();
        for switch in Switches::default().page() {
            assert!(
                page.contains(&format!("| `{}` |", switch.name)),
                "{}",
                switch.name
            );
        }
        for fault in Fault::ALL {
            assert!(page.contains(&format!("| `{fault}` |")), "{fault}");
        }
        for operation in Contract::get().unwrap().operations() {
            assert!(
                page.contains(&format!("| {} |", operation.id)),
                "{}",
                operation.id
            );
        }
    }
}
