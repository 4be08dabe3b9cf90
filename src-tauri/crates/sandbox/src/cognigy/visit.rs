//! An administrator's browser that CXone's console sent here with a one-time token. The token is exchanged and the browser
//! goes back; nothing else is to do, since Save makes the channels (that Cognigy.AI does so is inferred; the exchange is seen
//! in code of other middlewares).

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use crate::cognigy::install::Level;
use crate::description::base;
use crate::digital::ONE_TIME_TOKEN;
use crate::outgoing::Call;
use crate::params::Params;
use crate::state::Sim;

/// How long the browser is kept waiting.
const PATIENCE: Duration = Duration::from_secs(10);

/// Exchanges the token, if the browser brought all that it takes. A log entry says how that went; the browser goes back either
/// way.
pub(crate) async fn welcome(sim: &Sim, params: &Params) {
    let number = |name: &str| params.get(name).and_then(|text| text.parse::<u64>().ok());
    let (Some(brand), Some(user), Some(token)) = (number("brandId"), number("userId"), params.get("token"))
    else {
        return;
    };
    let body = json!({ "brandId": brand, "userId": user, "token": token, "purpose": "channel-integration" });
    let call = Call::new(Method::POST, &base(sim.addresses.digital), ONE_TIME_TOKEN).json(&body);
    let (text, meta) = match call.send(PATIENCE).await {
        Ok(reply) if reply.status.is_success() => {
            let who = reply.json()["user"]["emailAddress"].clone();
            ("An administrator of CXone came by", json!({ "user": who }))
        }
        Ok(reply) => (
            "CXone did not know the one-time token",
            json!({ "status": reply.status.as_u16() }),
        ),
        Err(error) => (
            "CXone could not be asked for the one-time token",
            json!({ "error": Value::from(error.to_string()) }),
        ),
    };
    sim.log(Level::Info, text, meta);
}
