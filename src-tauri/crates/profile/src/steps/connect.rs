//! Connecting the two: the provider, its values from CXone, the BYOC integration, and the Save that makes the channel.

use crate::checklist::{Step, StepGroup, StepId};
use crate::field::ProfileField;
use crate::form::FormField;
use crate::steps::fact;

pub(super) const CREATE_PROVIDER: Step = Step {
    id: StepId::CreateProvider,
    group: StepGroup::Cognigy,
    title: "Create the handover provider",
    why: "Its name becomes the name of the channel in CXone.",
    path: &[
        "Deploy",
        "Handover Providers",
        "+ New Handover Provider",
        "NiCE CXone",
    ],
    actions: &["Give it a name that no other provider has, and enter the same name here."],
    fields: &[ProfileField::Name],
    copies: &[],
    facts: &[fact(
        "Snapshots and Packages leave this provider out: make it by hand in every project.",
    )],
    checks: &[],
};

pub(super) const SAVE_PROVIDER: Step = Step {
    id: StepId::SaveProvider,
    group: StepGroup::Cognigy,
    title: "Save it and bring its link here",
    why: "Only a saved provider has an ID, and the Authorization URL needs that ID.",
    path: &["Deploy", "Handover Providers", "Handover Provider Editor"],
    actions: &[
        "Click Save with nothing but the name filled in; the editor opens.",
        "Copy the whole address from the browser and paste it here.",
        "To be sure of the endpoint address, paste any Endpoint URL of this install as well.",
    ],
    fields: &[
        ProfileField::ProviderLink,
        ProfileField::ProviderId,
        ProfileField::Domain,
        ProfileField::EndpointBase,
    ],
    copies: &[],
    facts: &[],
    checks: &["HD-201", "HD-202", "HD-203", "HD-204"],
};

pub(super) const TENANT_ID: Step = Step {
    id: StepId::TenantId,
    group: StepGroup::Cxone,
    title: "Look up the Tenant ID",
    why: "It tells Cognigy.AI which CXone tenant is yours.",
    path: &[
        "Applications",
        "General",
        "Admin",
        "My Profile And More",
        "My Profile",
        "General",
    ],
    actions: &["Copy Tenant ID into Cognigy.AI and into Handover Desk."],
    fields: &[ProfileField::TenantId, ProfileField::Cloud, ProfileField::Issuer],
    copies: &[],
    facts: &[],
    checks: &["HD-301", "HD-302"],
};

pub(super) const BUSINESS_UNIT: Step = Step {
    id: StepId::BusinessUnit,
    group: StepGroup::Cxone,
    title: "Look up the Business Unit ID",
    why: "Cognigy.AI creates the channel in this business unit.",
    path: &[
        "Applications",
        "Omnichannel Routing",
        "ACD",
        "ACD Configuration",
        "Business Units",
    ],
    actions: &["Copy Unit Number into Business Unit ID in Cognigy.AI and into Handover Desk."],
    fields: &[ProfileField::BusinessUnit],
    copies: &[],
    facts: &[],
    checks: &["HD-306", "HD-308"],
};

pub(super) const ACCESS_KEY: Step = Step {
    id: StepId::AccessKey,
    group: StepGroup::Cxone,
    title: "Make an access key",
    why: "Cognigy.AI signs in as the user this key belongs to.",
    path: &[
        "Applications",
        "General",
        "Admin",
        "Employees",
        "Security",
        "Add Access Key",
    ],
    actions: &[
        "Open the employee profile that is to be used for API access.",
        "On Security, click Add Access Key, then Show Secret Key.",
        "Store the Access Key ID and the Access Key Secret here before you close the page.",
    ],
    fields: &[ProfileField::AccessKeyId, ProfileField::AccessKeySecret],
    copies: &[],
    facts: &[fact("CXone shows the Access Key Secret once and never again.")],
    checks: &["HD-304"],
};

pub(super) const CONNECTION: Step = Step {
    id: StepId::Connection,
    group: StepGroup::Cognigy,
    title: "Enter the outbound credentials",
    why: "With them Cognigy.AI calls CXone.",
    path: &["Deploy", "Handover Providers", "Handover Provider Editor"],
    actions: &[
        "Give the Connection a name of its own.",
        "Username is the Access Key ID, Password the Access Key Secret.",
        "Client ID and Client Secret are the two that NiCE sent.",
    ],
    fields: &[
        ProfileField::ConnectionName,
        ProfileField::AccessKeyId,
        ProfileField::AccessKeySecret,
        ProfileField::ClientId,
        ProfileField::ClientSecret,
    ],
    copies: &[],
    facts: &[],
    checks: &["HD-303", "HD-304", "HD-305"],
};

