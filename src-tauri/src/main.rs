//! The desktop window: a thin host of [`desk`]. It opens the window, hands commands and events through, and keeps what
//! the window remembers about itself. Everything else is in the crates, none of which knows of Tauri.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod arguments;
mod backend;
mod close;
mod host;
mod preferences;
mod rpc;
mod shutdown;
mod tray;
mod window;

use std::process::ExitCode;
use std::sync::Arc;

use arguments::Arguments;
use backend::Backend;
use desk::Options;
use host::{Frame, Window};
use preferences::PreferenceFile;
use tauri::{AppHandle, Manager};

/// The code of sysexits for wrong usage.
const WRONG_USAGE: u8 = 64;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1), |name| std::env::var_os(name)) {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("{problem}\n{}", arguments::USAGE);
            return ExitCode::from(WRONG_USAGE);
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(desk::log_filter(
            &std::env::var("HANDOVER_LOG").unwrap_or_default(),
        ))
        .with_writer(std::io::stderr)
        .init();
    match open(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The window could not be opened: {error}");
            ExitCode::FAILURE
        }
    }
}

fn open(arguments: Arguments) -> tauri::Result<()> {
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_store::Builder::default().build())
        .invoke_handler(tauri::generate_handler![rpc::rpc, rpc::events])
        .setup(move |app| {
            let preferences = PreferenceFile::of(app.handle(), arguments.data_dir.as_deref());
            let options = Options {
                data_dir: arguments.data_dir,
                sample: arguments.sample,
                host: Arc::new(Window::new(preferences, frame(app.handle()))),
            };
            app.manage(close::Asked::default());
            app.manage(tray::Visible::default());
            Backend::start(app.handle(), options);
            window::open(app)?;
            let (handle, visible) = (app.handle().clone(), app.state::<tray::Visible>().inner().clone());
            tauri::async_runtime::spawn(async move {
                let backend = handle.state::<Backend>();
                if let Ok(desk) = backend.desk().await {
                    tray::follow(handle.clone(), desk, visible).await;
                }
            });
            shutdown::on_signal(app.handle());
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(shutdown::on_event);
    Ok(())
}

/// What the application may do with the window.
fn frame(app: &AppHandle) -> Frame {
    let (revealed, left) = (app.clone(), app.clone());
    Frame {
        reveal: Box::new(move || window::reveal(&revealed)),
        leave: Box::new(move |quit| match quit {
            true => shutdown::quit(&left),
            false => close::minimise(&left),
        }),
    }
}
