//! The tray of a Linux desktop: a StatusNotifierItem on the session's bus. No library of the system is needed, and a desktop
//! without a tray, such as a plain GNOME, says so.

use desk::watch::{Mark, Standing};
use ksni::menu::StandardItem;
use ksni::{Icon, MenuItem, OfflineReason, ToolTip, Tray, TrayMethods};
use tauri::AppHandle;

use super::{Act, OnAct, Visible, icon};

/// The icon on the bus.
pub struct Shown {
    handle: ksni::Handle<Item>,
    visible: Visible,
}

pub struct Item {
    standing: Standing,
    act: OnAct,
    visible: Visible,
}

impl Shown {
    pub async fn new(
        _: &AppHandle,
        standing: Standing,
        act: OnAct,
        visible: Visible,
    ) -> Result<Self, ksni::Error> {
        let item = Item {
            standing,
            act,
            visible: visible.clone(),
        };
        let handle = item.spawn().await?;
        visible.set(true);
        Ok(Self { handle, visible })
    }

    pub async fn update(&self, standing: &Standing) {
        let standing = standing.clone();
        // None only when the item has ended; it is then invisible.
        let _ = self.handle.update(|item| item.standing = standing).await;
    }

    pub async fn end(self) {
        self.handle.shutdown().await;
    }

    pub fn is_visible(&self) -> bool {
        self.visible.get()
    }
}

impl Tray for Item {
    fn id(&self) -> String {
        "handover-desk".to_owned()
    }

    fn title(&self) -> String {
        "Handover Desk".to_owned()
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        (self.act)(Act::Open);
    }

    fn status(&self) -> ksni::Status {
        match self.standing.mark {
            Mark::Problem => ksni::Status::NeedsAttention,
            _ => ksni::Status::Active,
        }
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        icon::SIDES.map(|side| argb(self.standing.mark, side)).to_vec()
    }

    fn attention_icon_pixmap(&self) -> Vec<Icon> {
        self.icon_pixmap()
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            title: "Handover Desk".to_owned(),
            description: self.standing.text.clone(),
            ..ToolTip::default()
        }
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let entry = |act: Act| {
            StandardItem {
                label: act.label().to_owned(),
                activate: Box::new(move |item: &mut Self| (item.act)(act)),
                ..StandardItem::default()
            }
            .into()
        };
        let mut entries: Vec<_> = Act::menu(self.standing.all_paused).map(entry).into();
        entries.insert(3, MenuItem::Separator);
        entries
    }

    fn watcher_online(&self) {
        self.visible.set(true);
    }

    /// The desktop's panel went away, or says that nobody shows the icon. It may come back.
    fn watcher_offline(&self, _: OfflineReason) -> bool {
        self.visible.set(false);
        true
    }
}

/// As the bus wants it: opacity first.
fn argb(mark: Mark, side: u32) -> Icon {
    let mut data = icon::rgba(mark, side);
    for pixel in data.chunks_mut(4) {
        pixel.rotate_right(1);
    }
    let side = i32::try_from(side).unwrap_or_default();
    Icon {
        width: side,
        height: side,
        data,
    }
}
