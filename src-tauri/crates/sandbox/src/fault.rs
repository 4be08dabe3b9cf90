//! The faults the sandbox can show, as data: one row each, with the checks it proves and the outcome it expects there.
//!
//! A fault breaks exactly one thing. Where it changes what the servers keep, `view` does it; where it changes how
//! they answer, `intercept` or the route does; where it changes what the administrator typed, `description` does.
//! Local faults are only listed: they belong to whoever runs the verification. A wrong clock is the exception, since the
//! `Date` of an answer shows it as well.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which part of the world a fault changes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The simulated servers answer so. Can be switched while they run.
    Server,
    /// The way to a server is broken. Needs a fresh description.
    Path,
    /// This computer is broken; see [`Fault::is_shown_by_sandbox`].
    Local,
    /// The administrator typed something wrong. Needs a fresh description.
    Profile,
}

/// What a check is expected to say while a fault is on: the check's id and the outcome word.
pub type Expectation = (&'static str, &'static str);

/// The name of a fault is not one of the known ones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no fault called {name:?}")]
pub struct UnknownFault {
    /// The name that was asked for.
    pub name: String,
}

macro_rules! faults {
    ($($variant:ident $name:literal $kind:ident [$($check:literal $outcome:ident),+] $text:literal;)+) => {
        /// A fault by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS)]
        #[serde(rename_all = "kebab-case")]
        pub enum Fault {
            $(#[doc = $text] #[serde(rename = $name)] $variant,)+
        }

        impl Fault {
            /// Every fault, in the order of the checks they prove.
            pub const ALL: &'static [Fault] = &[$(Fault::$variant),+];

            /// The name used on command lines and in files.
            pub fn name(self) -> &'static str {
                match self { $(Fault::$variant => $name,)+ }
            }

            /// Which part of the world it changes.
            pub fn kind(self) -> FaultKind {
                match self { $(Fault::$variant => FaultKind::$kind,)+ }
            }

            /// The checks whose outcome it changes; the first is the one it was made for. Checks that are only blocked by
            /// these are not listed. A check may be one that no verification makes yet: then the fault proves nothing so
            /// far, and leaves the checks there are green.
            pub fn expects(self) -> &'static [Expectation] {
                match self { $(Fault::$variant => &[$(($check, stringify!($outcome))),+],)+ }
            }

            /// One line for people: what is wrong while it is on.
            pub fn text(self) -> &'static str {
                match self { $(Fault::$variant => $text,)+ }
            }
        }
    };
}

