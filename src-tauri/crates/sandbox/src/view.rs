//! What the servers show of the world while faults are on: a changed copy, never the world itself.
//!
//! Every fault that is a wrong value on a server stands here, so that switching it off leaves no trace.

use crate::fault::{Fault, FaultSet};
use crate::id::Ids;
use crate::tenant::{Action, Agent, AgentState, Channel, Presence, SCRIPT_FOLDER, UserStatus, World};

/// The world as the given faults make it look.
pub(crate) fn view(world: &World, faults: &FaultSet, seed: u64) -> World {
    let mut seen = world.clone();
    seen.install.provider.client_secret = typed_secret(world, faults);
    let typed = seen.install.provider.client_secret.clone();
    // Without such a fault the form has what was typed last.
    if typed != world.install.provider.client_secret {
        seen.tenant
            .integrations
            .iter_mut()
            .for_each(|form| form.client_secret.clone_from(&typed));
    }
    for fault in faults {
        distort(&mut seen, *fault, Ids::new(seed));
    }
    seen
}

/// The integration secret as the administrator typed it on both sides: the faults of its form change both, so that
/// they agree.
pub(crate) fn typed_secret(world: &World, faults: &FaultSet) -> String {
    let secret = &world.install.provider.client_secret;
    if faults.contains(&Fault::Secret31) {
        secret.chars().take(31).collect()
    } else if faults.contains(&Fault::SecretSpaces) {
        // Still 32 characters: only the spaces are wrong.
        format!(" {} ", secret.chars().take(30).collect::<String>())
    } else {
        secret.clone()
    }
}

