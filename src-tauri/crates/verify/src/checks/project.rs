//! 7xx: the Cognigy.AI project, as its REST API shows it. Only with an API key, which is optional.
//!
//! The key is offered once: what follows it waits for its check. What the API does not document is recognised by its words,
//! and where those tell nothing the outcome is `unknown`.

mod flow;
mod log;
mod provider;
mod refused;

use std::sync::{Arc, OnceLock};

use cognigy::api::{
    Api, Document, Endpoint, Error, ErrorCode, Listed, Place, Project, Provider, Provisioning,
};
use cognigy::handover::Scan;
use cognigy::logs::Entry;
use futures_util::future::join;
use profile::{AddressError, Certainty, Credentials, ProfileField};

pub(crate) use self::flow::{endpoint, handover};
pub(crate) use self::log::errors;
pub(crate) use self::provider::{fields, named, provisioned};
use self::refused::{is_cause, read_failed};
use crate::context::{Context, Early, Judged, StoreHealth, lacks, untold, waits_for};
use crate::evidence::{Once, quiet};
use crate::finding::{Advice, Finding};

/// Shared calls of this group.
#[derive(Default)]
pub(crate) struct Calls {
    api: OnceLock<Arc<Api>>,
    me: Once<Result<String, Error>>,
    document: Once<Result<Document, Error>>,
    project: Once<Result<Option<Project>, Error>>,
    provider: Once<Result<Option<Provider>, Error>>,
    scan: Once<Result<Scan, Error>>,
    endpoints: Once<Result<Listed<Endpoint>, Error>>,
    logs: Once<Result<Vec<Entry>, Error>>,
}

/// Projects that are looked through for the provider where the profile does not name its project.
const MOST_PROJECTS: usize = 50;

/// The first version whose documentation has the provider.
const SINCE: [u32; 2] = [2026, 9];

impl Context {
    /// The API with the key of the profile. Without one there is nothing to check.
    async fn api(&self) -> Result<Arc<Api>, Early> {
        if let Some(api) = self.calls.project.api.get() {
            return Ok(Arc::clone(api));
        }
        let field = ProfileField::CognigyApiKey;
        let credentials = &self.input.credentials;
        let key = match &credentials.cognigy_api_key {
            Some(key) if Credentials::is_oversized(key) => return Err(lacks(field)),
            Some(key) => key.clone(),
            None if credentials.unreadable.contains(&field) => return Err(lacks(field)),
            None => return Err(self.without_key().await),
        };
        let api = match self.profile().api() {
            Ok(api) => api,
            Err(AddressError::Provider(_)) => {
                self.provider()?;
                return Err(lacks(ProfileField::ProviderLink));
            }
            Err(AddressError::Missing { field }) => {
                let finding = Finding::skipped(
                    "The address of Cognigy.AI's API is not known, so the project is not looked at.",
                );
                return Err(Box::new(finding.hint(format!(
                    "Enter it as {}. {}",
                    field.label(),
                    field.find()
                ))));
            }
            Err(_) => return Err(lacks(ProfileField::CognigyApi)),
        };
        let place = Place {
            base: api.base,
            is_entered: api.certainty == Certainty::Confirmed,
            trusted_hosts: self.input.trusted_hosts.clone(),
        };
        let api = Arc::new(Api::new(self.client().clone(), place, key, self.waits()));
        Ok(Arc::clone(self.calls.project.api.get_or_init(|| api)))
    }