faults! {
    KeychainMissing "keychain-missing" Local ["HD-101" fail] "No secret service is there.";
    KeychainLocked "keychain-locked" Local ["HD-101" fail] "The secret store is locked.";
    KeychainSlow "keychain-slow" Local ["HD-101" fail] "The secret store does not answer in time.";
    ClockSkew "clock-skew" Local ["HD-102" fail] "This computer's clock is far off.";
    TlsIntercepted "tls-intercepted" Path ["HD-103" fail] "The endpoint's certificate comes from an authority that only this computer trusts.";
    ProxyAuthRequired "proxy-auth-required" Path ["HD-103" fail] "A proxy stands in the way and wants a sign-in.";
    ProfileIncomplete "profile-incomplete" Profile ["HD-104" fail] "The business unit was not entered.";

    LinkUuid "link-uuid" Profile ["HD-201" fail] "The provider link ends in a reference id (a UUID).";
    EndpointGuessed "endpoint-guessed" Profile ["HD-202" warn] "The endpoint base was not entered and is guessed.";
    EndpointDns "endpoint-dns" Path ["HD-203" fail] "The endpoint's host name does not resolve.";
    EndpointRefused "endpoint-refused" Path ["HD-203" fail] "Nothing listens at the endpoint's address.";
    EndpointTlsExpired "endpoint-tls-expired" Path ["HD-203" fail] "The endpoint's certificate has expired.";
    EndpointHang "endpoint-hang" Server ["HD-203" fail] "The endpoint accepts a connection and never answers.";
    HandoverNotRouted "handover-not-routed" Server ["HD-204" fail] "The ingress does not route /handover.";
    IpAllowList "ip-allow-list" Server ["HD-204" unknown, "HD-205" unknown, "HD-206" unknown, "HD-207" unknown, "HD-208" unknown]
        "The endpoint host answers 403 to this computer on every path.";
    ProviderUnknown "provider-unknown" Server ["HD-205" fail] "The install does not know the provider.";
    IntegrationSecretMismatch "integration-secret-mismatch" Server ["HD-206" fail] "The install keeps another integration secret.";
    IntegrationClientMismatch "integration-client-mismatch" Server ["HD-206" fail] "The install keeps another integration client id.";
    Box403 "box-403" Server ["HD-207" fail] "The integration box answers 403 without a token.";
    Box500 "box-500" Server ["HD-207" fail] "The integration box answers 500 without a token.";
    Box200WithoutToken "box-200-without-token" Server ["HD-207" fail] "The integration box takes messages without a token.";
    Action500 "action-500" Server ["HD-208" warn] "The add, reconnect and remove addresses answer 500.";
    EndpointPrivate "endpoint-private" Path ["HD-209" warn] "The endpoint's host name resolves to this computer only.";

    Discovery503 "discovery-503" Server ["HD-301" fail] "Discovery answers 503.";
    DiscoveryHtml "discovery-html" Server ["HD-301" fail] "Discovery answers an HTML page, as a captive portal does.";
    DiscoveryHang "discovery-hang" Server ["HD-301" fail] "Discovery accepts a connection and never answers.";
    TenantUnknown "tenant-unknown" Server ["HD-302" fail] "The tenant id is not known.";
    ClientWrong "client-wrong" Server ["HD-303" fail] "The client secret is another one than the registered.";
    ClientDisabled "client-disabled" Server ["HD-303" fail] "The registered application is disabled.";
    ClientPostOnly "client-post-only" Server ["HD-303" pass] "The application takes its credentials in the body only.";
    Token503 "token-503" Server ["HD-303" fail] "The token address answers 503.";
    Token429 "token-429" Server ["HD-303" fail] "The token address answers 429 with Retry-After.";
    KeyWrong "key-wrong" Server ["HD-304" fail] "The access key secret is another one than the issued.";
    KeyInactive "key-inactive" Server ["HD-304" fail] "The access key is switched off.";
    UserBlocked "user-blocked" Server ["HD-304" fail] "The owner of the access key is blocked.";
    TokenOtherTenant "token-other-tenant" Server ["HD-305" fail] "The credentials belong to another tenant.";
    TokenBadSignature "token-bad-signature" Server ["HD-305" fail] "The id token's signature does not fit the published keys.";
    BuMismatch "bu-mismatch" Profile ["HD-306" fail] "Another business unit number was entered.";
    Token60s "token-60s" Server ["HD-307" warn] "Tokens live for one minute only.";
    DigitalOff "digital-off" Server ["HD-308" fail] "Digital Engagement is not enabled.";
    KeyOwnerPending "key-owner-pending" Server ["HD-309" warn] "The owner of the access key has not accepted the invitation.";

    FormTrailingSlash "form-trailing-slash" Profile ["HD-401" fail] "The integration box URL was typed with a slash at its end.";
    FormWrongId "form-wrong-id" Profile ["HD-401" fail] "The authorization URL was typed with another provider id.";
    Secret31 "secret-31" Profile ["HD-402" fail] "The integration secret has 31 characters, on both sides.";
    SecretSpaces "secret-spaces" Profile ["HD-402" fail] "The integration secret has spaces around it, on both sides.";
    ChannelMissing "channel-missing" Server ["HD-403" fail] "Save never got through: no channel, no folder, no script.";
    ChannelDuplicate "channel-duplicate" Server ["HD-403" fail] "Two channels have the provider's name.";
    ChannelRenamed "channel-renamed" Server ["HD-403" fail] "The channel's name differs in case and spaces.";
    ChannelHidden "channel-hidden" Server ["HD-403" fail] "The channel is hidden.";
    ChannelOtherIntegration "channel-other-integration" Server ["HD-404" fail] "The channel belongs to another integration.";
    ChannelPublic "channel-public" Server ["HD-405" warn] "The channel is made for public posts.";

    ChannelNoScript "channel-no-script" Server ["HD-501" fail] "No Studio script is attached to the channel.";
    ChannelNoSkill "channel-no-skill" Server ["HD-502" fail] "The channel has no default skill.";
    ChannelFieldsAbsent "channel-fields-absent" Server ["HD-501" unknown, "HD-502" unknown]
        "Answers leave out the channel's script and default skill.";
    SkillVoice "skill-voice" Server ["HD-503" fail] "The skill is a voice skill.";
    SkillOutbound "skill-outbound" Server ["HD-503" fail] "The skill is outbound.";
    SkillInactive "skill-inactive" Server ["HD-503" fail] "The skill is inactive.";
    CampaignInactive "campaign-inactive" Server ["HD-503" fail] "The skill's campaign is inactive.";
    SkillNobody "skill-nobody" Server ["HD-504" fail] "Nobody is assigned to the skill.";
    AgentNotDigital "agent-not-digital" Server ["HD-505" fail] "The skill's agents are not enabled for Digital Engagement.";
    AgentPending "agent-pending" Server ["HD-505" fail] "The skill's agents have not accepted their invitations.";
    RoleNoChannel "role-no-channel" Server ["HD-506" fail] "The channel is not assigned to any role.";
    RoleNoReply "role-no-reply" Server ["HD-506" fail] "No role may send replies.";
    RoleNoAssign "role-no-assign" Server ["HD-506" fail] "No role may assign conversations.";
    AgentsOffline "agents-offline" Server ["HD-507" warn] "All agents are logged out.";

    ScriptFolderRenamed "script-folder-renamed" Server ["HD-601" fail] "The script folder was renamed.";
    ScriptMissing "script-missing" Server ["HD-602" fail] "The script is not in its folder.";
    ScriptRenamed "script-renamed" Server ["HD-602" fail] "The script was renamed.";
    ScriptNotCurrent "script-not-current" Server ["HD-602" fail] "The script is there, but not as the current version.";
    ScriptNoEscalate "script-no-escalate" Server ["HD-603" fail] "The script lost its ESCALATE action.";
    ScriptNoEndEscalation "script-no-end-escalation" Server ["HD-603" fail] "The script lost its END ESCALATION action.";
    ScriptNoOnrelease "script-no-onrelease" Server ["HD-604" fail] "The script lost its ONRELEASE action.";
    ScriptDrift "script-drift" Server ["HD-605" warn] "The script got another action since it was made.";

    CognigyKeyWrong "cognigy-key-wrong" Server ["HD-701" fail] "The install does not take the API key.";
    CognigyForbidden "cognigy-forbidden" Server ["HD-701" fail] "The API key's owner is no member of the project.";
    ProviderRenamed "provider-renamed" Server ["HD-702" fail] "The handover provider has another name than its channel.";
    ProviderOtherService "provider-other-service" Server ["HD-702" fail] "The handover provider is not one of CXone.";
    ProviderFieldDiffers "provider-field-differs" Server ["HD-703" fail] "The handover provider has another business unit.";
    ProvisioningFailed "provisioning-failed" Server ["HD-704" fail] "The last Save of the handover provider failed.";
    FlowNoHandover "flow-no-handover" Server ["HD-705" fail] "No flow has a handover node.";
    FlowOtherProvider "flow-other-provider" Server ["HD-705" fail] "The flow hands over to another provider.";
    FlowNoErrorBranch "flow-no-error-branch" Server ["HD-705" warn] "Nothing below the handover node answers an error.";
    EndpointRest "endpoint-rest" Server ["HD-706" fail] "Every endpoint is a REST endpoint.";
    EndpointInactive "endpoint-inactive" Server ["HD-706" fail] "Every endpoint is switched off.";
    CognigyLogErrors "cognigy-log-errors" Server ["HD-707" warn] "The log holds handover errors of the last hour.";

    MessageRejected "message-rejected" Server ["HD-801" fail] "The channel refuses every message.";
    ContactStuckNew "contact-stuck-new" Server ["HD-802" fail] "Contacts stay new and get no queue.";
    Outbound404 "outbound-404" Server ["HD-803" fail] "The integration box answers 404 to messages with a token.";
    OutboundNoId "outbound-no-id" Server ["HD-803" fail] "The integration box answers messages without an id.";
    OutboundSlow "outbound-slow" Server ["HD-803" fail] "The integration box answers messages when CXone has given up.";
    Outbound401Forever "outbound-401-forever" Server ["HD-803" fail] "The integration box refuses messages whatever the token.";
    ReleaseLost "release-lost" Server ["HD-804" fail] "The script's ONRELEASE never reaches the integration box.";

    TokenSlow "token-slow" Server ["HD-901" warn] "The token address is slow.";
    ChannelsSlow "channels-slow" Server ["HD-901" warn] "The channel addresses are slow.";
    ScriptsSlow "scripts-slow" Server ["HD-901" warn] "The script addresses are slow.";
    FirstByteSlow "first-byte-slow" Server ["HD-901" warn] "Every CXone host lets its first byte wait.";
    BodyTrickle "body-trickle" Server ["HD-901" warn] "Every CXone host sends its bodies in drops.";
}

