//! Clients of CXone that others wrote, held against the sandbox: Python packages, each in a folder of its own under the
//! target folder, since they want different versions of the same libraries.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::process;
use crate::system;
use crate::workspace::Workspace;

/// Each has a list of its packages beside the script.
const CLIENTS: [&str; 2] = ["nicepy", "tap"];

/// Runs each client's cases against a sandbox of its own.
pub fn run(workspace: &mut Workspace) -> Result<(), Error> {
    let python = match system::python_with_pip() {
        Some(python) => python,
        None => {
            system::ensure(system::PIP)?;
            system::python_with_pip().ok_or_else(|| Error::Missing("Python with pip".to_owned()))?
        }
    };
    let folder = workspace.root().join("tests").join("conformance");
    for client in CLIENTS {
        let packages = workspace.target().join("clients").join(client);
        install(python, &folder.join(format!("{client}.txt")), &packages)?;
        process::run(
            workspace
                .command(python)
                .env("PYTHONPATH", &packages)
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .env("PYTHONWARNINGS", "ignore")
                .arg(folder.join("clients.py"))
                .arg(workspace.built("handover"))
                .arg(client),
        )?;
    }
    Ok(())
}

/// Installs the packages of a list, unless exactly these are there.
fn install(python: &str, list: &Path, into: &Path) -> Result<(), Error> {
    let wanted = fs::read_to_string(list).map_err(Error::file(list))?;
    let stamp = into.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|done| done == wanted) {
        return Ok(());
    }
    let unfinished: PathBuf = into.with_extension("unfinished");
    for folder in [into, &unfinished] {
        // What is not there needs no removing.
        let _ = fs::remove_dir_all(folder);
    }
    println!(
        "Installing {} from the Python package index into {}.",
        wanted.trim().replace('\n', ", "),
        into.display()
    );
    process::run(
        system::pip_install(python, &unfinished)
            .arg("--no-warn-conflicts")
            .arg("--requirement")
            .arg(list),
    )?;
    fs::rename(&unfinished, into).map_err(Error::file(into))?;
    fs::write(&stamp, wanted).map_err(Error::file(&stamp))
}