    /// Why there is no key, and where one is made.
    async fn without_key(&self) -> Early {
        let field = ProfileField::CognigyApiKey;
        if self.input.unconfirmed.contains(&field) {
            let finding = Finding::skipped(
                "The API key of Cognigy.AI was entered for another address and is not used, so the project is not looked at.",
            );
            return Box::new(
                finding
                    .hint("Use it for the new address, or type it again: Setup > All values.")
                    .advise(Advice::EnterApiKey {}),
            );
        }
        if matches!(&*quiet(self.store_health()).await, StoreHealth::Broken(_)) {
            return waits_for("HD-101", "an API key that may be stored cannot be read");
        }
        let finding = Finding::skipped(
            "There is no API key of Cognigy.AI, so provider, Flows, Endpoints and logs are not looked at.",
        );
        Box::new(match (self.is_of_file(), field.variable()) {
            (true, Some(variable)) => finding.hint(format!(
                "Optional. Set {variable} to look at them. {}",
                field.find()
            )),
            _ => finding
                .hint(format!("Optional. {}", field.find()))
                .advise(Advice::EnterApiKey {}),
        })
    }

    /// Whom the key belongs to.
    async fn key_holder(&self) -> Result<Arc<Result<String, Error>>, Early> {
        let api = self.api().await?;
        let calls = &self.calls.project;
        Ok(calls.me.get(|| async move { api.me().await }).await)
    }

    /// The API, once it took the key.
    pub(super) async fn cognigy_api(&self) -> Result<Arc<Api>, Early> {
        match &*quiet(self.key_holder()).await? {
            Ok(_) => self.api().await,
            Err(error) if is_cause(error) => {
                Err(waits_for("HD-701", "the API key does not open the project yet"))
            }
            Err(_) => Err(untold(
                "HD-701",
                "The API does not take the key yet, so this cannot be told.",
            )),
        }
    }

    /// The install's own description of its API.
    async fn api_document(&self) -> Result<Arc<Result<Document, Error>>, Early> {
        let api = self.cognigy_api().await?;
        let calls = &self.calls.project;
        Ok(calls.document.get(|| async move { api.document().await }).await)
    }

    /// The project of the provider: the one the link names, else the one that has it. None where no project does.
    async fn project(&self) -> Result<Arc<Result<Option<Project>, Error>>, Early> {
        let (api, provider) = (self.cognigy_api().await?, self.provider()?);
        let calls = &self.calls.project;
        Ok(calls
            .project
            .get(|| async move {
                match &provider.project_id {
                    Some(id) => api.project(id).await.map(Some),
                    None => holder(&api, &provider.id).await,
                }
            })
            .await)
    }

    /// The id of the project, for what is read in it.
    async fn project_id(&self) -> Result<String, Early> {
        match &*quiet(self.project()).await? {
            Ok(Some(project)) => Ok(project.id.clone()),
            Ok(None) => Err(untold(
                "HD-701",
                "No project of the key's owner has the provider, so this cannot be told.",
            )),
            Err(error) if is_cause(error) => {
                Err(waits_for("HD-701", "the API key does not open the project yet"))
            }
            Err(_) => Err(untold(
                "HD-701",
                "The project cannot be read, so this cannot be told.",
            )),
        }
    }

    /// The provider as the install has it; none where it has none with this id.
    async fn installed_provider(&self) -> Result<Arc<Result<Option<Provider>, Error>>, Early> {
        // A key that does not open the project says nothing of the provider.
        self.project_id().await?;
        let (api, id) = (self.cognigy_api().await?, self.provider()?.id);
        let calls = &self.calls.project;
        Ok(calls
            .provider
            .get(|| async move { api.provider(&id).await })
            .await)
    }

    /// How the last Save of the provider ended by the install's own word, redacted; none where that cannot be read.
    pub(crate) async fn provisioning(&self) -> Option<Provisioning> {
        let provider = quiet(self.installed_provider()).await.ok()?;
        let found = provider.as_ref().as_ref().ok()?.as_ref()?.provisioning.clone()?;
        let redactor = self.client().redactor();
        Some(Provisioning {
            reason: found.reason.map(|reason| redactor.text(&reason)),
            ..found
        })
    }

