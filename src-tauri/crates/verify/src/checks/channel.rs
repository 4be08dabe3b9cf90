//! 4xx: the BYOC integration and the channel that Save makes.

use std::sync::Arc;

use cxone::digital::Channel;
use profile::{ByocForm, FieldOutcome, FormField, ProfileField, compare, secret_problems};
use secrecy::ExposeSecret;

use crate::checks::stored;
use crate::context::{Context, Early, Judged, lacks, untold, waits_for};
use crate::finding::{Compared, Finding};
use crate::words::{self, counted};

/// Where channels are seen in CXone.
pub(crate) const CHANNELS: &str = "ACD > Digital > Points of Contact Digital";

/// Whether a form was pasted that differs from what this profile gives: HD-401's matter.
pub(crate) fn form_differs(context: &Context) -> bool {
    let Some(typed) = context.input.typed_form.as_ref() else {
        return false;
    };
    let Ok(urls) = context.profile().urls() else {
        return false;
    };
    let credentials = &context.input.credentials;
    let client_id = credentials
        .integration_client_id
        .as_ref()
        .map(|id| id.expose_secret());
    let form = ByocForm::new(&context.profile().name, &urls, client_id);
    compare(&form, credentials.integration_client_secret.as_ref(), typed)
        .iter()
        .any(|diff| diff.is_wrong())
}

/// HD-401
pub(crate) async fn form(context: Arc<Context>) -> Judged {
    let Some(typed) = context
        .input
        .typed_form
        .as_ref()
        .filter(|typed| !typed.is_empty())
    else {
        return Ok(Finding::skipped("No BYOC form was pasted, so there is nothing to compare.")
            .hint("Open the BYOC entry in CXone, copy its fields and paste them under Compare with what I typed."));
    };
    context.provider()?;
    context.endpoint()?;
    let Ok(urls) = context.profile().urls() else {
        return Err(lacks(ProfileField::ProviderLink));
    };
    let credentials = &context.input.credentials;
    let client_id = credentials
        .integration_client_id
        .as_ref()
        .map(|id| id.expose_secret());
    let form = ByocForm::new(&context.profile().name, &urls, client_id);
    let diffs = compare(&form, credentials.integration_client_secret.as_ref(), typed);
    let wrong: Vec<_> = diffs.iter().filter(|diff| diff.is_wrong()).collect();
    // Where the pair that is stored cannot be right, what CXone has may well be.
    let of_pair = |field: FormField| matches!(field, FormField::ClientId | FormField::ClientSecret);
    let secret = credentials.integration_client_secret.as_ref();
    if !wrong.is_empty()
        && wrong.iter().all(|diff| of_pair(diff.field))
        && secret.is_some_and(|secret| !secret_problems(secret).is_empty())
    {
        return Err(waits_for(
            "HD-402",
            "the stored Client Secret is not one, so it says nothing about the form",
        ));
    }
    let rows = wrong.iter().map(|diff| {
        let (expected, found) = match &diff.outcome {
            FieldOutcome::Differs {
                expected: Some(expected),
                typed: Some(typed),
                ..
            } => (Some(expected.clone()), Some(typed.clone())),
            // A secret is told by its length alone.
            FieldOutcome::Differs {
                expected_chars,
                typed_chars,
                ..
            } => (
                Some(counted(*expected_chars, "character")),
                Some(counted(*typed_chars, "character")),
            ),
            _ => (None, None),
        };
        Compared {
            what: diff.field.label().to_owned(),
            expected,
            found,
        }
    });
    let compared: Vec<_> = rows.collect();
    let equal = diffs
        .iter()
        .filter(|diff| diff.outcome == FieldOutcome::Equal)
        .count();
    Ok(match wrong.as_slice() {
        [] if equal == 0 => Finding::unknown("The paste has none of the fields that can be compared.")
            .hint("Copy the fields with their names, or all values in the order of the form."),
        [] if equal == 1 => Finding::pass("The one pasted field is right."),
        [] => Finding::pass(format!("The {equal} pasted fields are right.")),
        [first, rest @ ..] => {
            let more = match rest.len() {
                0 => String::new(),
                1 => " One more field differs.".to_owned(),
                n => format!(" {n} more fields differ."),
            };
            Finding::fail(format!("{}{more}", first.message()))
                .hint(
                    "In CXone, open ACD > Digital > Bring Your Own Channel, edit the entry, copy each of these fields from \
                     here once more and save.",
                )
                .found(wrong.iter().map(|diff| diff.message()).collect::<Vec<_>>().join(" "))
                .compare_all(compared)
        }
    })
}

