//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

/// Set up, verify and rehearse the handover of chats from Cognigy.AI to NiCE CXone.
#[derive(Debug, Parser)]
#[command(name = "handover", version, propagate_version = true)]
#[command(
    after_help = "Exit codes: 0 well, 1 failed, 2 only warnings with --strict, 3 something blocked or unknown with \
                        --strict, 64 wrong usage, 69 nothing reachable, 70 crashed, 130 cancelled."
)]
pub struct Arguments {
    /// Folder of the profile file, instead of this user's own [env: HANDOVER_DATA_DIR]
    // Not read by the parser: its messages would show the option as if it had been typed.
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the five URLs of the BYOC form
    Urls(Urls),
    /// Make a secret
    Secret(Secret),
    /// List, show, import, export and delete profiles
    Profile(Profile),
    /// Run the verification of a profile
    Verify(Verify),
    /// Measure the calls of Save and say why it stays active
    Diagnose(Diagnose),
    /// List, show, compare and delete the verifications that were kept
    History(History),
    /// Verify a profile again and again, and say what changes
    Watch(Watch),
    /// List the checks, and answer those that only a person can decide
    Checks(Checks),
    /// Play a CXone tenant and a Cognigy.AI install on this computer
    Sandbox(Sandbox),
    /// Play what happens in a handover, and what goes wrong in one
    Scenario(ScenarioOptions),
    /// Keep, compare, put back and accept the Studio script that Cognigy.AI made in CXone
    Script(ScriptOptions),
    /// Serve the window to a browser on this computer
    Serve(Serve),
}

