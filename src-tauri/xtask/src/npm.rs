//! The Node packages and the UI build.

use std::fs;
use std::path::PathBuf;

use crate::error::Error;
use crate::process;
use crate::workspace::Workspace;

/// What decides whether the installed packages are still right.
const MANIFESTS: &[&str] = &[
    "package.json",
    "package-lock.json",
    "ui/package.json",
    "tests/desktop/package.json",
    "tests/ui/package.json",
];

/// Installs the Node packages of the lock file, unless exactly these are installed.
pub fn packages(workspace: &mut Workspace) -> Result<(), Error> {
    let node = workspace.node()?;
    let wanted = fingerprint(workspace, &node.mark())?;
    let stamp = stamp(workspace);
    if workspace.root().join("node_modules").is_dir()
        && fs::read_to_string(&stamp).is_ok_and(|done| done == wanted)
    {
        println!("The Node packages are those of the lock file.");
        return Ok(());
    }
    // A stamp of packages that are being replaced would lie after a failure.
    let _ = fs::remove_file(&stamp);
    process::run(node.npm(workspace).args(["ci", "--no-audit", "--no-fund"]))?;
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder).map_err(Error::file(folder))?;
    }
    fs::write(&stamp, wanted).map_err(Error::file(&stamp))
}

/// Runs a script of the UI's package.json.
pub fn ui(workspace: &mut Workspace, script: &str) -> Result<(), Error> {
    let node = workspace.node()?;
    process::run(
        node.npm(workspace)
            .args(["run", "--silent", script, "--workspace", "ui"]),
    )
}

/// Builds the UI; the list of what it made is left out.
pub fn build(workspace: &mut Workspace) -> Result<(), Error> {
    let node = workspace.node()?;
    process::run(node.npm(workspace).args([
        "run",
        "--silent",
        "build",
        "--workspace",
        "ui",
        "--",
        "--logLevel",
        "warn",
    ]))
}

/// Runs the tests of a workspace under `tests/` with Node's own runner.
pub fn tests(workspace: &mut Workspace, folder: &str, variables: &[(&str, PathBuf)]) -> Result<(), Error> {
    let node = workspace.node()?;
    let files = test_files(workspace, folder)?;
    if files.is_empty() {
        return Err(Error::Missing(format!("there are no tests in tests/{folder}")));
    }
    let mut command = node.command(workspace);
    // One file after the other: each starts a program of its own, and two cores are all there may be.
    command
        .args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
        .args(files);
    for (name, value) in variables {
        command.env(name, value);
    }
    process::run(&mut command)
}

fn test_files(workspace: &Workspace, folder: &str) -> Result<Vec<PathBuf>, Error> {
    let folder = workspace.root().join("tests").join(folder);
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(Error::file(&folder))? {
        let path = entry.map_err(Error::file(&folder))?.path();
        if path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().ends_with(".test.js"))
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn stamp(workspace: &Workspace) -> PathBuf {
    workspace.target().join("xtask").join("npm.stamp")
}

fn fingerprint(workspace: &Workspace, node: &str) -> Result<String, Error> {
    let mut text = format!("{node}\n{}\n", workspace.root().display());
    for name in MANIFESTS {
        let path = workspace.root().join(name);
        text.push_str(&fs::read_to_string(&path).map_err(Error::file(&path))?);
    }
    Ok(text)
}
