//! The BYOC form of CXone, as the administrator of the simulated tenant fills it in.

use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::state::Sim;
use crate::tenant::{Integration, Role};

/// What is typed anew into the form; what is left out stays. Addresses are taken as they are, as CXone takes them: whether a
/// box stands behind them shows when the first message is brought. Only this computer is ever called.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByocForm {
    /// Integration box URL.
    pub box_url: Option<String>,
    /// Authorization URL.
    pub authorization_url: Option<String>,
    /// Add action URL.
    pub add_url: Option<String>,
    /// Client ID.
    pub client_id: Option<String>,
    /// Client secret.
    #[schemars(with = "Option<String>")]
    pub client_secret: Option<SecretString>,
}

/// What a role may do with channels, as the pages Points of Contact Digital and Roles set it; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleRights {
    /// Ids of the channels that are not assigned to the role.
    pub barred: Option<Vec<String>>,
    /// Send Replies.
    pub reply: Option<bool>,
    /// Assign and reassign conversations.
    pub assign: Option<bool>,
}

impl ByocForm {
    fn fill(self, form: &mut Integration) {
        let texts = [
            (&mut form.box_url, self.box_url),
            (&mut form.authorization_url, self.authorization_url),
            (&mut form.add_url, self.add_url),
            (&mut form.client_id, self.client_id),
        ];
        for (kept, typed) in texts {
            if let Some(typed) = typed {
                *kept = typed;
            }
        }
        if let Some(secret) = self.client_secret {
            secret.expose_secret().clone_into(&mut form.client_secret);
        }
    }
}

impl RoleRights {
    fn set(self, role: &mut Role) {
        role.barred = self.barred.unwrap_or_else(|| std::mem::take(&mut role.barred));
        role.reply = self.reply.unwrap_or(role.reply);
        role.assign = self.assign.unwrap_or(role.assign);
    }
}

impl Sim {
    /// Whether the integration is there. Tokens that were fetched for it are forgotten with the old values.
    pub(crate) fn type_form(&self, integration: &str, typed: ByocForm) -> bool {
        let known = self.change(|world| {
            let forms = &mut world.tenant.integrations;
            let form = forms
                .iter_mut()
                .find(|form| form.id.eq_ignore_ascii_case(integration));
            form.map(|form| typed.fill(form)).is_some()
        });
        if known {
            self.purse.empty();
        }
        known
    }

    /// Whether the role is there.
    pub(crate) fn set_role(&self, name: &str, rights: RoleRights) -> bool {
        self.change(|world| {
            let role = world.tenant.roles.iter_mut().find(|role| role.name == name);
            role.map(|role| rights.set(role)).is_some()
        })
    }
}
