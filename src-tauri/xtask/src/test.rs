//! `cargo xtask test`: everything that must hold, quick and common failures first, the test runners last.

use crate::error::Error;
use crate::step::{self, Step};
use crate::workspace::Workspace;
use crate::{clients, npm, rust, system};

/// In this order. The last ones are test runners, so that their summaries close the output.
pub const STEPS: &[Step] = &[
    Step {
        id: "format",
        title: "Rust is formatted",
        needs: &[],
        work: rust::format,
    },
    Step {
        id: "packages",
        title: "System packages",
        needs: &[],
        work: packages,
    },
    Step {
        id: "npm",
        title: "Node packages",
        needs: &[],
        work: npm::packages,
    },
    Step {
        id: "types",
        title: "UI types (svelte-check)",
        needs: &["npm"],
        work: |w| npm::ui(w, "check"),
    },
    Step {
        id: "lint",
        title: "UI lints (eslint)",
        needs: &["npm"],
        work: |w| npm::ui(w, "lint"),
    },
    Step {
        id: "prettier",
        title: "UI is formatted",
        needs: &["npm"],
        work: |w| npm::ui(w, "format:check"),
    },
    Step {
        id: "ui",
        title: "UI build (vite)",
        needs: &["npm"],
        work: npm::build,
    },
    Step {
        id: "clippy",
        title: "Rust lints (clippy)",
        needs: &["packages", "ui"],
        work: rust::clippy,
    },
    Step {
        id: "doc",
        title: "Rust documentation",
        needs: &["packages", "ui"],
        work: rust::document,
    },
    Step {
        id: "build",
        title: "Rust build",
        needs: &["packages", "ui"],
        work: rust::build,
    },
    Step {
        id: "generated",
        title: "Generated files are up to date",
        needs: &["build"],
        work: rust::generated,
    },
    Step {
        id: "clients",
        title: "Foreign clients against the sandbox",
        needs: &["build"],
        work: clients::run,
    },
    Step {
        id: "vitest",
        title: "UI units (Vitest)",
        needs: &["npm"],
        work: |w| npm::ui(w, "test"),
    },
    Step {
        id: "browser",
        title: "UI in Chromium",
        needs: &["packages", "npm", "build"],
        work: browser,
    },
    Step {
        id: "desktop",
        title: "The real window",
        needs: &["packages", "npm", "build"],
        work: desktop,
    },
    Step {
        id: "rust",
        title: "Rust tests",
        needs: &["packages", "ui"],
        work: rust::test,
    },
];

pub fn run(workspace: &mut Workspace, only: &[String]) -> Result<(), Error> {
    step::run(&step::choose(STEPS, only)?, workspace)
}

fn packages(_: &mut Workspace) -> Result<(), Error> {
    system::ensure(
        system::WINDOW
            .iter()
            .chain(system::BROWSER)
            .chain(system::DESKTOP),
    )
}

fn browser(workspace: &mut Workspace) -> Result<(), Error> {
    let handover = workspace.built("handover");
    npm::tests(workspace, "ui", &[("HANDOVER_BIN", handover)])
}

fn desktop(workspace: &mut Workspace) -> Result<(), Error> {
    if std::env::consts::OS != "linux" {
        println!("Skipped: this system's web view has no driver that comes with it. Linux tests the window.");
        return Ok(());
    }
    let window = workspace.built("handover-desk");
    npm::tests(workspace, "desktop", &[("HANDOVER_DESK_BIN", window)])
}
