//! The five addresses that CXone's BYOC form asks for.

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::address::AddressError;
use crate::document::Profile;
use crate::endpoint::Certainty;
use crate::field::ProfileField;
use crate::provider::ProviderError;
use crate::warning::Warning;

/// Why the BYOC addresses cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// No usable provider.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// No usable endpoint base.
    #[error(transparent)]
    Endpoint(#[from] AddressError),
}

impl ProfileError {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            ProfileError::Provider(error) => error.code(),
            ProfileError::Endpoint(error) => error.code(),
        }
    }

    /// Where the right value is found.
    pub fn hint(&self) -> String {
        match self {
            ProfileError::Provider(error) => error.hint().to_owned(),
            ProfileError::Endpoint(error) => error.hint(),
        }
    }

    /// The field to correct.
    pub fn field(&self) -> ProfileField {
        match self {
            ProfileError::Provider(error) => error.field(),
            ProfileError::Endpoint(AddressError::Provider(error)) => error.field(),
            ProfileError::Endpoint(_) => ProfileField::EndpointBase,
        }
    }
}

/// The addresses of one provider. Serialised, it is the answer of `handover urls --json`.
///
/// Only the Authorization URL holds the provider's id, hence one BYOC entry serves one provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct ByocUrls {
    /// 24 lower-case hexadecimal characters.
    pub provider_id: String,
    /// The project, where the link told it.
    pub project_id: Option<String>,
    /// Scheme, host and port, without a final slash.
    pub endpoint_base: String,
    /// How sure the endpoint base is.
    pub certainty: Certainty,
    /// Where CXone posts what agents write.
    pub integration_box_url: String,
    /// Where CXone fetches its token.
    pub authorization_url: String,
    /// Where the administrator is sent on adding a channel.
    pub add_action_url: String,
    /// Where the administrator is sent on reconnecting a channel.
    pub reconnect_action_url: String,
    /// Where the administrator is sent on removing a channel.
    pub remove_action_url: String,
    /// Findings that do not block.
    pub warnings: Vec<Warning>,
}

impl Profile {
    /// The BYOC addresses of this profile.
    pub fn urls(&self) -> Result<ByocUrls, ProfileError> {
        let provider = self.provider()?;
        let endpoint = self.endpoint()?;
        let endpoint_base = endpoint.as_base();
        let integration_box_url = format!("{endpoint_base}/handover/niceCxOne");
        let mut warnings = provider.warnings;
        warnings.extend(endpoint.warnings);
        warnings.dedup();
        Ok(ByocUrls {
            authorization_url: format!("{integration_box_url}/{}/auth/token", provider.id),
            add_action_url: format!("{integration_box_url}/add"),
            reconnect_action_url: format!("{integration_box_url}/reconnect"),
            remove_action_url: format!("{integration_box_url}/remove"),
            provider_id: provider.id,
            project_id: provider.project_id,
            certainty: endpoint.certainty,
            integration_box_url,
            endpoint_base,
            warnings,
        })
    }
}
