//! What nobody outside the vendor knows, as switches: one table with every choice and its default.
//!
//! A switch stands for a question that no public source answers, or that sources answer differently. The first choice is
//! the default. A fault is something else: it breaks what is known (see [`crate::fault`]).
//!
//! To add one: a row here, and the place that reads it.

use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// There is no such switch, or it has no such choice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownSwitch {
    /// No switch has the name.
    #[error("there is no switch called {name:?}")]
    Name {
        /// What was asked for.
        name: String,
    },
    /// The switch does not know the choice.
    #[error("the switch {name} has no choice called {choice:?}")]
    Choice {
        /// The switch.
        name: &'static str,
        /// What was asked for.
        choice: String,
    },
}

/// One row of the page of switches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SwitchRow {
    /// Name on command lines and in files.
    pub name: String,
    /// The question it stands for.
    pub text: String,
    /// What it is set to.
    pub choice: String,
    /// All it can be set to; the first is the default.
    pub choices: Vec<String>,
}

macro_rules! switches {
    ($($field:ident $kind:ident $name:literal [$($variant:ident $word:literal),+] $text:literal;)+) => {
        $(
            #[doc = $text]
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub enum $kind {
                $(#[doc = concat!("`", $word, "`")] $variant,)+
            }

            impl $kind {
                const ALL: &'static [$kind] = &[$($kind::$variant),+];

                /// The word on command lines and in files.
                pub fn word(self) -> &'static str {
                    match self { $($kind::$variant => $word,)+ }
                }
            }

            impl Default for $kind {
                fn default() -> $kind {
                    $kind::ALL[0]
                }
            }
        )+

        /// All switches as they are set.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Switches {
            $(#[doc = $text] pub $field: $kind,)+
        }

        impl Switches {
            /// Sets the switch of that name to the choice of that word.
            pub fn set(&mut self, name: &str, choice: &str) -> Result<(), UnknownSwitch> {
                match name {
                    $($name => {
                        self.$field = $kind::ALL.iter().copied().find(|known| known.word() == choice).ok_or_else(|| {
                            UnknownSwitch::Choice { name: $name, choice: choice.to_owned() }
                        })?;
                    })+
                    _ => return Err(UnknownSwitch::Name { name: name.to_owned() }),
                }
                Ok(())
            }

            /// Every switch with its choices, in the order of the table.
            pub fn page(&self) -> Vec<SwitchRow> {
                vec![$(SwitchRow {
                    name: $name.to_owned(),
                    text: $text.to_owned(),
                    choice: self.$field.word().to_owned(),
                    choices: $kind::ALL.iter().map(|known| known.word().to_owned()).collect(),
                }),+]
            }
        }
    };
}

