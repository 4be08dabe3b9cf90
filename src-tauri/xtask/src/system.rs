//! What must be installed on the machine, and installing it with its package manager.
//!
//! The names for Debian and Ubuntu are in use; those for Fedora and Arch are from their package lists.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::path::Path;
use std::process::Command;

use crate::error::Error;
use crate::process;

/// How to tell that something is there.
#[derive(Debug, Clone, Copy)]
pub enum Probe {
    /// One of these programs is on the `PATH`, or at this absolute path.
    Program(&'static [&'static str]),
    /// pkg-config knows this library.
    Library(&'static str),
    /// `python3 -m pip` works.
    Pip,
}

/// Something the machine must have.
#[derive(Debug)]
pub struct Need {
    pub what: &'static str,
    pub probe: Probe,
    pub apt: &'static [&'static str],
    pub dnf: &'static [&'static str],
    pub pacman: &'static [&'static str],
    /// How to get it on macOS and Windows; `None` where they need nothing.
    pub elsewhere: Option<&'static str>,
}

/// To build the window.
pub const WINDOW: &[Need] = &[
    Need {
        what: "pkg-config",
        probe: Probe::Program(&["pkg-config"]),
        apt: &["pkg-config"],
        dnf: &["pkgconf-pkg-config"],
        pacman: &["pkgconf"],
        elsewhere: None,
    },
    Need {
        what: "WebKitGTK 4.1, the web view of the window",
        probe: Probe::Library("webkit2gtk-4.1"),
        apt: &["libwebkit2gtk-4.1-dev"],
        dnf: &["webkit2gtk4.1-devel"],
        pacman: &["webkit2gtk-4.1"],
        elsewhere: None,
    },
];

/// To drive the UI in a browser.
pub const BROWSER: &[Need] = &[Need {
    what: "Chromium",
    probe: Probe::Program(&[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ]),
    apt: &["chromium", "fonts-dejavu-core"],
    dnf: &["chromium", "dejavu-sans-fonts"],
    pacman: &["chromium", "ttf-dejavu"],
    elsewhere: Some("install Chromium or Google Chrome"),
}];

/// To drive the real window with a real keyring, away from the screen. Linux only: the other systems' web views have no
/// driver that comes with them.
pub const DESKTOP: &[Need] = &[
    Need {
        what: "WebKitWebDriver",
        probe: Probe::Program(&["WebKitWebDriver"]),
        apt: &["webkit2gtk-driver"],
        dnf: &["/usr/bin/WebKitWebDriver"],
        pacman: &["webkitgtk-6.0"],
        elsewhere: None,
    },
    Need {
        what: "a virtual display (Xvfb)",
        probe: Probe::Program(&["xvfb-run"]),
        apt: &["xvfb", "xauth", "fonts-dejavu-core"],
        dnf: &["xorg-x11-server-Xvfb", "/usr/bin/xvfb-run"],
        pacman: &["xorg-server-xvfb"],
        elsewhere: None,
    },
    Need {
        what: "xauth",
        probe: Probe::Program(&["xauth"]),
        apt: &["xauth"],
        dnf: &["xorg-x11-xauth"],
        pacman: &["xorg-xauth"],
        elsewhere: None,
    },
    Need {
        what: "a session bus of its own (dbus-run-session)",
        probe: Probe::Program(&["dbus-run-session"]),
        apt: &["dbus"],
        dnf: &["dbus-daemon"],
        pacman: &["dbus"],
        elsewhere: None,
    },
    Need {
        what: "GNOME Keyring",
        probe: Probe::Program(&["gnome-keyring-daemon"]),
        apt: &["gnome-keyring"],
        dnf: &["gnome-keyring"],
        pacman: &["gnome-keyring"],
        elsewhere: None,
    },
    Need {
        what: "xclip, to look at the clipboard",
        probe: Probe::Program(&["xclip"]),
        apt: &["xclip"],
        dnf: &["xclip"],
        pacman: &["xclip"],
        elsewhere: None,
    },
];

/// To fetch a Node of our own where the system has none that is new enough.
pub const PIP: &[Need] = &[Need {
    what: "Python with pip",
    probe: Probe::Pip,
    apt: &["python3-pip"],
    dnf: &["python3-pip"],
    pacman: &["python-pip"],
    elsewhere: Some("install Python 3 with pip"),
}];

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manager {
    Apt,
    Dnf,
    Pacman,
}

