//! Steps: what they are called, what they need, and running them one after the other.

use std::time::{Duration, Instant};

use crate::error::Error;
use crate::workspace::Workspace;

/// One step of a task.
pub struct Step {
    /// What one types after `--only`.
    pub id: &'static str,
    pub title: &'static str,
    /// Steps that come before it when it is run alone.
    pub needs: &'static [&'static str],
    pub work: fn(&mut Workspace) -> Result<(), Error>,
}

/// The steps named, with what they need, in the order of `steps`; all of them when none is named.
pub fn choose(steps: &'static [Step], only: &[String]) -> Result<Vec<&'static Step>, Error> {
    if only.is_empty() {
        return Ok(steps.iter().collect());
    }
    if let Some(unknown) = only.iter().find(|id| !steps.iter().any(|step| step.id == **id)) {
        return Err(Error::Usage(format!(
            "there is no step `{unknown}`; there are:\n{}",
            list(steps)
        )));
    }
    let mut wanted: Vec<&str> = only.iter().map(String::as_str).collect();
    // What a step needs stands before it, so one pass from the end sees everything.
    for step in steps.iter().rev() {
        if wanted.contains(&step.id) {
            wanted.extend(step.needs);
        }
    }
    Ok(steps.iter().filter(|step| wanted.contains(&step.id)).collect())
}

/// Runs them and stops at the first failure. Nothing is printed after the last one: its own last lines close the task.
pub fn run(steps: &[&'static Step], workspace: &mut Workspace) -> Result<(), Error> {
    let total = steps.len();
    for (index, step) in steps.iter().enumerate() {
        println!("\n=== {}/{total} {} ({})", index + 1, step.title, step.id);
        let started = Instant::now();
        (step.work)(workspace).map_err(|source| Error::Step {
            id: step.id,
            title: step.title,
            source: Box::new(source),
        })?;
        if index + 1 < total {
            println!("--- {}: {}", step.id, seconds(started.elapsed()));
        }
    }
    Ok(())
}

/// A line for each step.
pub fn list(steps: &[Step]) -> String {
    let width = steps.iter().map(|step| step.id.len()).max().unwrap_or_default();
    steps
        .iter()
        .map(|step| format!("  {:width$}  {}", step.id, step.title))
        .collect::<Vec<_>>()
        .join("\n")
}

pub fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(_: &mut Workspace) -> Result<(), Error> {
        Ok(())
    }

    fn fails(_: &mut Workspace) -> Result<(), Error> {
        Err(Error::Missing("a spanner".to_owned()))
    }

    fn never(_: &mut Workspace) -> Result<(), Error> {
        unreachable!("a step after a failed one")
    }

    static STEPS: [Step; 4] = [
        Step {
            id: "packages",
            title: "Packages",
            needs: &[],
            work: nothing,
        },
        Step {
            id: "ui",
            title: "UI",
            needs: &["packages"],
            work: nothing,
        },
        Step {
            id: "lint",
            title: "Lint",
            needs: &[],
            work: nothing,
        },
        Step {
            id: "window",
            title: "Window",
            needs: &["ui"],
            work: nothing,
        },
    ];

    fn chosen(only: &[&str]) -> Vec<&'static str> {
        let only: Vec<String> = only.iter().map(|&id| id.to_owned()).collect();
        choose(&STEPS, &only)
            .unwrap()
            .iter()
            .map(|step| step.id)
            .collect()
    }

    #[test]
    fn no_name_chooses_all() {
        assert_eq!(chosen(&[]), ["packages", "ui", "lint", "window"]);
    }

    #[test]
    fn a_step_brings_what_it_needs_and_what_that_needs() {
        assert_eq!(chosen(&["window"]), ["packages", "ui", "window"]);
        assert_eq!(chosen(&["lint"]), ["lint"]);
        assert_eq!(chosen(&["ui", "lint"]), ["packages", "ui", "lint"]);
    }

    #[test]
    fn an_unknown_step_is_wrong_usage_and_lists_the_steps() {
        let Err(error) = choose(&STEPS, &["widnow".to_owned()]) else {
            unreachable!("it was accepted")
        };
        assert_eq!(error.exit_code(), 64);
        assert!(error.to_string().contains("packages  Packages"));
    }

    #[test]
    fn the_first_failure_stops_and_is_named() {
        static FAILING: [Step; 2] = [
            Step {
                id: "first",
                title: "First",
                needs: &[],
                work: fails,
            },
            Step {
                id: "second",
                title: "Second",
                needs: &[],
                work: never,
            },
        ];
        let error = run(&[&FAILING[0], &FAILING[1]], &mut Workspace::here()).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("step `first`") && text.contains("a spanner") && text.contains("--only first"),
            "{text}"
        );
    }

    #[test]
    fn every_need_of_the_test_task_names_an_earlier_step() {
        for (index, step) in crate::test::STEPS.iter().enumerate() {
            for need in step.needs {
                assert!(
                    crate::test::STEPS[..index].iter().any(|s| s.id == *need),
                    "{} needs {need}",
                    step.id
                );
            }
        }
    }
}