    /// What hands over in the Flows of the project.
    async fn scan(&self) -> Result<Arc<Result<Scan, Error>>, Early> {
        let (api, project, id) = (
            self.cognigy_api().await?,
            self.project_id().await?,
            self.provider()?.id,
        );
        let provider = quiet(self.installed_provider()).await?;
        let reference = match &*provider {
            Ok(Some(provider)) => provider.reference_id.clone(),
            _ => None,
        };
        let calls = &self.calls.project;
        Ok(calls
            .scan
            .get(|| async move {
                let ids: Vec<&str> = [Some(id.as_str()), reference.as_deref()]
                    .into_iter()
                    .flatten()
                    .collect();
                cognigy::handover::scan(&api, &project, &ids).await
            })
            .await)
    }

    /// The Endpoints of the project.
    async fn endpoints(&self) -> Result<Arc<Result<Listed<Endpoint>, Error>>, Early> {
        let (api, project) = (self.cognigy_api().await?, self.project_id().await?);
        let calls = &self.calls.project;
        Ok(calls
            .endpoints
            .get(|| async move { api.endpoints(&project).await })
            .await)
    }

    /// Begins the reads of this group that are part of the run: they need nothing of CXone.
    pub(crate) fn open_project_ahead(self: &Arc<Self>) {
        self.ahead("HD-701", |context| async move {
            join(context.project(), context.api_document()).await.0.is_ok()
        });
        self.ahead("HD-702", |context| async move {
            context.installed_provider().await.is_ok()
        });
        self.ahead("HD-705", |context| async move { context.scan().await.is_ok() });
        self.ahead(
            "HD-706",
            |context| async move { context.endpoints().await.is_ok() },
        );
        self.ahead("HD-707", |context| async move {
            context.recent_errors().await.is_ok()
        });
    }
}

/// The project that has a provider. With one project it is that one, whatever its providers.
async fn holder(api: &Api, provider: &str) -> Result<Option<Project>, Error> {
    let mut projects = api.projects().await?.items;
    if projects.len() == 1 {
        return Ok(projects.pop());
    }
    for project in projects.into_iter().take(MOST_PROJECTS) {
        match api.providers(&project.id).await {
            Ok(providers) if providers.items.iter().any(|of| of.id == provider) => return Ok(Some(project)),
            Ok(_) => {}
            Err(error) if error.code() == ErrorCode::Forbidden => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// HD-701
pub(crate) async fn key(context: Arc<Context>) -> Judged {
    let api = context.api().await?;
    if let Err(error) = &*context.key_holder().await? {
        return Ok(refused::key(&context, &api, error));
    }
    let project = match &*context.project().await? {
        Ok(Some(project)) => project.clone(),
        Ok(None) => {
            return Ok(Finding::unknown(
                "The API takes the key, but no project that its owner is a member of has the handover provider.",
            )
            .hint(format!(
                "Paste the whole link: it names the project. {}",
                ProfileField::ProviderLink.find()
            )));
        }
        Err(error) => return Ok(refused::project(error)),
    };
    let version = match &*context.api_document().await? {
        Ok(document) => document.version.clone(),
        Err(_) => None,
    };
    let finding = Finding::pass("Cognigy.AI takes the API key, and its owner is a member of the project.");
    let name = project.name.as_deref().unwrap_or(&project.id);
    Ok(match version {
        Some(version) if is_older(&version) => finding.found(format!(
            "Project {name}, Cognigy.AI {version}. The provider came with about 2026.9; an older version may not have it."
        )),
        Some(version) => finding.found(format!("Project {name}, Cognigy.AI {version}.")),
        None => finding.found(format!(
            "Project {name}. The install does not tell its version."
        )),
    })
}

/// Whether a version is one from before the provider; one that is not numbers is not.
fn is_older(version: &str) -> bool {
    let mut parts = version.split('.').map(str::parse::<u32>);
    match (parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => [major, minor] < SINCE,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (version, older) in [
            ("2026.8.3", true),
            ("4.100.0", true),
            ("2026.9.0", false),
            ("2026.16.0", false),
            ("2027.1", false),
            ("next", false),
        ] {
            assert_eq!(is_older(version), older, "{version}");
        }
    }
}