impl Manager {
    fn find() -> Option<Self> {
        [
            (Self::Apt, "apt-get"),
            (Self::Dnf, "dnf"),
            (Self::Pacman, "pacman"),
        ]
        .into_iter()
        .find(|(_, program)| process::find(program).is_some())
        .map(|(manager, _)| manager)
    }

    fn packages(self, need: &Need) -> &'static [&'static str] {
        match self {
            Self::Apt => need.apt,
            Self::Dnf => need.dnf,
            Self::Pacman => need.pacman,
        }
    }

    /// The commands that install these packages, before sudo.
    fn commands(self, packages: &[&str]) -> Vec<Vec<String>> {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let install = |line: &str| {
            let mut command = words(line);
            command.extend(packages.iter().map(|&p| p.to_owned()));
            command
        };
        match self {
            Self::Apt => vec![
                words("apt-get update"),
                install("env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends"),
            ],
            Self::Dnf => vec![install("dnf install -y --setopt=install_weak_deps=False")],
            // A partial upgrade breaks Arch, so the lists are not refreshed here.
            Self::Pacman => vec![install("pacman -S --needed --noconfirm")],
        }
    }
}

/// How the machine lets us install.
#[derive(Debug, Clone, Copy)]
struct Rights {
    root: bool,
    sudo: bool,
    terminal: bool,
}

impl Rights {
    fn here() -> Self {
        Self {
            root: process::output(Command::new("id").arg("-u")).as_deref() == Some("0"),
            sudo: process::find("sudo").is_some(),
            terminal: std::io::stdin().is_terminal(),
        }
    }

    /// The prefix of a command that must run as root; `None` when there is no way.
    fn prefix(self) -> Option<&'static [&'static str]> {
        match (self.root, self.sudo, self.terminal) {
            (true, ..) => Some(&[]),
            (false, true, true) => Some(&["sudo"]),
            // Nobody is there to type a password.
            (false, true, false) => Some(&["sudo", "-n"]),
            (false, false, _) => None,
        }
    }
}

/// Installs what is missing of these, or says what is missing and how to get it.
pub fn ensure<'a>(needs: impl IntoIterator<Item = &'a Need>) -> Result<(), Error> {
    let missing: Vec<&Need> = needs.into_iter().filter(|need| !present(need.probe)).collect();
    if std::env::consts::OS != "linux" {
        let missing: Vec<&Need> = missing
            .into_iter()
            .filter(|need| need.elsewhere.is_some())
            .collect();
        return if missing.is_empty() {
            Ok(())
        } else {
            Err(Error::Missing(advice(&missing)))
        };
    }
    if missing.is_empty() {
        println!("All system packages are there.");
        return Ok(());
    }
    let Some(manager) = Manager::find() else {
        return Err(Error::Missing(advice(&missing)));
    };
    let packages = packages(manager, &missing);
    println!("This machine lacks:");
    for need in &missing {
        println!("  {}", need.what);
    }
    let rights = Rights::here();
    let commands = manager.commands(&packages);
    let Some(prefix) = rights.prefix() else {
        return Err(Error::Missing(format!(
            "Only root can install them, and there is no sudo. As root:\n{}",
            commands
                .iter()
                .map(|c| format!("  {}", c.join(" ")))
                .collect::<Vec<_>>()
                .join("\n")
        )));
    };
    let commands: Vec<Vec<String>> = commands
        .into_iter()
        .map(|command| prefix.iter().map(|&w| w.to_owned()).chain(command).collect())
        .collect();
    println!("It is about to be installed with:");
    for command in &commands {
        println!("  {}", command.join(" "));
    }
    if rights.terminal && !yes()? {
        return Err(Error::Declined);
    }
    for command in &commands {
        if let [program, arguments @ ..] = command.as_slice() {
            process::run(Command::new(program).args(arguments))?;
        }
    }
    let still: Vec<&Need> = missing.into_iter().filter(|need| !present(need.probe)).collect();
    if still.is_empty() {
        Ok(())
    } else {
        Err(Error::Missing(advice(&still)))
    }
}

/// The packages of these needs, each once, in their order.
fn packages(manager: Manager, needs: &[&Need]) -> Vec<&'static str> {
    let mut packages = Vec::new();
    for package in needs.iter().flat_map(|need| manager.packages(need)) {
        if !packages.contains(package) {
            packages.push(*package);
        }
    }
    packages
}

