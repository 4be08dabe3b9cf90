//! Which page a pasted link leads to when it is not the handover provider's.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use url::Url;

/// The page a wrong link seems to belong to. Recognised from host and path words, so it is a help and not a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CognigyPage {
    /// The list of handover providers.
    ProviderList,
    /// A Flow.
    Flow,
    /// An Endpoint's settings.
    EndpointSettings,
    /// The log.
    Logs,
    /// A project's settings.
    Settings,
    /// The sign-in page.
    SignIn,
    /// A project, page not recognised.
    Project,
    /// The address an Endpoint answers at.
    EndpointUrl,
    /// A Webchat demo page.
    Webchat,
    /// The REST API.
    Api,
    /// A page of CXone.
    Cxone,
    /// The vendor's documentation.
    Documentation,
    /// None of these.
    Other,
}

impl CognigyPage {
    /// How a sentence names it.
    pub fn name(self) -> &'static str {
        match self {
            CognigyPage::ProviderList => "the list of handover providers",
            CognigyPage::Flow => "a Flow",
            CognigyPage::EndpointSettings => "the settings of an Endpoint",
            CognigyPage::Logs => "the logs",
            CognigyPage::Settings => "the project settings",
            CognigyPage::SignIn => "the sign-in page",
            CognigyPage::Project => "another page of the project",
            CognigyPage::EndpointUrl => "an Endpoint URL",
            CognigyPage::Webchat => "a Webchat demo",
            CognigyPage::Api => "the Cognigy.AI API",
            CognigyPage::Cxone => "a CXone page",
            CognigyPage::Documentation => "the documentation",
            CognigyPage::Other => "another page",
        }
    }

    pub(crate) fn of(url: &Url) -> CognigyPage {
        let host = url.host_str().unwrap_or_default();
        let first = host.split('.').next().unwrap_or_default();
        let words = first.strip_prefix("cognigy-").unwrap_or(first);
        let service = |word: &str| words == word || words.starts_with(&format!("{word}-"));
        if host == "docs.cognigy.com" || host.starts_with("help.") || host.starts_with("developer.") {
            return CognigyPage::Documentation;
        }
        if service("webchat") {
            return CognigyPage::Webchat;
        }
        if service("endpoint") {
            return CognigyPage::EndpointUrl;
        }
        if service("api") || service("odata") {
            return CognigyPage::Api;
        }
        let cognigy =
            host.ends_with("cognigy.ai") || host.ends_with("cognigy.cloud") || first.starts_with("cognigy-");
        if !cognigy && crate::is_vendor_host(host) {
            return CognigyPage::Cxone;
        }
        let segments: Vec<String> = url
            .path_segments()
            .map(|all| {
                all.filter(|s| !s.is_empty())
                    .map(str::to_ascii_lowercase)
                    .collect()
            })
            .unwrap_or_default();
        let has = |words: &[&str]| segments.iter().any(|segment| words.contains(&segment.as_str()));
        if has(&["handover-providers"]) {
            CognigyPage::ProviderList
        } else if has(&["flow", "flows"]) {
            CognigyPage::Flow
        } else if has(&["endpoint", "endpoints"]) {
            CognigyPage::EndpointSettings
        } else if has(&["logs", "log"]) {
            CognigyPage::Logs
        } else if has(&["settings"]) {
            CognigyPage::Settings
        } else if has(&["login", "signin", "sign-in"]) {
            CognigyPage::SignIn
        } else if has(&["project"]) {
            CognigyPage::Project
        } else {
            CognigyPage::Other
        }
    }
}
