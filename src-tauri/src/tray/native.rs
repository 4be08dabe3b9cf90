//! The tray of Windows and the menu bar of macOS.

use desk::watch::Standing;
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry};

use super::{Act, OnAct, Visible, icon};

/// Side of the icon in pixels.
const SIDE: u32 = 44;

/// The icon.
pub struct Shown {
    app: AppHandle,
    icon: TrayIcon<Wry>,
}

impl Shown {
    pub async fn new(
        app: &AppHandle,
        standing: Standing,
        act: OnAct,
        visible: Visible,
    ) -> tauri::Result<Self> {
        let icon = TrayIconBuilder::with_id("watch")
            .icon(drawn(&standing))
            .tooltip(&standing.text)
            .menu(&menu(app, &standing)?)
            .on_menu_event(move |_, event| {
                let all = [Act::Open, Act::Verify, Act::Pause, Act::Resume, Act::Quit];
                if let Some(chosen) = all.into_iter().find(|it| event.id() == it.label()) {
                    act(chosen);
                }
            })
            .build(app)?;
        visible.set(true);
        Ok(Self {
            app: app.clone(),
            icon,
        })
    }

    pub async fn update(&self, standing: &Standing) {
        let changed = self
            .icon
            .set_icon(Some(drawn(standing)))
            .and_then(|()| self.icon.set_tooltip(Some(&standing.text)))
            .and_then(|()| self.icon.set_menu(Some(menu(&self.app, standing)?)));
        if let Err(error) = changed {
            tracing::warn!(%error, "the icon in the tray cannot be changed");
        }
    }

    pub async fn end(self) {
        self.app.remove_tray_by_id("watch");
    }

    pub fn is_visible(&self) -> bool {
        true
    }
}

fn drawn(standing: &Standing) -> Image<'static> {
    Image::new_owned(icon::rgba(standing.mark, SIDE), SIDE, SIDE)
}

fn menu(app: &AppHandle, standing: &Standing) -> tauri::Result<Menu<Wry>> {
    let menu = Menu::new(app)?;
    for act in Act::menu(standing.all_paused) {
        menu.append(&MenuItem::with_id(
            app,
            act.label(),
            act.label(),
            true,
            None::<&str>,
        )?)?;
    }
    Ok(menu)
}
