//! Reads tauri.conf.json and the capabilities. Naming the commands here takes them from every window that no capability
//! gives them to.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let commands = tauri_build::AppManifest::new().commands(&["rpc", "events"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))?;
    Ok(())
}
