//! Making a channel as Save does, and removing it: only where that was asked for.

use std::sync::Arc;

use cxone::host::{Trust, name, trust};
use cxone::{ApiFailure, Error, Target, Token};
use serde_json::json;
use transport::{Client, Method, Response, Url};

/// Name of the exchange.
pub(crate) const LABEL: &str = "channel-create";

/// A channel that lives for the length of two calls.
pub(crate) struct Channel {
    /// Its id, drawn for the run.
    pub(crate) id: String,
    /// The Integration ID it is made for.
    pub(crate) integration: String,
}

impl Channel {
    /// A name that says whose it is, should it stay.
    pub(crate) fn name(&self) -> String {
        format!("Handover Desk measurement {}", self.id)
    }
}

/// Makes it, with the fields of Save. Without a script: nothing is to be routed by it.
pub(crate) async fn make(
    client: &Client,
    target: &Target,
    digital: &Url,
    token: &Token,
    channel: &Channel,
) -> Result<(), Error> {
    let body = json!({
        "id": channel.id,
        "idOnExternalPlatform": channel.id,
        "channelIntegrationId": channel.integration,
        "realExternalPlatformId": "custom",
        "name": channel.name(),
        "isPrivate": true,
        "hasTreeStructure": false,
        "hasReply": true,
    });
    let url = address(target, digital, &[])?;
    let call = client
        .call(Method::POST, url)
        .label(LABEL)
        .bearer(&token.access_token)
        .accept_json()
        .json(&body);
    done(&call.send().await?)
}

/// Removes it.
pub(crate) async fn remove(
    client: &Client,
    target: &Target,
    digital: &Url,
    token: &Token,
    channel: &Channel,
) -> Result<(), Error> {
    let url = address(target, digital, &[&channel.id])?;
    let call = client
        .call(Method::DELETE, url)
        .label("channel-remove")
        .bearer(&token.access_token)
        .accept_json();
    done(&call.send().await?)
}

fn address(target: &Target, digital: &Url, last: &[&str]) -> Result<Url, Error> {
    let mut url = digital.clone();
    // Only addresses without a host have no path; such a base is never trusted.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty()
            .extend(["dfo", "3.0", "channels"])
            .extend(last);
    }
    if trust(target, &url) == Trust::Untrusted {
        return Err(Error::Untrusted { host: name(&url) });
    }
    Ok(url)
}

fn done(response: &Response) -> Result<(), Error> {
    if (200..=299).contains(&response.status) {
        return Ok(());
    }
    let failure = ApiFailure::read(&response.body, None, response.trace_id());
    Err(Error::Status {
        status: response.status,
        api: Box::new(failure),
        retry_after: None,
        exchange: Arc::clone(&response.exchange),
    })
}
