//! Writes the generated files, or with `--check` says which differ from what is committed.

use std::path::Path;
use std::process::ExitCode;

fn main() -> std::io::Result<ExitCode> {
    let check = std::env::args().any(|argument| argument == "--check");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let mut differs = false;
    for (path, content) in desk::generate::files() {
        let file = root.join(path);
        let same = std::fs::read_to_string(&file).is_ok_and(|found| found == content);
        if same {
            continue;
        }
        if check {
            eprintln!("{path} differs from the Rust types: run `cargo run -p desk --example generate`.");
            differs = true;
        } else {
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&file, content)?;
            println!("wrote {path}");
        }
    }
    Ok(if differs {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
