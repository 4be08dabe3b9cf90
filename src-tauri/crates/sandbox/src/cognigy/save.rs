//! Save of a handover provider: sign in to CXone, write the Studio script, create the channel; and the way back.
//!
//! Documented is the effect: a channel named like the provider, a script `Cognigy Handover Script <id>` in the folder
//! `Cognigy`, both found by their names when the provider is deleted. The order and the fields of the calls are ours.

use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::cognigy::cxone::{Cxone, CxoneError};
use crate::cognigy::install::{Level, Provider, Provisioning, ProvisioningStatus};
use crate::cognigy::sample::{
    BUSINESS_UNIT, INTEGRATION_CREDENTIALS, INTEGRATION_FIELDS, INTEGRATION_ID, SERVICE,
};
use crate::id::Ids;
use crate::scripts::library;
use crate::state::Sim;
use crate::switch::{ProviderRename, SaveUnit};
use crate::tenant::{MEDIA_DIGITAL, SCRIPT_FOLDER};

const SCRIPTS: &str = "/inContactAPI/services/v34.0/scripts";
const CHANNELS: &str = "/dfo/3.0/channels";
/// Channels asked for at once, and pages at most.
const SIZE: usize = 100;
const PAGES: usize = 100;

/// Saves a provider and writes down how it went. A provider of another service, or one with a value missing, asks nothing of
/// anybody.
pub(crate) async fn save(sim: &Arc<Sim>, id: &str) -> ProvisioningStatus {
    let Some(provider) = complete(sim, id) else {
        return finished(sim, id, ProvisioningStatus::Pending, None);
    };
    match provision(sim, &provider).await {
        Ok(channel) => {
            sim.log(
                Level::Info,
                "The handover provider was provisioned",
                json!({ "provider": provider.name }),
            );
            finished(sim, id, ProvisioningStatus::Succeeded, Some(channel))
        }
        Err(error) => {
            sim.log(
                Level::Error,
                "The handover provider could not be provisioned",
                json!({ "provider": provider.name, "error": error.to_string() }),
            );
            finished(sim, id, ProvisioningStatus::Failed, None)
        }
    }
}

/// The provider, if every value that Save needs is there.
fn complete(sim: &Sim, id: &str) -> Option<Provider> {
    let install = sim.cognigy.install();
    let provider = install.provider(id).filter(|of| of.service == SERVICE)?;
    let pair = install.connection(&provider.text(INTEGRATION_CREDENTIALS)?)?;
    INTEGRATION_FIELDS
        .iter()
        .try_for_each(|field| pair.field(field).map(|_| ()))?;
    provider.text(INTEGRATION_ID)?;
    provider.text(BUSINESS_UNIT)?;
    super::cxone::Account::of(&install, provider)?;
    Some(provider.clone())
}

/// A failed Save leaves the channel of an earlier one where it is.
fn finished(sim: &Sim, id: &str, status: ProvisioningStatus, channel: Option<String>) -> ProvisioningStatus {
    let mut install = sim.cognigy.install();
    if let Some(provider) = install.providers.iter_mut().find(|of| of.id == id) {
        provider.provisioning = Provisioning { status };
        if channel.is_some() {
            provider.channel = channel;
        }
    }
    status
}

/// Gives the channel's id.
async fn provision(sim: &Arc<Sim>, provider: &Provider) -> Result<String, CxoneError> {
    let cxone = Cxone::of(sim, &provider.id)?;
    let signed_in = cxone.sign_in().await?;
    if sim.switches().save_unit == SaveUnit::SignIn {
        signed_in.of_unit(&provider.text(BUSINESS_UNIT).unwrap_or_default())?;
    }
    let script = script_path(&provider.id);
    let content = json!({ "scriptContent": script_content(provider, &script) });
    cxone
        .acd("saving the script", Method::POST, SCRIPTS, Some(&content))
        .await?;
    let channels = channels(&cxone).await?;
    let own = channels
        .iter()
        .find(|channel| match sim.switches().provider_rename {
            ProviderRename::RenamesChannel => channel["id"].as_str() == provider.channel.as_deref(),
            ProviderRename::NewChannel => false,
        });
    let own = own.or_else(|| {
        // The same name in another integration is somebody else's.
        channels.iter().find(|channel| {
            channel["name"] == provider.name.as_str()
                && channel["channelIntegrationId"].as_str() == provider.text(INTEGRATION_ID).as_deref()
        })
    });
    let (id, external) = match own {
        Some(own) => (own["id"].clone(), own["idOnExternalPlatform"].clone()),
        None => {
            let id = Ids::new(sim.seed).uuid(&format!("channel {} {}", provider.id, sim.next()));
            (Value::from(id.clone()), Value::from(id))
        }
    };
    let body = json!({
        "id": id,
        "idOnExternalPlatform": external,
        "channelIntegrationId": provider.text(INTEGRATION_ID),
        "realExternalPlatformId": "custom",
        "name": provider.name,
        "isPrivate": true,
        "hasTreeStructure": false,
        "hasReply": true,
        "studioScript": script,
    });
    cxone
        .digital("creating the channel", Method::POST, CHANNELS, Some(&body))
        .await?;
    Ok(id.as_str().unwrap_or_default().to_owned())
}