switches! {
    token_refusal TokenRefusal "token-refusal" [Status400 "400", Status401 "401"]
        "Status of a refused sign-in. Documented is 400; clients report 401 for wrong credentials.";
    token_body TokenBody "token-body" [FormOnly "form-only", JsonToo "json-too"]
        "Whether the token address reads JSON. Documented are forms; public code sends JSON.";
    jwks_uri JwksUri "jwks-uri" [Named "named", LeftOut "left-out"]
        "Whether discovery says where the keys of tokens are. Documents seen in public code differ.";
    list_lag ListLag "list-lag" [None "none", ThreeSeconds "three-seconds"]
        "How long a new channel, skill, contact or message is missing from lists. Clients report a few seconds.";
    list_default_skill ListDefaultSkill "list-default-skill" [Shown "shown", LeftOut "left-out"]
        "Whether the channel list shows the default skill. Its schema has no such field; embedded channels do.";
    create_default_skill CreateDefaultSkill "create-default-skill" [Refuse "refuse", Accept "accept", Ignore "ignore"]
        "Whether creating a channel takes a default skill. The operation's schema does not; an unused newer one does.";
    channel_name ChannelName "channel-name" [Repeat "repeat", Unique "unique"]
        "Whether two channels may have one name. No rule is documented.";
    channel_integration ChannelIntegration "channel-integration" [Any "any", Known "known"]
        "Whether a channel needs an integration that exists. No error for a wrong id is documented.";
    repeated_message RepeatedMessage "repeated-message" [First "first", Refuse "refuse", Store "store"]
        "A message id that is known already: answered with the first, refused with 409, or kept twice.";
    closed_contact ClosedContact "closed-contact" [New "new", Reopen "reopen"]
        "A message on a thread whose contact is closed: a new contact, or the old one again.";
    contact_opens ContactOpens "contact-opens" [Assigned "assigned", Routed "routed"]
        "When a contact leaves the status new: with its agent, or with its queue.";
    throttle Throttle "throttle" [RetryAfter "retry-after", Bare "bare", Off "off"]
        "Calls over the published limits: 429 with or without Retry-After, or let through. No 429 is documented.";
    channel_visibility ChannelVisibility "channel-visibility" [All "all", Role "role"]
        "Whether the channel list leaves out channels that are not assigned to the caller's role. No source says.";
    role_enforcement RoleEnforcement "role-enforcement" [Enforced "enforced", ShownOnly "shown-only"]
        "Whether replies and assignments that the caller's role does not allow are refused with 403, which is not declared, or done all the same.";
    outbound_mode OutboundMode "outbound-mode" [V2 "2.0", V1 "1.0"]
        "Which call brings messages to the integration box: the BYOC form's box for DFO 3.0 replies.";
    post_id PostId "post-id" [ExternalThread "external-thread", Thread "thread", Prefixed "prefixed"]
        "What the 1.0 call names as the post: the thread's external id, CXone's id of it, or channel_thread.";
    first_attempt FirstAttempt "first-attempt" [NoHeader "no-header", EmptyBearer "empty-bearer"]
        "What a call to the box without a token carries.";
    box_timeout BoxTimeout "box-timeout" [TenSeconds "10s", OneSecond "1s", ThirtySeconds "30s"]
        "How long the integration box may take.";
    box_retries BoxRetries "box-retries" [None "none", One "one", Three "three"]
        "How often a call to the box is repeated after a 5xx or a time-out.";
    outbound_answer OutboundReply "outbound-answer" [AtOnce "at-once", AfterDelivery "after-delivery"]
        "When an outbound message is answered: before or after the integration box was called.";
    sender_actions SenderActions "sender-actions" [Off "off", On "on"]
        "Whether channels of the integration show typing. How such a channel gets the flag is not known.";
    skill_detail SkillDetail "skill-detail" [Flat "flat", Wrapped "wrapped"]
        "The skill's own address: a flat object by the document, a list of one in a live test.";
    skill_name SkillName "skill-name" [Unique "unique", Repeat "repeat"]
        "Whether two skills may have one name. The answer to a repeated name is not known.";
    script_warnings ScriptWarnings "script-warnings" [Captions "captions", Always "every-save", Never "never"]
        "What the check of a saved script warns of, with 206: actions without a caption, every save, or nothing. The vendor's warnings are not public.";
    script_licence ScriptLicence "script-licence" [Known "known-actions", All "all-actions"]
        "Which actions a script may have: the common ones of a digital unit, others being refused with action-not-available, or all. Licences are each tenant's own.";
    hub_token HubToken "hub-token" [Close "close", Silence "silence"]
        "What the event hub does with a bad token: closes the connection, or never says authorized.";
    hub_limit HubLimit "hub-limit" [Off "off", OnRegister "on-register"]
        "Whether the event hub answers RATE_LIMIT_EXCEEDED to whoever registers.";
    provider_path ProviderPath "provider-path" [Plural "plural", Singular "singular"]
        "Where a handover provider is changed and deleted: handover/providers/{id} of the documents, or handover/provider/{id}.";
    provider_rename ProviderRename "provider-rename" [RenamesChannel "renames-channel", NewChannel "new-channel"]
        "What Save does after a handover provider was renamed: its channel gets the new name, or a second one is made.";
    save_failure SaveFailure "save-failure" [Reported "reported", Refused "refused"]
        "How a Save that CXone did not allow is answered: 200 with its provisioning status, or 502.";
    save_unit SaveUnit "save-business-unit" [SignIn "sign-in", Any "any"]
        "What Save does with a business unit that is not the one the sign-in's token names: it fails, or takes it. No source says that it looks.";
    save_timeout SaveTimeout "save-timeout" [TenSeconds "10s", OneSecond "1s", ThirtySeconds "30s"]
        "How long Cognigy.AI waits for each answer of CXone.";
    openapi_access OpenapiAccess "openapi-access" [Open "open", Key "key"]
        "Whether Cognigy.AI's OpenAPI document is open to everybody or needs the API key. Installs differ.";
    get_body GetBody "get-with-body" [Refuse "403", Accept "accept"]
        "What Cognigy.AI's API does with a GET that has a body. 403 was seen on one install.";
    chart_config ChartConfig "chart-config" [NodeOnly "node-only", ChartToo "chart-too"]
        "Whether a flow's chart holds the settings of its nodes, or only each node by itself.";
    transcript_direction TranscriptDirection "transcript-direction" [Inbound "inbound", Outbound "outbound"]
        "Whether the transcript is stored in CXone as said by the user or by the brand's side.";
    handover_thread HandoverThread "handover-thread" [Session "session", Handover "handover"]
        "Whether a second handover of a session has the thread of the first, or one of its own.";
    handover_ending HandoverEnding "handover-ending" [Status "status", Signal "signal"]
        "How Cognigy.AI ends a contact when the user cancels: by its status, or by the script's signal End.";
    unknown_conversation UnknownConversation "unknown-conversation" [Refuse "404", Accept "200"]
        "What the integration box answers to a message for a conversation it does not know.";
    queue_events QueueEvents "queue-events" [Off "off", On "on"]
        "Whether a flow hears that it is queued or that an agent has come. For CXone nobody says so.";
    agent_typing AgentTyping "agent-typing" [Forwarded "forwarded", Dropped "dropped"]
        "Whether the chat shows that an agent types. CXone is not in the documented list of providers that do.";
    final_ping FinalPing "final-ping" [Event "event", Output "output"]
        "Whether the end of a flow's run is an event of its own or an output.";
}