fn present(probe: Probe) -> bool {
    match probe {
        Probe::Program(names) => names.iter().any(|name| process::find(name).is_some()),
        Probe::Library(name) => process::succeeds(Command::new("pkg-config").args(["--exists", name])),
        Probe::Pip => python_with_pip().is_some(),
    }
}

/// pip, about to install into a folder of our own. So its warning about root is beside the point.
pub fn pip_install(python: &str, into: &Path) -> Command {
    let mut command = Command::new(python);
    command
        .env("PIP_ROOT_USER_ACTION", "ignore")
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ])
        .arg("--target")
        .arg(into);
    command
}

/// A Python that has pip.
pub fn python_with_pip() -> Option<&'static str> {
    ["python3", "python"]
        .into_iter()
        .find(|p| process::succeeds(Command::new(p).args(["-m", "pip", "--version"])))
}

fn advice(missing: &[&Need]) -> String {
    let mut text = String::from("This machine lacks:");
    for need in missing {
        let _ = write!(text, "\n  {}", need.what);
        match (std::env::consts::OS, need.elsewhere) {
            ("linux", _) => {
                let _ = write!(
                    text,
                    " (Debian, Ubuntu: {}; Fedora: {}; Arch: {})",
                    need.apt.join(" "),
                    need.dnf.join(" "),
                    need.pacman.join(" ")
                );
            }
            (_, Some(how)) => {
                let _ = write!(text, ": {how}");
            }
            (_, None) => {}
        }
    }
    text.push_str("\nInstall it and run the command again.");
    text
}

/// Asks at the terminal; Enter is yes.
fn yes() -> Result<bool, Error> {
    print!("Install them now? [Y/n] ");
    std::io::stdout()
        .flush()
        .map_err(Error::file("standard output"))?;
    let mut answer = String::new();
    std::io::stdin()
        .read_line(&mut answer)
        .map_err(Error::file("standard input"))?;
    Ok(agreed(&answer))
}

fn agreed(answer: &str) -> bool {
    // The end of the input is not an Enter.
    answer.ends_with('\n') && matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_come_once_and_in_order() {
        let needs: Vec<&Need> = BROWSER.iter().chain(DESKTOP).collect();
        let packages = packages(Manager::Apt, &needs);
        assert_eq!(packages.iter().filter(|p| **p == "fonts-dejavu-core").count(), 1);
        assert_eq!(packages.iter().filter(|p| **p == "xauth").count(), 1);
        assert_eq!(packages.first(), Some(&"chromium"));
    }

    #[test]
    fn every_need_has_packages_everywhere() {
        for need in WINDOW.iter().chain(BROWSER).chain(DESKTOP).chain(PIP) {
            for manager in [Manager::Apt, Manager::Dnf, Manager::Pacman] {
                assert!(
                    !manager.packages(need).is_empty(),
                    "{} with {manager:?}",
                    need.what
                );
            }
        }
    }

    #[test]
    fn apt_reads_its_lists_first_and_takes_no_recommends() {
        let commands = Manager::Apt.commands(&["xvfb", "xclip"]);
        assert_eq!(commands[0].join(" "), "apt-get update");
        assert!(
            commands[1]
                .join(" ")
                .ends_with("apt-get install -y --no-install-recommends xvfb xclip")
        );
    }

    #[test]
    fn sudo_is_used_only_where_it_is_needed_and_asks_only_at_a_terminal() {
        let rights = |root, sudo, terminal| Rights { root, sudo, terminal }.prefix();
        assert_eq!(rights(true, true, true), Some(&[][..]));
        assert_eq!(rights(false, true, true), Some(&["sudo"][..]));
        assert_eq!(rights(false, true, false), Some(&["sudo", "-n"][..]));
        assert_eq!(rights(false, false, true), None);
    }

    #[test]
    fn enter_is_yes_and_a_closed_input_is_no() {
        assert!(agreed("\n") && agreed("Y\n") && agreed(" yes \n"));
        assert!(!agreed("n\n") && !agreed("") && !agreed("what\n"));
    }

    #[test]
    fn advice_names_the_thing_and_a_way() {
        let text = advice(&WINDOW.iter().collect::<Vec<_>>());
        assert!(text.contains("WebKitGTK"), "{text}");
        if cfg!(target_os = "linux") {
            assert!(
                text.contains("libwebkit2gtk-4.1-dev") && text.contains("webkit2gtk4.1-devel"),
                "{text}"
            );
        }
    }
}
