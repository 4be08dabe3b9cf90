//! The command line.

use std::path::PathBuf;

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
    /// List, show, compare and delete the verifications that were kept
    History(History),
    /// Play a CXone tenant and a Cognigy.AI install on this computer
    Sandbox(Sandbox),
    /// Play what happens in a handover, and what goes wrong in one
    Scenario(ScenarioOptions),
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