/// All channels, page by page.
async fn channels(cxone: &Cxone<'_>) -> Result<Vec<Value>, CxoneError> {
    let mut all = Vec::new();
    for page in 1..=PAGES {
        let path = format!("{CHANNELS}?size={SIZE}&page={page}");
        let reply = cxone
            .digital("listing channels", Method::GET, &path, None)
            .await?;
        let Value::Array(channels) = reply.json() else {
            break;
        };
        let last = channels.len() < SIZE;
        all.extend(channels);
        if last {
            break;
        }
    }
    Ok(all)
}

/// Removes in CXone what carries the provider's names. Renamed things are not found and stay (documented for the script).
pub(crate) async fn remove(sim: &Arc<Sim>, id: &str) {
    let Some(provider) = complete(sim, id) else {
        return;
    };
    if let Err(error) = withdraw(sim, &provider).await {
        sim.log(
            Level::Error,
            "The handover provider was not removed from CXone",
            json!({ "provider": provider.name, "error": error.to_string() }),
        );
    }
}

async fn withdraw(sim: &Arc<Sim>, provider: &Provider) -> Result<(), CxoneError> {
    let cxone = Cxone::of(sim, &provider.id)?;
    let integration = provider.text(INTEGRATION_ID);
    for channel in channels(&cxone).await? {
        let own = channel["name"] == provider.name.as_str()
            && channel["channelIntegrationId"].as_str() == integration.as_deref();
        if let (true, Some(id)) = (own, channel["id"].as_str()) {
            let path = format!("{CHANNELS}/{id}");
            cxone
                .digital("deleting the channel", Method::DELETE, &path, None)
                .await?;
        }
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("scriptPath", &script_path(&provider.id))
        .finish();
    let path = format!("{SCRIPTS}?{query}");
    match cxone
        .acd("deleting the script", Method::DELETE, &path, None)
        .await
    {
        // Gone or renamed: nothing to do.
        Err(CxoneError::Refused { status, .. }) if status == StatusCode::NOT_FOUND => Ok(()),
        other => other.map(|_| ()),
    }
}

fn script_path(provider: &str) -> String {
    format!("{SCRIPT_FOLDER}\\Cognigy Handover Script {provider}")
}

/// The script with the three actions the vendor's page names. Their types and library ids are not public; these are ours.
fn script_content(provider: &Provider, path: &str) -> Value {
    let named = [
        ("BEGIN", "Begin"),
        ("ONSIGNAL", "OnSignal"),
        ("REQAGENT", "ESCALATE"),
        ("END", "END ESCALATION"),
        ("ONRELEASE", "OnRelease"),
    ];
    let mut actions = Map::new();
    let mut properties = Map::new();
    for (at, (name, label)) in named.iter().enumerate() {
        let id = at + 1;
        actions.insert(
            id.to_string(),
            json!({
                "actionId": id,
                "libraryId": library(id as u64),
                "name": name,
                "label": label,
                "version": 1,
                "x": 100 * at, "y": 100, "xws": 100 * at, "yws": 100,
            }),
        );
        properties.insert(
            id.to_string(),
            json!({ "0": { "name": "Caption", "value": label } }),
        );
    }
    json!({
        "header": {
            "scriptName": path,
            "busNo": provider.text(BUSINESS_UNIT).and_then(|number| number.parse::<u64>().ok()),
            "mediaType": MEDIA_DIGITAL,
            "nextActionId": named.len() + 1,
            "status": "CURR",
        },
        "actions": actions,
        "properties": properties,
        "branches": { "1": [{ "to": 3, "label": "Default", "type": "default", "index": 0 }] },
    })
}
