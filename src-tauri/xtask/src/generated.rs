//! Files that are generated from the Rust types and committed: they must be what the program generates.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::rust;
use crate::workspace::Workspace;

/// Where generated files are.
const FOLDERS: &[&str] = &["ui/src/lib/backend/generated", "docs"];

/// Generates them and compares with what was there.
pub fn check(workspace: &mut Workspace) -> Result<(), Error> {
    let before = snapshot(workspace.root(), FOLDERS)?;
    rust::generate(workspace)?;
    let changed = differences(&before, &snapshot(workspace.root(), FOLDERS)?);
    if changed.is_empty() {
        Ok(())
    } else {
        Err(Error::Generated(changed))
    }
}

type Snapshot = BTreeMap<PathBuf, Vec<u8>>;

fn snapshot(root: &Path, folders: &[&str]) -> Result<Snapshot, Error> {
    let mut files = Snapshot::new();
    let mut waiting: Vec<PathBuf> = folders.iter().map(PathBuf::from).collect();
    while let Some(name) = waiting.pop() {
        let path = root.join(&name);
        if path.is_dir() {
            for entry in fs::read_dir(&path).map_err(Error::file(&path))? {
                waiting.push(name.join(entry.map_err(Error::file(&path))?.file_name()));
            }
        } else if path.is_file() {
            let content = fs::read(&path).map_err(Error::file(&path))?;
            files.insert(name, content);
        }
    }
    Ok(files)
}

/// The files that are new, gone or other than before.
fn differences(before: &Snapshot, after: &Snapshot) -> Vec<PathBuf> {
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    let other = after
        .iter()
        .filter(|(name, content)| before.get(*name) != Some(content))
        .map(|(name, _)| name);
    let mut names: Vec<PathBuf> = gone.chain(other).cloned().collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[(&str, &str)]) -> Snapshot {
        names
            .iter()
            .map(|(name, content)| (PathBuf::from(name), content.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn new_gone_and_changed_files_are_differences() {
        let before = files(&[("a.ts", "1"), ("b.ts", "1"), ("gone.ts", "1")]);
        let after = files(&[("a.ts", "1"), ("b.ts", "2"), ("new.ts", "1")]);
        let expected: Vec<PathBuf> = ["b.ts", "gone.ts", "new.ts"].map(PathBuf::from).to_vec();
        assert_eq!(differences(&before, &after), expected);
        assert!(differences(&before, &before).is_empty());
    }

    #[test]
    fn a_snapshot_goes_into_folders_and_skips_absent_ones() {
        let root = std::env::temp_dir().join(format!("xtask-snapshot-{}", std::process::id()));
        fs::create_dir_all(root.join("made/deep")).unwrap();
        fs::write(root.join("made/deep/file.ts"), "text").unwrap();
        let found = snapshot(&root, &["made", "absent"]).unwrap();
        assert_eq!(found, files(&[("made/deep/file.ts", "text")]));
        fs::remove_dir_all(&root).unwrap();
    }
}