impl BoxTimeout {
    /// As a time.
    pub(crate) fn patience(self) -> Duration {
        Duration::from_secs(match self {
            BoxTimeout::OneSecond => 1,
            BoxTimeout::TenSeconds => 10,
            BoxTimeout::ThirtySeconds => 30,
        })
    }
}

impl fmt::Display for Switches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in self.page() {
            writeln!(f, "{} = {} ({})", row.name, row.choice, row.choices.join(" | "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_choice_of_every_switch_can_be_set_by_name() {
        let page = Switches::default().page();
        let names: BTreeSet<&str> = page.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names.len(), page.len());
        for row in &page {
            assert_eq!(
                row.choice, row.choices[0],
                "{}: the first choice is the default",
                row.name
            );
            assert!(row.choices.len() > 1 && !row.text.is_empty(), "{}", row.name);
            for choice in &row.choices {
                let mut switches = Switches::default();
                switches.set(&row.name, choice).unwrap();
                let set = switches
                    .page()
                    .into_iter()
                    .find(|set| set.name == row.name)
                    .unwrap();
                assert_eq!(&set.choice, choice);
            }
        }
    }

    #[test]
    fn unknown_names_and_choices_are_told_apart() {
        let mut switches = Switches::default();
        let name = switches.set("no-such", "x").unwrap_err();
        assert_eq!(
            name,
            UnknownSwitch::Name {
                name: "no-such".into()
            }
        );
        let choice = switches.set("throttle", "x").unwrap_err();
        assert_eq!(
            choice,
            UnknownSwitch::Choice {
                name: "throttle",
                choice: "x".into()
            }
        );
        assert_eq!(switches, Switches::default());
    }
}
