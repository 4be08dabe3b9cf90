//! Who an access key belongs to, and the tokens made for its owner. Shared by the two ways to sign in.

use serde_json::{Value, json};

use crate::issued::Issued;
use crate::key::{self, KeyError};
use crate::state::Seen;
use crate::tenant::{AccessKey, Agent, UserStatus};

/// How long a refresh token lives, in seconds. The real figure is not documented publicly; a day is our choice.
pub(crate) const REFRESH_LIFETIME: i64 = 24 * 3600;

/// Why an access key does not sign in. The issuer tells its caller nothing of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyRefusal {
    Unknown,
    Inactive,
    OwnerBlocked,
}

impl KeyRefusal {
    /// The text for the caller: one for all, so that a stranger learns nothing.
    pub(crate) const TEXT: &'static str = "Invalid credentials";
}

/// The key with this id and secret, if it may sign in now.
pub(crate) fn access_key<'a>(seen: &'a Seen, id: &str, secret: &str) -> Result<&'a AccessKey, KeyRefusal> {
    let key = seen
        .world
        .tenant
        .access_keys
        .iter()
        .find(|key| key.id == id && key.secret == secret);
    usable(seen, key.ok_or(KeyRefusal::Unknown)?)
}

/// The key with this id, if it may still have tokens.
pub(crate) fn access_key_by_id<'a>(seen: &'a Seen, id: &str) -> Result<&'a AccessKey, KeyRefusal> {
    let key = seen.world.tenant.access_keys.iter().find(|key| key.id == id);
    usable(seen, key.ok_or(KeyRefusal::Unknown)?)
}

fn usable<'a>(seen: &'a Seen, key: &'a AccessKey) -> Result<&'a AccessKey, KeyRefusal> {
    if !key.active {
        return Err(KeyRefusal::Inactive);
    }
    match seen.world.tenant.owner(key).map(|owner| owner.status) {
        Some(UserStatus::Active | UserStatus::Pending) => Ok(key),
        Some(UserStatus::Blocked) => Err(KeyRefusal::OwnerBlocked),
        None => Err(KeyRefusal::Unknown),
    }
}

/// Fresh tokens for the owner of a key, as the body of the answer. `audience` is the client they are made for.
pub(crate) fn issue(seen: &Seen, key: &AccessKey, audience: &str) -> Result<Value, KeyError> {
    let sim = &seen.sim;
    let rules = &seen.world.tenant.tokens;
    let now = sim.clock.now();
    let number = sim.next();
    let owner = seen.world.tenant.owner(key);
    let mut claims = claims(seen, owner, audience, now);
    let id_token = key::sign(&claims, rules.spoil_signature)?;
    // The access token is another token with the same claims: clients in the wild read both.
    claims["jti"] = format!("sim_jti_{number}").into();
    let access_token = key::sign(&claims, false)?;
    let refresh_token = format!("sim_refresh_{}_{number}", sim.seed);
    let issued = |expires_at: i64, refresh: bool| Issued {
        subject: key.id.clone(),
        expires_at,
        refresh,
    };
    sim.change(|world| {
        let kept = world.tenant.access_keys.iter_mut().find(|kept| kept.id == key.id);
        if let Some(kept) = kept {
            kept.last_used = Some(now);
        }
    });
    sim.tokens
        .issue(access_token.clone(), issued(now + rules.lifetime, false));
    sim.tokens
        .issue(refresh_token.clone(), issued(now + REFRESH_LIFETIME, true));
    Ok(json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": rules.lifetime,
        "refresh_token": refresh_token,
        "id_token": id_token,
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
    }))
}

/// An access token for an employee who signed in by other means than an access key: the console, or a one-time token.
pub(crate) fn issue_to(seen: &Seen, agent: &Agent) -> Result<String, KeyError> {
    let sim = &seen.sim;
    let now = sim.clock.now();
    let mut claims = claims(seen, Some(agent), "console", now);
    claims["jti"] = format!("sim_jti_{}", sim.next()).into();
    let token = key::sign(&claims, false)?;
    sim.tokens.issue(
        token.clone(),
        Issued {
            subject: format!("agent:{}", agent.id),
            expires_at: now + seen.world.tenant.tokens.lifetime,
            refresh: false,
        },
    );
    Ok(token)
}

/// The claims seen in tokens of the vendor; documented publicly are only their header and signature.
fn claims(seen: &Seen, owner: Option<&Agent>, audience: &str, now: i64) -> Value {
    let tenant = &seen.world.tenant;
    let owner_text = |read: fn(&Agent) -> &str| owner.map(read).unwrap_or_default();
    json!({
        "iss": seen.sim.issuer(),
        "sub": format!("user:{}", owner_text(|owner| &owner.user_id)),
        "aud": format!("{audience}@cxone"),
        "iat": now,
        "exp": now + tenant.tokens.lifetime,
        "tenantId": tenant.tokens.tenant_id,
        "tenant": tenant.name,
        "icBUId": tenant.unit.number,
        "icAgentId": owner.map(|owner| owner.id.to_string()),
        "icClusterId": tenant.cluster,
        "name": owner_text(|owner| &owner.user_name),
        "given_name": owner_text(|owner| &owner.first_name),
        "family_name": owner_text(|owner| &owner.last_name),
        "role": { "legacyId": owner_text(|owner| &owner.role), "id": owner.and_then(|owner| tenant.role(owner)).map(|role| role.id.as_str()),
            "lastUpdateTime": 0, "secondaryRoles": [] },
    })
}