pub(super) const BYOC_INTEGRATION: Step = Step {
    id: StepId::ByocIntegration,
    group: StepGroup::Cxone,
    title: "Create the BYOC integration",
    why: "It tells CXone where to send what agents write, and how to prove itself there.",
    path: &[
        "Applications",
        "Omnichannel Routing",
        "ACD",
        "Digital",
        "Bring Your Own Channel",
        "+ Add",
    ],
    actions: &[
        "Copy each value below into the field of the same name, then click Save.",
        "Use Compare with what I typed before you go on: one wrong letter is enough to break the connection.",
    ],
    fields: &[
        ProfileField::IntegrationClientId,
        ProfileField::IntegrationClientSecret,
    ],
    copies: &[
        FormField::Name,
        FormField::IntegrationBoxUrl,
        FormField::AuthorizationUrl,
        FormField::AddActionUrl,
        FormField::ReconnectActionUrl,
        FormField::RemoveActionUrl,
        FormField::ClientId,
        FormField::ClientSecret,
    ],
    facts: &[fact(
        "The Client ID is yours to choose; the Client Secret has 32 characters.",
    )],
    checks: &["HD-401", "HD-402"],
};

pub(super) const INTEGRATION_ID: Step = Step {
    id: StepId::IntegrationId,
    group: StepGroup::Cognigy,
    title: "Bring the Integration ID back",
    why: "It ties the channel that Cognigy.AI will create to the integration you just saved.",
    path: &[
        "Deploy",
        "Handover Providers",
        "Handover Provider Editor",
        "Channel Integration ID",
    ],
    actions: &["Copy the Integration ID that CXone shows for the saved entry into Channel Integration ID."],
    fields: &[ProfileField::ChannelIntegrationId],
    copies: &[],
    facts: &[],
    checks: &["HD-404"],
};

pub(super) const INTEGRATION_AUTHENTICATION: Step = Step {
    id: StepId::IntegrationAuthentication,
    group: StepGroup::Cognigy,
    title: "Enter the Channel Integration Authentication",
    why: "CXone has to show the same pair that Cognigy.AI expects.",
    path: &[
        "Deploy",
        "Handover Providers",
        "Handover Provider Editor",
        "Channel Integration Authentication",
    ],
    actions: &["Enter the Client ID and Client Secret of the BYOC integration - not those that NiCE sent."],
    fields: &[
        ProfileField::IntegrationClientId,
        ProfileField::IntegrationClientSecret,
    ],
    copies: &[FormField::ClientId, FormField::ClientSecret],
    facts: &[],
    checks: &["HD-402"],
};

pub(super) const SAVE_AGAIN: Step = Step {
    id: StepId::SaveAgain,
    group: StepGroup::Cognigy,
    title: "Save the provider again",
    why: "This Save makes Cognigy.AI sign in to CXone and create the channel and its script.",
    path: &["Deploy", "Handover Providers", "Handover Provider Editor", "Save"],
    actions: &["Click Save and watch whether the button turns inactive."],
    fields: &[ProfileField::CognigyApiKey, ProfileField::CognigyApi],
    copies: &[],
    facts: &[fact(
        "If the Save button stays active, CXone refused the sign-in or did not answer in time. Check the \
         outbound credentials, or try Save again later: CXone has time-outs now and then.",
    )],
    checks: &["HD-206", "HD-303", "HD-304", "HD-702", "HD-703", "HD-704"],
};

pub(super) const VERIFY_CHANNEL: Step = Step {
    id: StepId::VerifyChannel,
    group: StepGroup::Cxone,
    title: "See that the channel is there",
    why: "A channel of the provider's name is the proof that the connection works.",
    path: &[
        "Applications",
        "Omnichannel Routing",
        "ACD",
        "Digital",
        "Points of Contact Digital",
    ],
    actions: &["Look for the channel that is named like the provider."],
    fields: &[],
    copies: &[],
    facts: &[fact(
        "Without such a channel the connection was not made: check every credential of the provider.",
    )],
    checks: &["HD-403", "HD-404", "HD-405"],
};
