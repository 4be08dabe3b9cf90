//! Where the REST API of a Cognigy.AI install is.
//!
//! The documented addresses are `api-` and the host of the user interface (`cognigy.ai`, `cognigy.cloud`) and
//! `cognigy-api-<region>` (`nicecxone.com`). Of an on-premises install it is a setting; what is worked out for one is a
//! guess, and no key is sent there before somebody confirms the host.

use url::Url;

use crate::address::{self, AddressError, Schemes, is_loopback_host, origin};
use crate::document::{Profile, entered};
use crate::endpoint::{Certainty, is_cognigy_host, is_underivable, service_host, swapped};
use crate::field::ProfileField;
use crate::host;

/// The address of the API, and how far it can be relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Api {
    /// Scheme, host and port.
    pub base: Url,
    /// How sure it is. A key may be sent without asking to a confirmed and to a derived one.
    pub certainty: Certainty,
}

impl Profile {
    /// The API of the install: the typed one, else the one that follows from the provider's host or the endpoint's.
    pub fn api(&self) -> Result<Api, AddressError> {
        if let Some(typed) = entered(&self.cognigy_api) {
            let url = origin(&address::read_target(typed, Schemes::Web)?);
            host::check_whole(&url)?;
            let host = url.host_str().unwrap_or_default();
            // Of the vendors' hosts it is known which one the API is, whatever part of the install was pasted.
            return Ok(if is_cognigy_host(host) && !is_underivable(host) {
                Api {
                    base: at("https", &service_host(host, "api"))?,
                    certainty: Certainty::Confirmed,
                }
            } else {
                Api {
                    base: url,
                    certainty: Certainty::Confirmed,
                }
            });
        }
        let provider = self
            .provider()
            .map_err(|error| AddressError::Provider(Box::new(error)))?;
        if is_cognigy_host(&provider.host) && !is_underivable(&provider.host) {
            return Ok(Api {
                base: at("https", &service_host(&provider.host, "api"))?,
                certainty: Certainty::Derived,
            });
        }
        // An endpoint that somebody entered says more of an on-premises install than the host of its pages.
        let endpoint = self.endpoint().ok().map(|endpoint| endpoint.base);
        let beside = endpoint
            .as_ref()
            .and_then(Url::host_str)
            .and_then(|host| swapped(host, "api"));
        let guess = match beside {
            Some(host) => host,
            None if is_underivable(&provider.host) || is_loopback_host(&provider.host) => {
                return Err(AddressError::Missing {
                    field: ProfileField::CognigyApi,
                });
            }
            None => service_host(&provider.host, "api"),
        };
        Ok(Api {
            base: at("https", &guess)?,
            certainty: Certainty::Guessed,
        })
    }
}

fn at(scheme: &str, host: &str) -> Result<Url, AddressError> {
    Url::parse(&format!("{scheme}://{host}/")).map_err(|reason| AddressError::NotAnAddress { reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "6a1f0c2e9b7d4e0011223344";

    fn profile(host: &str) -> Profile {
        Profile {
            provider_link: Some(format!("https://{host}/project/{ID}/{ID}/handover-provider/{ID}")),
            ..Profile::default()
        }
    }

    fn told(profile: &Profile) -> (String, Certainty) {
        let api = profile.api().unwrap();
        (api.base.to_string(), api.certainty)
    }

    #[test]
    fn the_vendors_hosts_tell_the_api() {
        for (host, api) in [
            ("trial.cognigy.ai", "https://api-trial.cognigy.ai/"),
            ("app-us.cognigy.ai", "https://api-app-us.cognigy.ai/"),
            ("acme.cognigy.cloud", "https://api-acme.cognigy.cloud/"),
            (
                "cognigy-na1.nicecxone.com",
                "https://cognigy-api-na1.nicecxone.com/",
            ),
            ("endpoint-trial.cognigy.ai", "https://api-trial.cognigy.ai/"),
            (
                "live.ai.telekomcloud.com",
                "https://api.live.ai.telekomcloud.com/",
            ),
        ] {
            assert_eq!(told(&profile(host)), (api.to_owned(), Certainty::Derived));
        }
    }

    #[test]
    fn of_another_host_it_is_a_guess() {
        let mut on_premises = profile("bot.example.com");
        let guessed = |of: &Profile| told(of);
        assert_eq!(
            guessed(&on_premises),
            ("https://api-bot.example.com/".to_owned(), Certainty::Guessed)
        );
        on_premises.endpoint_base = Some("https://endpoint-bots.example.com/abc".to_owned());
        assert_eq!(
            guessed(&on_premises),
            ("https://api-bots.example.com/".to_owned(), Certainty::Guessed)
        );
    }

    #[test]
    fn what_is_entered_wins_and_only_its_origin_counts() {
        let mut typed = profile("trial.cognigy.ai");
        for (entered, api) in [
            (
                "https://backend.example.com:8443/openapi?x=1",
                "https://backend.example.com:8443/",
            ),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000/"),
            ("https://app.cognigy.ai/login", "https://api-app.cognigy.ai/"),
        ] {
            typed.cognigy_api = Some(entered.to_owned());
            assert_eq!(told(&typed), (api.to_owned(), Certainty::Confirmed), "{entered}");
        }
        for wrong in [
            "http://api.example.com",
            "https://u:p@api.example.com",
            "no address",
        ] {
            typed.cognigy_api = Some(wrong.to_owned());
            assert!(typed.api().is_err(), "{wrong}");
            let field = |problem: &crate::FieldProblem| problem.field == ProfileField::CognigyApi;
            assert!(typed.problems().iter().any(field), "{wrong}");
        }
    }

    #[test]
    fn this_computer_has_no_api_unless_one_is_entered() {
        let mut here = profile("127.0.0.1:4000");
        here.endpoint_base = Some("http://127.0.0.1:4000".to_owned());
        assert!(matches!(here.api(), Err(AddressError::Missing { .. })));
        assert!(
            !here
                .problems()
                .iter()
                .any(|it| it.field == ProfileField::CognigyApi)
        );
    }
}
