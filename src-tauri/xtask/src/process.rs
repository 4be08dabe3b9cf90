//! Programs that a step runs. Their output is passed on as it is.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::Error;

/// Runs it to its end, in the foreground.
pub fn run(command: &mut Command) -> Result<(), Error> {
    let program = line(command);
    let status = command.status().map_err(|source| Error::Start {
        program: program.clone(),
        source,
    })?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::Failed {
            program,
            code: status.code(),
        })
    }
}

/// Runs it quietly; `None` when it cannot be started or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether it runs and succeeds, quietly.
pub fn succeeds(command: &mut Command) -> bool {
    output(command).is_some()
}

/// The program and its arguments as one would type them.
pub fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|w| w.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Where a program is on the `PATH`.
pub fn find(program: &str) -> Option<PathBuf> {
    find_in(program, &std::env::var_os("PATH")?)
}

fn find_in(program: &str, path: &OsStr) -> Option<PathBuf> {
    std::env::split_paths(path)
        .flat_map(|folder| {
            let plain = folder.join(program);
            // `.cmd` is how npm appears on Windows.
            [
                plain.clone(),
                plain.with_extension("exe"),
                plain.with_extension("cmd"),
            ]
        })
        .find(|candidate| executable(candidate))
}

#[cfg(unix)]
fn executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn executable(path: &Path) -> bool {
    path.is_file() && path.extension().is_some()
}

/// `PATH` with a folder put before the rest.
pub fn path_with(folder: &Path) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    // Only a folder with the separator in its name fails here; then the old PATH must do.
    std::env::join_paths(folders).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_prints_as_it_would_be_typed() {
        assert_eq!(
            line(Command::new("npm").args(["run", "build", "-w", "ui"])),
            "npm run build -w ui"
        );
    }

    #[cfg(unix)]
    #[test]
    fn only_executable_files_of_the_path_are_found() {
        use std::os::unix::fs::PermissionsExt;
        let folder = std::env::temp_dir().join(format!("xtask-find-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("plain"), "").unwrap();
        std::fs::write(folder.join("runs"), "").unwrap();
        std::fs::set_permissions(folder.join("runs"), std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(find_in("plain", folder.as_os_str()), None);
        assert_eq!(find_in("absent", folder.as_os_str()), None);
        assert_eq!(find_in("runs", folder.as_os_str()), Some(folder.join("runs")));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_failing_program_is_named_with_its_code() {
        let error = run(Command::new("cargo")
            .arg("no-such-command-of-cargo")
            .stderr(Stdio::null()))
        .unwrap_err();
        assert!(
            matches!(&error, Error::Failed { program, code: Some(_) } if program == "cargo no-such-command-of-cargo")
        );
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program-anywhere")).unwrap_err();
        assert!(matches!(&error, Error::Start { program, .. } if program == "no-such-program-anywhere"));
        assert!(!succeeds(&mut Command::new("no-such-program-anywhere")));
    }
}
