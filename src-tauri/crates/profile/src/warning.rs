//! Findings about an address that never block: they are shown beside the value.

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// Something about the provider's host or its endpoint address that the administrator should know.
///
/// On the wire it is an object `{code, message}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, TS)]
#[serde(into = "WarningWire")]
#[ts(as = "WarningWire", rename = "AddressWarning")]
pub enum Warning {
    /// The host is one of CXone's own: such installs are normally integrated and use the other provider.
    /// Inferred, hence a warning and never a stop.
    IntegratedHost {
        /// The Cognigy host.
        host: String,
    },
    /// The endpoint host follows a pattern nobody has confirmed for this install.
    UnverifiedHost {
        /// The proposed endpoint host.
        host: String,
    },
    /// The address named another service of the install (Webchat, API, ...); the endpoint host was put in its place.
    SwappedHost {
        /// The host that was given.
        from: String,
        /// The endpoint host used instead.
        to: String,
    },
    /// The typed endpoint base is an address of the Cognigy user interface; the endpoint's was worked out from it.
    UiHost {
        /// The host.
        host: String,
    },
    /// The entered endpoint address is not the one that follows from the provider's host.
    OtherInstall {
        /// The endpoint host that was entered.
        entered: String,
        /// The one that follows from the provider's host.
        expected: String,
    },
    /// The link began with `http://` although its host is not this computer; addresses are made with https.
    PlainHttp {
        /// The host.
        host: String,
    },
    /// The port of the link was left out of the proposed endpoint address.
    PortDropped {
        /// The port.
        port: u16,
    },
    /// The host is one of the vendor's own sites and not the user interface of an install.
    OtherSite {
        /// The host.
        host: String,
    },
    /// The host has letters outside ASCII, which can look like others.
    InternationalHost {
        /// The host in its ASCII form.
        host: String,
    },
}

#[derive(Serialize, JsonSchema, TS)]
#[ts(rename = "AddressWarning")]
#[schemars(rename = "AddressWarning")]
struct WarningWire {
    /// Stable word for programs.
    code: &'static str,
    /// One or two sentences for people.
    message: String,
}

impl From<Warning> for WarningWire {
    fn from(warning: Warning) -> Self {
        WarningWire {
            code: warning.code(),
            message: warning.message(),
        }
    }
}

impl Warning {
    /// The stable word of the wire form.
    pub fn code(&self) -> &'static str {
        match self {
            Warning::IntegratedHost { .. } => "integrated_host",
            Warning::UnverifiedHost { .. } => "unverified_host",
            Warning::SwappedHost { .. } => "swapped_host",
            Warning::UiHost { .. } => "ui_host",
            Warning::OtherInstall { .. } => "other_install",
            Warning::PlainHttp { .. } => "plain_http",
            Warning::PortDropped { .. } => "port_dropped",
            Warning::OtherSite { .. } => "other_site",
            Warning::InternationalHost { .. } => "international_host",
        }
    }

    /// The finding in words.
    pub fn message(&self) -> String {
        match self {
            Warning::IntegratedHost { host } => format!(
                "{host} belongs to CXone. Installs there are normally integrated and use the other NiCE CXone \
                 handover provider, not the non-integrated one."
            ),
            Warning::UnverifiedHost { host } => format!(
                "Nobody has verified the endpoint host {host}. Paste any Endpoint URL of this install to confirm it."
            ),
            Warning::SwappedHost { from, to } => {
                format!("{from} is not the endpoint host of this install; {to} is used in its place.")
            }
            Warning::UiHost { host } => format!(
                "{host} is the host of the Cognigy.AI user interface and not of an Endpoint: the endpoint address \
                 is only worked out from it. Paste the Endpoint URL of any Endpoint to confirm it."
            ),
            Warning::OtherInstall { entered, expected } => format!(
                "{entered} is not the endpoint host that follows from the provider's link, {expected}. Make sure that both \
                 belong to the same install."
            ),
            Warning::PlainHttp { host } => {
                format!("The link to {host} uses http; the addresses for CXone are made with https.")
            }
            Warning::PortDropped { port } => format!(
                "The address of Cognigy.AI has port {port}; the proposed endpoint address is made without it. Paste an Endpoint \
                 URL if the endpoint listens on a port of its own."
            ),
            Warning::OtherSite { host } => format!(
                "{host} is a site of the vendor and hardly the Cognigy.AI you work in. Copy the address from the browser \
                 while the provider is open there."
            ),
            Warning::InternationalHost { host } => format!(
                "The host name has letters that can be mistaken for others. Its plain form is {host}: make sure \
                 that is the host you mean."
            ),
        }
    }
}
