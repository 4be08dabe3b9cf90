//! The repository and this machine, as the steps see them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::node::Node;

/// The repository, and what was found on this machine so far.
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
    /// A continuous integration runs it (`CI=true`).
    ci: bool,
    node: Option<Node>,
}

impl Workspace {
    pub fn here() -> Self {
        // This crate is `src-tauri/xtask` of the repository.
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.ancestors().nth(2).unwrap_or(manifest).to_owned();
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        Self {
            root,
            target,
            ci: truthy(std::env::var_os("CI")),
            node: None,
        }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// cargo's target folder; everything installed for the repository alone lives in it too.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// A program of `cargo build`.
    pub fn built(&self, name: &str) -> PathBuf {
        self.target
            .join("debug")
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// A command that runs in the repository's root.
    pub fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(&self.root);
        command
    }

    /// cargo, in the repository's root.
    pub fn cargo(&self) -> Command {
        let mut command = self.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        if self.ci {
            // Nothing is built twice there, so what incremental builds write is lost time.
            command.env("CARGO_INCREMENTAL", "0");
        }
        command
    }

    /// Node, found or installed once.
    pub fn node(&mut self) -> Result<Node, Error> {
        if let Some(node) = &self.node {
            return Ok(node.clone());
        }
        let node = Node::find_or_install(self)?;
        Ok(self.node.insert(node).clone())
    }
}

fn truthy(value: Option<OsString>) -> bool {
    value.is_some_and(|v| !v.is_empty() && v != "0" && v != "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(Workspace::here().root().join("Cargo.lock").is_file());
    }

    #[test]
    fn no_crate_below_the_window_knows_of_tauri() {
        let crates = Workspace::here().root().join("src-tauri/crates");
        let mut seen = 0;
        for entry in std::fs::read_dir(crates).unwrap() {
            let manifest = entry.unwrap().path().join("Cargo.toml");
            let Ok(text) = std::fs::read_to_string(&manifest) else {
                continue;
            };
            seen += 1;
            let tauri = text.lines().find(|line| line.trim_start().starts_with("tauri"));
            assert_eq!(tauri, None, "{}", manifest.display());
        }
        assert!(seen > 5, "only {seen} crates were looked at");
    }

    #[test]
    fn ci_is_what_people_write() {
        assert!(truthy(Some("true".into())) && truthy(Some("1".into())));
        assert!(!truthy(Some("false".into())) && !truthy(Some("".into())) && !truthy(None));
    }
}