fn distort(world: &mut World, fault: Fault, ids: Ids) {
    let World { tenant, install } = world;
    let script_name = format!("Cognigy Handover Script {}", install.provider.id);
    match fault {
        Fault::FormTrailingSlash => tenant
            .integrations
            .iter_mut()
            .for_each(|form| form.box_url.push('/')),
        Fault::FormWrongId => tenant.integrations.iter_mut().for_each(|form| {
            let mistyped = ids.object("mistyped provider");
            form.authorization_url = form.authorization_url.replace(&install.provider.id, &mistyped);
        }),
        Fault::ProviderUnknown => install.provider.id = ids.object("another provider"),
        Fault::IntegrationSecretMismatch => install.provider.client_secret = ids.secret("another", 32),
        Fault::IntegrationClientMismatch => install.provider.client_id = ids.secret("other", 20),

        Fault::TenantUnknown => tenant.listed = false,
        Fault::ClientWrong => {
            tenant
                .applications
                .iter_mut()
                .for_each(|app| app.client_secret = ids.secret("another", 48));
        }
        Fault::ClientDisabled => tenant.applications.iter_mut().for_each(|app| app.enabled = false),
        Fault::ClientPostOnly => tenant
            .applications
            .iter_mut()
            .for_each(|app| app.post_only = true),
        Fault::KeyWrong => tenant
            .access_keys
            .iter_mut()
            .for_each(|key| key.secret = ids.base32("another key")),
        Fault::KeyInactive => tenant.access_keys.iter_mut().for_each(|key| key.active = false),
        Fault::UserBlocked => {
            let owners: Vec<u64> = tenant.access_keys.iter().map(|key| key.owner).collect();
            tenant
                .agents
                .iter_mut()
                .filter(|agent| owners.contains(&agent.id))
                .for_each(|agent| agent.status = UserStatus::Blocked);
        }
        Fault::TokenOtherTenant => tenant.tokens.tenant_id = ids.uuid("another tenant"),
        Fault::TokenBadSignature => tenant.tokens.spoil_signature = true,
        Fault::Token60s => tenant.tokens.lifetime = 60,
        Fault::DigitalOff => tenant.unit.features.iter_mut().for_each(|feature| {
            feature.enabled = feature.enabled && feature.product_id != crate::tenant::DIGITAL_ENGAGEMENT;
        }),

        Fault::KeyOwnerPending => {
            let owners: Vec<u64> = tenant.access_keys.iter().map(|key| key.owner).collect();
            for agent in tenant
                .agents
                .iter_mut()
                .filter(|agent| owners.contains(&agent.id))
            {
                agent.status = UserStatus::Pending;
            }
        }

        Fault::ChannelMissing => {
            tenant.channels.drain(..tenant.channels.len().min(1));
            tenant.folders.retain(|folder| folder != SCRIPT_FOLDER);
            tenant
                .scripts
                .retain(|script| !script.path.ends_with(&script_name));
        }
        Fault::ChannelDuplicate => {
            let second = tenant.channels.first().map(|channel| Channel {
                id: format!("sim_byoc_{}", ids.hex("second channel", 16)),
                id_on_external_platform: ids.hex("second channel", 16),
                ..channel.clone()
            });
            tenant.channels.extend(second);
        }
        Fault::ChannelRenamed => own_channel(world, |channel| {
            channel.name = format!("{} ", channel.name.to_lowercase().replace(' ', "  "));
        }),
        Fault::ChannelHidden => own_channel(world, |channel| channel.hidden = true),
        Fault::ChannelOtherIntegration => own_channel(world, |channel| {
            channel.integration_id = ids.uuid("another integration")
        }),
        Fault::ChannelPublic => own_channel(world, |channel| {
            channel.private = false;
            channel.tree_structure = true;
        }),
        Fault::ChannelNoScript => own_channel(world, |channel| channel.studio_script = Presence::Null),
        Fault::ChannelNoSkill => own_channel(world, |channel| channel.default_skill = Presence::Null),
        Fault::ChannelFieldsAbsent => tenant.channels.iter_mut().for_each(|channel| {
            channel.studio_script = Presence::Absent;
            channel.default_skill = Presence::Absent;
        }),

        Fault::SkillVoice => own_skill(world, |skill| skill.media_type = 4),
        Fault::SkillOutbound => own_skill(world, |skill| skill.outbound = true),
        Fault::SkillInactive => own_skill(world, |skill| skill.active = false),
        Fault::CampaignInactive => {
            let campaign = tenant.skills.first().map(|skill| skill.campaign);
            tenant
                .campaigns
                .iter_mut()
                .filter(|of| Some(of.id) == campaign)
                .for_each(|campaign| campaign.active = false);
        }
        Fault::SkillNobody => {
            let skill = tenant.skills.first().map(|skill| skill.id);
            tenant
                .agents
                .iter_mut()
                .for_each(|agent| agent.skills.retain(|of| Some(of.skill) != skill));
        }
        Fault::AgentNotDigital => own_agents(world, |agent| agent.digital = false),
        Fault::AgentPending => own_agents(world, |agent| agent.status = UserStatus::Pending),
        Fault::AgentsOffline => tenant
            .agents
            .iter_mut()
            .for_each(|agent| agent.state = AgentState::LoggedOut),
        Fault::RoleNoChannel => {
            let channel = tenant.channels.first().map(|channel| channel.id.clone());
            for role in &mut tenant.roles {
                role.barred.extend(channel.clone());
            }
        }
        Fault::RoleNoReply => tenant.roles.iter_mut().for_each(|role| role.reply = false),
        Fault::RoleNoAssign => tenant.roles.iter_mut().for_each(|role| role.assign = false),

        Fault::ScriptFolderRenamed => {
            let renamed = format!("{SCRIPT_FOLDER} old");
            tenant
                .folders
                .iter_mut()
                .filter(|folder| *folder == SCRIPT_FOLDER)
                .for_each(|folder| folder.clone_from(&renamed));
            own_script(world, |script| {
                script.path = script.path.replacen(SCRIPT_FOLDER, &renamed, 1)
            });
        }
        Fault::ScriptMissing => tenant
            .scripts
            .retain(|script| !script.path.ends_with(&script_name)),
        Fault::ScriptRenamed => own_script(world, |script| script.path.push_str(" copy")),
        Fault::ScriptNotCurrent => own_script(world, |script| script.status = "HIST".to_owned()),
        Fault::ScriptNoEscalate => own_script(world, |script| {
            script.actions.retain(|action| action.label != "ESCALATE")
        }),
        Fault::ScriptNoEndEscalation => {
            own_script(world, |script| {
                script.actions.retain(|action| action.label != "END ESCALATION")
            });
        }
        Fault::ScriptNoOnrelease => own_script(world, |script| {
            script.actions.retain(|action| action.name != "ONRELEASE")
        }),

        Fault::ScriptDrift => own_script(world, |script| {
            let id = script.actions.iter().map(|action| action.id).max().unwrap_or(0) + 1;
            script.actions.push(Action::new(id, "Note", "ANNOTATION"));
            if let Some(content) = &mut script.content {
                content["actions"][id.to_string()] = serde_json::json!({ "actionId": id, "label": "Note", "name": "ANNOTATION", "version": 1 });
            }
        }),
        // The install has a view of its own: `cognigy::view`.
        Fault::CognigyKeyWrong
        | Fault::CognigyForbidden
        | Fault::ProviderRenamed
        | Fault::ProviderOtherService
        | Fault::ProviderFieldDiffers
        | Fault::ProvisioningFailed
        | Fault::FlowNoHandover
        | Fault::FlowOtherProvider
        | Fault::FlowNoErrorBranch
        | Fault::EndpointRest
        | Fault::EndpointInactive
        | Fault::CognigyLogErrors => {}

        // Answers, not values: `intercept` and the routes. Profile and path faults: `description`. Local: not ours.
        Fault::EndpointHang
        | Fault::HandoverNotRouted
        | Fault::IpAllowList
        | Fault::Box403
        | Fault::Box500
        | Fault::Box200WithoutToken
        | Fault::Action500
        | Fault::Discovery503
        | Fault::DiscoveryHtml
        | Fault::DiscoveryHang
        | Fault::Token503
        | Fault::Token429
        | Fault::KeychainMissing
        | Fault::KeychainLocked
        | Fault::KeychainSlow
        | Fault::ClockSkew
        | Fault::ProfileIncomplete
        | Fault::LinkUuid
        | Fault::EndpointGuessed
        | Fault::EndpointDns
        | Fault::EndpointRefused
        | Fault::EndpointTlsExpired
        | Fault::BuMismatch
        | Fault::TlsIntercepted
        | Fault::ProxyAuthRequired
        | Fault::EndpointPrivate
        | Fault::MessageRejected
        | Fault::ContactStuckNew
        | Fault::Outbound404
        | Fault::OutboundNoId
        | Fault::OutboundSlow
        | Fault::Outbound401Forever
        | Fault::ReleaseLost
        | Fault::TokenSlow
        | Fault::ChannelsSlow
        | Fault::ScriptsSlow
        | Fault::FirstByteSlow
        | Fault::BodyTrickle
        | Fault::Secret31
        | Fault::SecretSpaces => {}
    }
}

// The sample provider's own things are the first of their list.

fn own_channel(world: &mut World, change: impl FnOnce(&mut Channel)) {
    world.tenant.channels.first_mut().map(change);
}

fn own_skill(world: &mut World, change: impl FnOnce(&mut crate::tenant::Skill)) {
    world.tenant.skills.first_mut().map(change);
}

/// The agents who have the sample provider's skill.
/// The skill's agents without the owner of the access key, who is a fault of its own.
fn own_agents(world: &mut World, change: impl Fn(&mut Agent)) {
    let tenant = &mut world.tenant;
    let owners: Vec<u64> = tenant.access_keys.iter().map(|key| key.owner).collect();
    let Some(skill) = tenant.skills.first().map(|skill| skill.id) else {
        return;
    };
    tenant
        .agents
        .iter_mut()
        .filter(|agent| agent.has_skill(skill) && !owners.contains(&agent.id))
        .for_each(change);
}

fn own_script(world: &mut World, change: impl FnOnce(&mut crate::tenant::Script)) {
    world.tenant.scripts.first_mut().map(change);
}