/// `handover urls`
#[derive(Debug, Args)]
#[command(
    override_usage = "handover urls (--link <URL> | --provider-id <ID> --domain <DOMAIN>) [--endpoint-base <URL>] [--json]"
)]
#[command(group = clap::ArgGroup::new("provider").required(true).args(["link", "provider_id"]))]
pub struct Urls {
    /// The provider's link, as the browser shows it in Cognigy.AI
    #[arg(long, value_name = "URL", conflicts_with = "domain")]
    pub link: Option<String>,
    /// The provider's id: 24 hexadecimal characters
    #[arg(long, value_name = "ID", requires = "domain")]
    pub provider_id: Option<String>,
    /// The install: a short name such as `trial`, a host or a URL
    #[arg(long, value_name = "DOMAIN", requires = "provider_id")]
    pub domain: Option<String>,
    /// The endpoint base, or any Endpoint URL of the install
    #[arg(long, value_name = "URL")]
    pub endpoint_base: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// `handover secret`
#[derive(Debug, Args)]
pub struct Secret {
    /// What to do with secrets.
    #[command(subcommand)]
    pub command: SecretCommand,
}

/// What to do with secrets.
#[derive(Debug, Subcommand)]
pub enum SecretCommand {
    /// Print a new secret of 32 characters; it is stored nowhere
    New {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// `handover profile`
#[derive(Debug, Args)]
pub struct Profile {
    /// What to do with profiles.
    #[command(subcommand)]
    pub command: ProfileCommand,
}

/// What to do with profiles.
#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// List all profiles
    List {
        /// Print one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Show a profile
    Show {
        /// Its name or id
        profile: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Bring in a profile file
    Import {
        /// The file; `-` is standard input
        file: PathBuf,
        /// Accept hosts that are not the vendors' own
        #[arg(long)]
        accept_hosts: bool,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Print a profile file, without secrets
    Export {
        /// Its name or id
        profile: String,
        /// Write to this file instead of standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Changes nothing: a profile file is JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete a profile and its secrets
    Delete {
        /// Its name or id
        profile: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// `handover verify`
#[derive(Debug, Args)]
#[group(id = "which", required = true, multiple = false)]
pub struct Which {
    /// A stored profile, by name or id; its secrets come from the secret store
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// A profile file; its secrets come from the HANDOVER_* variables only
    #[arg(long, value_name = "FILE")]
    pub profile_file: Option<PathBuf>,
    /// The sample profile of a sandbox that is started for this run
    #[arg(long)]
    pub sample: bool,
}

/// `handover verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// Which profile.
    #[command(flatten)]
    pub which: Which,
    /// Only these checks, and what they need
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Also make a live round trip: a message in, a reply out. It writes in CXone, asks first and cleans up
    #[arg(long)]
    pub live: bool,
    /// Agree to what --live creates, without being asked
    #[arg(long, requires = "live")]
    pub yes: bool,
    /// Also measure whether Save would finish in time
    #[arg(long)]
    pub speed: bool,
    /// How often --speed makes the calls of Save: 1 to 50 [default: 5]
    #[arg(long, value_name = "N", requires = "speed", value_parser = clap::value_parser!(u32).range(1..=50))]
    pub rounds: Option<u32>,
    /// Longest a call may take for --speed, such as `10s` or `1500ms` [default: 10s]
    #[arg(long, value_name = "TIME", requires = "speed", value_parser = time)]
    pub speed_budget: Option<Duration>,
    /// Let warnings (2), and blocked or unknown checks (3), fail the run
    #[arg(long)]
    pub strict: bool,
    /// Play a fault of this computer or, with --sample, of the sandbox; for sandbox profiles only
    #[arg(long, value_name = "NAME")]
    pub simulate: Vec<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Write the report for a ticket (md), for support (html) or for programs (json); none holds a secret
    #[arg(long, value_name = "FORM")]
    pub report: Option<Form>,
    /// The file for --report, instead of standard output
    #[arg(long, value_name = "FILE", requires = "report")]
    pub out: Option<PathBuf>,
}

/// Form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// Markdown
    Md,
    /// The object of --json
    Json,
    /// One file without scripts
    Html,
}

/// `handover history`
#[derive(Debug, Args)]
#[command(
    after_help = "Verifications of stored profiles are kept, the newest 500 of each: those of the window, of `handover verify \
                  --profile` and of the watch. Runs with --profile-file or --sample belong to no profile and are not kept."
)]
pub struct History {
    /// What to do with them.
    #[command(subcommand)]
    pub command: HistoryCommand,
}

/// What to do with runs that were kept.
#[derive(Debug, Subcommand)]
pub enum HistoryCommand {
    /// List them, newest first
    List {
        /// The profile, by name or id
        #[arg(long, value_name = "NAME")]
        profile: String,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: u32,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Show one with its report
    Show {
        /// Its number; the newest where it is left out
        run: Option<u32>,
        /// The profile, by name or id
        #[arg(long, value_name = "NAME")]
        profile: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Tell what changed between two; the last two where none are named
    Diff {
        /// Number of the earlier run
        before: Option<u32>,
        /// Number of the later run; the newest where it is left out
        after: Option<u32>,
        /// The profile, by name or id
        #[arg(long, value_name = "NAME")]
        profile: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Delete one, or all
    Delete {
        /// Its number
        #[arg(required_unless_present = "all")]
        run: Option<u32>,
        /// Delete all of the profile
        #[arg(long, conflicts_with = "run")]
        all: bool,
        /// The profile, by name or id
        #[arg(long, value_name = "NAME")]
        profile: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// `handover diagnose`
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 well, 1 a value is refused, 2 late or slow, 3 not reached, 64 wrong usage, 70 crashed, 130 \
                  cancelled."
)]
pub struct Diagnose {
    /// Which profile.
    #[command(flatten)]
    pub which: Which,
    /// How often every call is measured, 1 to 100
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub rounds: u32,
    /// What a call may take, such as 10s or 500ms
    #[arg(long, value_name = "TIME", default_value = "10s")]
    pub budget: String,
    /// Wait until it is well again, and then say that it is time to save
    #[arg(long)]
    pub watch: bool,
    /// Also make a channel in CXone, once, and remove it again
    #[arg(long)]
    pub create: bool,
    /// Agree to what --create makes, without being asked
    #[arg(long, requires = "create")]
    pub yes: bool,
    /// Play a fault of the sandbox; with --sample only
    #[arg(long, value_name = "FAULT", requires = "sample")]
    pub simulate: Vec<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// `handover watch`
#[derive(Debug, Args)]
#[command(
    after_help = "It ends after --count runs with the exit code of the last one, with 130 on Ctrl-C and with 0 on SIGTERM. \
                  Refused credentials pause it until a value changes; with --count or --sample they end it."
)]
pub struct Watch {
    /// Which profile.
    #[command(flatten)]
    pub which: Which,
    /// From one run to the next, such as 15m or 2h; 5m to 24h, with --sample from 1s on
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = interval)]
    pub every: Duration,
    /// End after so many runs
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub count: Option<u32>,
    /// Tell changes by the desktop's notifications, too
    #[arg(long)]
    pub notify: bool,
    /// Play a fault of this computer or, with --sample, of the sandbox; for sandbox profiles only
    #[arg(long, value_name = "NAME")]
    pub simulate: Vec<String>,
    /// Print one JSON line for each run and each change
    #[arg(long)]
    pub json: bool,
}

/// Why a text is no interval.
#[derive(Debug, thiserror::Error)]
#[error("give a number and s, m or h, such as 15m")]
pub struct NoInterval;

fn interval(text: &str) -> Result<Duration, NoInterval> {
    let unit = text.chars().last().ok_or(NoInterval)?;
    let seconds: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return Err(NoInterval),
    };
    let digits = &text[..text.len() - unit.len_utf8()];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NoInterval);
    }
    let count: u64 = digits.parse().map_err(|_| NoInterval)?;
    count
        .checked_mul(seconds)
        .map(Duration::from_secs)
        .ok_or(NoInterval)
}

/// `handover checks`
#[derive(Debug, Args)]
pub struct Checks {
    /// What to do with checks.
    #[command(subcommand)]
    pub command: ChecksCommand,
}

/// What to do with checks.
#[derive(Debug, Subcommand)]
pub enum ChecksCommand {
    /// List all checks; with a profile, with what you answered
    List {
        /// A stored profile, by name or id
        #[arg(long, value_name = "NAME")]
        profile: Option<String>,
        /// Print one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Say what you found where only a person can look
    Answer(Answer),
}

/// `handover checks answer`
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["well", "not_well", "clear"]))]
pub struct Answer {
    /// The check, such as HD-506
    pub id: String,
    /// It is as it should be
    #[arg(long)]
    pub well: bool,
    /// It is not
    #[arg(long)]
    pub not_well: bool,
    /// Take the answer back
    #[arg(long, conflicts_with = "note")]
    pub clear: bool,
    /// What else there is to say, 500 characters at most
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// A stored profile, by name or id
    #[arg(long, value_name = "NAME")]
    pub profile: String,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// A time such as `10s`, above zero.
fn time(text: &str) -> Result<Duration, NoTime> {
    let time: jiff::SignedDuration = text.parse().map_err(|_| NoTime)?;
    let time = Duration::try_from(time).map_err(|_| NoTime)?;
    if time.is_zero() { Err(NoTime) } else { Ok(time) }
}

/// What was typed is no time.
#[derive(Debug, thiserror::Error)]
#[error("it takes a time above zero, such as 10s or 1500ms")]
struct NoTime;

/// `handover sandbox`
#[derive(Debug, Args)]
pub struct Sandbox {
    /// Switch a fault on; may be given again
    #[arg(long = "fault", value_name = "NAME")]
    pub faults: Vec<String>,
    /// Port of the issuer; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    /// Settle an open question otherwise, as in `list-lag=three-seconds`; may be given again
    #[arg(long = "switch", value_name = "NAME=CHOICE")]
    pub switches: Vec<String>,
    /// What ids and secrets are drawn from
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Take and say what the contract documents do not allow
    #[arg(long)]
    pub loose: bool,
    /// Print one JSON line, then serve
    #[arg(long)]
    pub json: bool,
}

/// `handover scenario`
#[derive(Debug, Args)]
pub struct ScenarioOptions {
    /// What to do with scenarios.
    #[command(subcommand)]
    pub command: ScenarioCommand,
}

/// What to do with scenarios.
#[derive(Debug, Subcommand)]
pub enum ScenarioCommand {
    /// List the scenarios that come with the program
    List {
        /// Print one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Print a scenario as the file it is: the beginning of one of your own
    Show {
        /// Its name, or a file
        scenario: String,
    },
    /// Play a scenario in a sandbox of its own; exit code 1 when something goes otherwise than it says
    Run {
        /// Its name, or a file; `-` is standard input
        scenario: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// `handover script`
#[derive(Debug, Args)]
pub struct ScriptOptions {
    /// What to do with the script.
    #[command(subcommand)]
    pub command: ScriptCommand,
}

/// Whose script.
#[derive(Debug, Args)]
#[group(id = "whose", required = true, multiple = false)]
pub struct Whose {
    /// A stored profile, by name or id; its secrets come from the secret store
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// A profile file; its secrets come from the HANDOVER_* variables only
    #[arg(long, value_name = "FILE")]
    pub profile_file: Option<PathBuf>,
}

/// What to do with the script.
#[derive(Debug, Subcommand)]
pub enum ScriptCommand {
    /// Keep a copy of the script on this computer
    Backup {
        /// Whose script.
        #[command(flatten)]
        whose: Whose,
        /// Write the copy to this file as well; it may hold secrets of the tenant
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// List the copies that are kept
    List {
        /// Whose script.
        #[command(flatten)]
        whose: Whose,
        /// Print one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Show what differs between a copy and the script in CXone; exit code 1 when something does
    Diff {
        /// Whose script.
        #[command(flatten)]
        whose: Whose,
        /// The copy, as `list` names it; without it the accepted one, else the newest
        #[arg(long, value_name = "ID")]
        backup: Option<String>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Put a copy back into CXone; shows the difference and asks first
    Restore {
        /// Whose script.
        #[command(flatten)]
        whose: Whose,
        /// The copy, as `list` names it; without it the accepted one, else the newest
        #[arg(long, value_name = "ID")]
        backup: Option<String>,
        /// Do not ask
        #[arg(long)]
        yes: bool,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Accept the script as it is in CXone: HD-605 compares with it from now on
    Accept {
        /// Whose script.
        #[command(flatten)]
        whose: Whose,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// `handover serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// Start the sandbox with its sample profile; nothing is kept
    #[arg(long)]
    pub sample: bool,
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    /// Print one JSON line, then serve
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_a_number_and_a_unit() {
        for (text, seconds) in [("1s", 1), ("15m", 900), ("24h", 86_400), ("090m", 5400)] {
            assert_eq!(interval(text).ok(), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "m",
            "15",
            "+5m",
            "-5m",
            "1.5h",
            "5 m",
            "5d",
            "5µ",
            "99999999999999999999h",
            "9999999999999999999h",
        ] {
            assert!(interval(text).is_err(), "{text}");
        }
    }
}
