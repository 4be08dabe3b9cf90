//! The steps of the set-up as data, in the order of the vendor's page "NiCE CXone (Non-Integrated)" on
//! docs.cognigy.com (state: 2026.9, beta), retold in our own words. Menu entries and field names keep the vendors' spelling.

mod connect;
mod prepare;
mod route;

use crate::checklist::{Fact, Step};

const PAGE: &str = "docs.cognigy.com: NiCE CXone (Non-Integrated)";
const STATE: &str = "2026.9 (beta)";
const ADDRESS: &str = "https://docs.cognigy.com/ai/escalate/handover-reference/nice-cxone-non-integrated";

const fn fact(text: &'static str) -> Fact {
    Fact {
        text,
        source: PAGE,
        date: STATE,
        address: Some(ADDRESS),
    }
}

/// All steps, in order.
pub static STEPS: &[Step] = &[
    prepare::ADMIN_ROLE,
    prepare::REGISTER_APPLICATION,
    prepare::WAIT_FOR_CREDENTIALS,
    connect::CREATE_PROVIDER,
    connect::SAVE_PROVIDER,
    connect::TENANT_ID,
    connect::BUSINESS_UNIT,
    connect::ACCESS_KEY,
    connect::CONNECTION,
    connect::BYOC_INTEGRATION,
    connect::INTEGRATION_ID,
    connect::INTEGRATION_AUTHENTICATION,
    connect::SAVE_AGAIN,
    connect::VERIFY_CHANNEL,
    route::FLOW_NODE,
    route::ROLE_PERMISSIONS,
    route::CREATE_SKILL,
    route::SKILL_ON_CHANNEL,
    route::SKILL_ON_AGENT,
    route::STUDIO_SCRIPT,
    route::START_TEST_CHAT,
    route::ANSWER_AS_AGENT,
];