/// HD-402
pub(crate) async fn secret(context: Arc<Context>) -> Judged {
    let secret = context.integration_secret()?;
    let problems = secret_problems(&secret);
    let chars = secret.expose_secret().chars().count();
    if problems.is_empty() {
        return Ok(Finding::pass("The secret has 32 characters and no spaces."));
    }
    let found = problems
        .iter()
        .map(profile::SecretProblem::message)
        .collect::<Vec<_>>()
        .join(" ");
    let finding = Finding::fail(format!(
        "The Channel Integration Client Secret is not as it has to be. {found}"
    ))
    .hint(
        "Generate a new secret, and enter it in the BYOC entry in CXone and under Channel Integration Authentication \
         in Cognigy.AI.",
    );
    let label = ProfileField::IntegrationClientSecret.label();
    let first = stored::remove(label, &secret);
    Ok(stored::led(finding, first.into_iter().collect())
        .compare("Length", "32 characters", counted(chars, "character"))
        .compare_all(vec![stored::row(label, &secret)]))
}

/// What the list of channels says about the provider's name.
pub(crate) enum Found<'a> {
    /// Exactly one that counts.
    One(&'a Channel),
    /// Several that count.
    Many(Vec<&'a Channel>),
    /// None; what comes close.
    None(Vec<&'a Channel>),
}

/// Looks the name up. Hidden and deleted channels do not count, but come close.
pub(crate) fn find<'a>(channels: &'a [Channel], name: &str) -> Found<'a> {
    let counts = |channel: &&Channel| channel.is_hidden != Some(true) && channel.is_deleted != Some(true);
    let exact: Vec<_> = channels.iter().filter(|channel| channel.name == name).collect();
    let live: Vec<_> = exact.iter().copied().filter(counts).collect();
    match live.as_slice() {
        [one] => Found::One(one),
        [] if !exact.is_empty() => Found::None(exact),
        [] => {
            let plain = folded(name);
            Found::None(
                channels
                    .iter()
                    .filter(|channel| folded(&channel.name) == plain)
                    .collect(),
            )
        }
        _ => Found::Many(live),
    }
}

/// A name without regard to case and white space.
fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// HD-403
pub(crate) async fn exists(context: Arc<Context>) -> Judged {
    let name = context.name()?.to_owned();
    let answer = context.channels().await?;
    let channels = match &*answer {
        Ok(channels) => channels,
        Err(error) => return Ok(words::read_failed("the digital channels", error)),
    };
    context.ahead(
        "HD-506",
        |context| async move { context.live_rights().await.is_ok() },
    );
    Ok(match find(channels, &name) {
        Found::One(channel) => {
            Finding::pass("The channel exists.").compare("Name of the channel", name, channel.name.clone())
        }
        Found::Many(many) => Finding::fail(format!("{} channels are called {name}.", many.len()))
            .hint(format!(
                "In CXone, open {CHANNELS} and remove the ones that are not in use. The Integration ID tells them apart."
            ))
            .compare_all(many.iter().map(|channel| listed(&name, channel)).collect()),
        Found::None(near) if near.is_empty() => {
            Finding::fail(format!("There is no channel called {name} that this access key sees."))
                .hint(format!(
                    "Save the provider in Cognigy.AI once more. If Save stays active, it did not get through. If you see the \
                     channel in CXone under {CHANNELS}, the role of the access key's owner cannot see it."
                ))
                .found(format!("{}, none with this name.", counted(channels.len(), "channel")))
        }
        Found::None(near) => {
            let what = near.first().map_or("", |channel| state(channel, &name));
            Finding::fail(format!("There is no channel called {name} to work with, but one that is {what}."))
                .hint(format!(
                    "In CXone, open {CHANNELS} and give the channel the provider's name and make it visible, or save the \
                     provider in Cognigy.AI once more."
                ))
                .compare_all(near.iter().map(|channel| listed(&name, channel)).collect())
        }
    })
}

/// What keeps a channel that comes close from counting.
fn state(channel: &Channel, name: &str) -> &'static str {
    if channel.is_deleted == Some(true) {
        "deleted"
    } else if channel.is_hidden == Some(true) {
        "hidden"
    } else if channel.name != name {
        "spelled differently"
    } else {
        "in use"
    }
}

fn listed(name: &str, channel: &Channel) -> Compared {
    let integration = channel.channel_integration_id.as_deref().unwrap_or("not shown");
    Compared {
        what: "Name of the channel".to_owned(),
        expected: Some(name.to_owned()),
        found: Some(format!(
            "{} ({}), Integration ID {integration}",
            channel.name,
            state(channel, name)
        )),
    }
}

impl Context {
    /// The provider's channel; whoever needs it waits for HD-403.
    pub(crate) async fn channel(&self) -> Result<Channel, Early> {
        let name = self.name()?;
        match &*self.channels().await? {
            Ok(channels) => match find(channels, name) {
                Found::One(channel) => Ok(channel.clone()),
                _ => Err(waits_for("HD-403", "there is no channel to look at")),
            },
            Err(_) => Err(untold(
                "HD-403",
                "The channel cannot be read, so this cannot be told.",
            )),
        }
    }

