//! The steps a file is replaced in, as a trait so that tests can stop between any two of them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file system as far as it is needed.
pub(crate) trait Disk: Send + Sync {
    /// The content; `None` when there is no such file.
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>>;
    /// A new file of this content on the medium, readable by its owner only. A left-over of the name goes first.
    fn write_new(&self, path: &Path, content: &[u8]) -> io::Result<()>;
    /// Gives the file another name, in place of what had it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Puts the names in a folder on the medium.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Removes a file; one that is not there is no error.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// The real one.
pub(crate) struct System;

impl Disk for System {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        match fs::read(path) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write_new(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.remove(path)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(content)?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    #[cfg(unix)]
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    // Windows has no such call for folders; its file systems journal the rename.
    #[cfg(not(unix))]
    fn sync_folder(&self, _folder: &Path) -> io::Result<()> {
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Replaces a file. `previous` is its good content so far, kept as `.bak`; without one the older copy stays.
///
/// The order makes every state in between readable: the copy is complete before the file changes, and the file
/// changes by one rename.
pub(crate) fn replace(
    disk: &dyn Disk,
    path: &Path,
    content: &[u8],
    previous: Option<&[u8]>,
) -> io::Result<()> {
    let aside = beside(path, "new");
    let result = (|| {
        disk.write_new(&aside, content)?;
        if let Some(previous) = previous {
            let copy = beside(path, "bak.new");
            disk.write_new(&copy, previous)?;
            disk.rename(&copy, &beside(path, "bak"))?;
        }
        disk.rename(&aside, path)?;
        disk.sync_folder(folder_of(path))
    })();
    if result.is_err() {
        // Room for the next attempt on a full disk. A file that cannot be removed is overwritten by it.
        let _ = disk.remove(&aside);
        let _ = disk.remove(&beside(path, "bak.new"));
    }
    result
}

/// The file's name with something after it: `profiles.json` and `bak` give `profiles.json.bak`.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes the folder of a file, for its owner only.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    let folder = folder_of(path);
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