impl Fault {
    /// The check it was made for.
    pub fn check(self) -> &'static str {
        self.expects().first().map_or("", |(check, _)| check)
    }

    /// Whether the sandbox shows it when it is on. The other local faults have to be played by whoever verifies.
    pub fn is_shown_by_sandbox(self) -> bool {
        self.kind() != FaultKind::Local || self == Fault::ClockSkew
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Fault, UnknownFault> {
        Fault::ALL
            .iter()
            .copied()
            .find(|fault| fault.name() == name)
            .ok_or_else(|| UnknownFault {
                name: name.to_owned(),
            })
    }
}

/// The faults that are on.
pub type FaultSet = BTreeSet<Fault>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        let names: BTreeSet<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
        assert_eq!(names.len(), Fault::ALL.len());
        for fault in Fault::ALL {
            assert_eq!(fault.name().parse(), Ok(*fault));
            assert_eq!(
                serde_json::to_value(fault).unwrap(),
                fault.name(),
                "wire name of {fault:?}"
            );
        }
        assert_eq!(
            "no-such".parse::<Fault>(),
            Err(UnknownFault {
                name: "no-such".into()
            })
        );
    }

    #[test]
    fn every_fault_names_a_check_and_an_outcome_word() {
        for fault in Fault::ALL {
            assert!(!fault.text().is_empty());
            for (check, outcome) in fault.expects() {
                assert!(check.starts_with("HD-") && check.len() == 6, "{fault}: {check}");
                assert!(
                    ["pass", "warn", "fail", "unknown"].contains(outcome),
                    "{fault}: {outcome}"
                );
            }
        }
    }

    #[test]
    fn every_check_of_the_first_floor_has_a_fault() {
        let proven: BTreeSet<&str> = Fault::ALL
            .iter()
            .flat_map(|fault| fault.expects())
            .map(|(check, _)| *check)
            .collect();
        for check in [
            101, 102, 104, 201, 202, 203, 204, 205, 206, 207, 208, 301, 302, 303, 304, 305, 306, 307, 308,
            401, 402, 403, 404, 405, 501, 502, 503, 504, 601, 602, 603, 604, 701, 702, 703, 704, 705, 706,
            707,
        ] {
            assert!(
                proven.contains(format!("HD-{check}").as_str()),
                "HD-{check} has no fault"
            );
        }
    }
}