    /// Whether the channels were read and none carries the provider's name or comes close: Save never got through.
    pub(crate) async fn channel_is_missing(&self) -> bool {
        let Ok(name) = self.name() else { return false };
        match self.channels().await {
            Ok(answer) => {
                matches!(&*answer, Ok(channels) if matches!(find(channels, name), Found::None(near) if near.is_empty()))
            }
            Err(_) => false,
        }
    }
}

/// HD-404
pub(crate) async fn integration(context: Arc<Context>) -> Judged {
    let entered = context.integration_id()?.to_owned();
    let channel = context.channel().await?;
    let Some(found) = channel.channel_integration_id else {
        return Ok(Finding::unknown(
            "CXone does not show the integration of the channel, so this cannot be told.",
        ));
    };
    let finding = if found.eq_ignore_ascii_case(&entered) {
        Finding::pass("The channel belongs to the BYOC integration you entered.")
    } else {
        Finding::fail("The channel belongs to another BYOC integration than the one you entered.").hint(
            "In CXone, open ACD > Digital > Bring Your Own Channel and copy the Integration ID of the entry with these URLs \
             into the field Channel Integration ID in Cognigy.AI and here, then save the provider once more.",
        )
    };
    Ok(finding.compare("Integration ID", entered, found))
}

/// HD-405
pub(crate) async fn private(context: Arc<Context>) -> Judged {
    let channel = context.channel().await?;
    let flags = [
        ("isPrivate", true, channel.is_private),
        ("hasTreeStructure", false, channel.has_tree_structure),
        // Documented to be true where it is left out.
        ("hasReply", true, channel.has_reply.or(Some(true))),
    ];
    let rows = flags
        .iter()
        .map(|(what, expected, found)| Compared {
            what: (*what).to_owned(),
            expected: Some(expected.to_string()),
            found: Some(found.map_or_else(|| "not shown".to_owned(), |found| found.to_string())),
        })
        .collect();
    let wrong = flags
        .iter()
        .any(|(_, expected, found)| found.is_some_and(|found| found != *expected));
    let hidden = flags.iter().any(|(_, _, found)| found.is_none());
    let finding = if wrong {
        Finding::warn("The channel is made for public posts and not for a private chat.").hint(format!(
            "In CXone, open {CHANNELS}, remove the channel, and save the provider in Cognigy.AI once more so that it is \
             made anew."
        ))
    } else if hidden {
        Finding::unknown("CXone does not show the kind of the channel, so this cannot be told.")
    } else {
        Finding::pass("The channel is a private chat.")
    };
    Ok(finding.compare_all(rows))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use cxone::Field;

    fn channel(name: &str) -> Channel {
        Channel {
            id: format!("id of {name}"),
            name: name.to_owned(),
            id_on_external_platform: None,
            channel_integration_id: None,
            is_private: Some(true),
            has_tree_structure: Some(false),
            has_reply: None,
            is_hidden: None,
            is_deleted: None,
            studio_script: Field::Absent,
            default_skill_id: Field::Absent,
            raw: Value::Null,
        }
    }

    #[test]
    fn one_live_channel_of_the_exact_name_counts() {
        let deleted = Channel {
            is_deleted: Some(true),
            ..channel("Support EU")
        };
        let channels = [
            channel("Support"),
            deleted,
            channel("Support EU"),
            channel("support eu"),
        ];
        assert!(matches!(find(&channels, "Support EU"), Found::One(found) if found.is_deleted.is_none()));
    }

    #[test]
    fn several_live_ones_are_told_from_a_live_and_a_hidden_one() {
        let hidden = Channel {
            is_hidden: Some(true),
            ..channel("Support")
        };
        let twice = [channel("Support"), channel("Support")];
        assert!(matches!(find(&twice, "Support"), Found::Many(many) if many.len() == 2));
        let once = [channel("Support"), hidden];
        assert!(matches!(find(&once, "Support"), Found::One(_)));
    }

    #[test]
    fn what_comes_close_is_named_and_the_rest_is_not() {
        let near = [channel(" SUPPORT  eu"), channel("Support US")];
        assert!(matches!(find(&near, "Support EU"), Found::None(near) if near.len() == 1));
        let hidden = [
            Channel {
                is_hidden: Some(true),
                ..channel("Support EU")
            },
            channel("support eu"),
        ];
        assert!(matches!(find(&hidden, "Support EU"), Found::None(near) if near[0].is_hidden == Some(true)));
        assert!(matches!(find(&[], "Support EU"), Found::None(near) if near.is_empty()));
    }
}
