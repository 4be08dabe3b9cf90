//! Tests over more than one module; those of a single one stand in it.

mod endpoint;
mod form;
mod hostile;
mod link;
mod problems;
mod record;
mod transfer;
mod wire;

use crate::{Cloud, CxoneTarget, Profile};

pub(crate) const ID: &str = "6a1f00aa11bb22cc33dd4444";
pub(crate) const LINK: &str = "https://trial.cognigy.ai/project/65ae8e3adc2d77e6e260aa00/69b009f72e3deaa53a602d00/handover-provider/6a1f00aa11bb22cc33dd4444";
pub(crate) const TENANT: &str = "11ec4d12-7f0a-4c1d-9b1e-0a2b3c4d5e6f";

pub(crate) fn linked(link: &str) -> Profile {
    Profile {
        provider_link: Some(link.to_owned()),
        ..Profile::default()
    }
}

pub(crate) fn at_domain(domain: &str) -> Profile {
    Profile {
        provider_id: Some(ID.to_owned()),
        domain: Some(domain.to_owned()),
        ..Profile::default()
    }
}

pub(crate) fn complete() -> Profile {
    Profile {
        name: "Example Support".to_owned(),
        provider_link: Some(LINK.to_owned()),
        channel_integration_id: Some("7c9e6679-7425-40de-944b-e07fc1f90ae7".to_owned()),
        cxone: CxoneTarget {
            cloud: Some(Cloud::Global),
            tenant_id: Some(TENANT.to_owned()),
            business_unit: Some("4597359".to_owned()),
            ..CxoneTarget::default()
        },
        ..Profile::default()
    }
}
