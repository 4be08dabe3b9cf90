//! Embeds the UI build into `handover`, where there is one. Without it the program builds all the same, and `handover
//! serve` says what is missing.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui");
    let dist = ui.join("dist");
    let mut files = Vec::new();
    if dist.is_dir() {
        println!("cargo::rerun-if-changed={}", dist.display());
        list(&dist, &mut files)?;
    } else {
        // The folder that the build will appear in.
        println!("cargo::rerun-if-changed={}", ui.display());
    }
    files.sort();
    let mut code = String::from("&[\n");
    for file in &files {
        let name = file
            .strip_prefix(&dist)
            .map_err(io::Error::other)?
            .to_string_lossy()
            .replace('\\', "/");
        let path = fs::canonicalize(file)?;
        writeln!(
            code,
            "    ({name:?}, include_bytes!({:?})),",
            path.to_string_lossy()
        )
        .map_err(io::Error::other)?;
    }
    code.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?);
    fs::write(out.join("ui.rs"), code)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?
        } else {
            files.push(path)
        }
    }
    Ok(())
}
