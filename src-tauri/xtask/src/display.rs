//! Whether a window can be opened here.

use std::ffi::OsString;

/// Why no window can be opened here; `None` when one can.
pub fn absent() -> Option<&'static str> {
    reason(std::env::consts::OS, |name| std::env::var_os(name))
}

fn reason(os: &str, variable: impl Fn(&str) -> Option<OsString>) -> Option<&'static str> {
    if matches!(os, "macos" | "windows") {
        return None;
    }
    let set = |name| variable(name).is_some_and(|value| !value.is_empty());
    (!set("DISPLAY") && !set("WAYLAND_DISPLAY")).then_some("neither DISPLAY nor WAYLAND_DISPLAY is set")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linux_display_is_x_or_wayland() {
        assert!(reason("linux", |_| None).is_some());
        assert!(reason("linux", |_| Some("".into())).is_some());
        assert!(reason("linux", |name| (name == "DISPLAY").then(|| ":0".into())).is_none());
        assert!(
            reason("linux", |name| (name == "WAYLAND_DISPLAY")
                .then(|| "wayland-0".into()))
            .is_none()
        );
    }

    #[test]
    fn the_other_desktops_always_have_one() {
        assert!(reason("macos", |_| None).is_none() && reason("windows", |_| None).is_none());
    }
}
