//! The two public documents of a CXone cloud: its OpenID configuration and a tenant's own configuration.
//!
//! Neither call carries a credential, so both go to the issuer as it was entered. What they answer is not trusted:
//! see [`crate::host`]. They are not repeated on failure; a cloud that does not answer is a finding.

use serde_json::Value;
use transport::{Client, Method};
use url::Url;

use crate::field::Row;
use crate::session::json;
use crate::{Error, Misshape};

/// What the issuer says about signing in.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenId {
    /// `issuer`; the address that was asked where the document leaves it out.
    pub issuer: Url,
    /// `token_endpoint`.
    pub token_endpoint: Url,
    /// `jwks_uri`; absent from the vendor's documented list of fields, see [`OpenId::keys`].
    pub jwks_uri: Option<Url>,
    /// `token_endpoint_auth_methods_supported`.
    pub auth_methods: Vec<String>,
    /// The whole document.
    pub raw: Value,
}

impl OpenId {
    /// Where the issuer's keys are: `jwks_uri`, else `{issuer}/auth/jwks`.
    pub fn keys(&self) -> Url {
        self.jwks_uri
            .clone()
            .unwrap_or_else(|| under(&self.issuer, &["auth", "jwks"]))
    }

    fn read(value: Value, asked: &Url) -> Result<Self, Misshape> {
        const WHAT: &str = "OpenID configuration";
        let row = Row::new(&value).ok_or_else(|| missing(WHAT, "it is no object"))?;
        let token_endpoint = address(row, "token_endpoint").ok_or_else(|| missing(WHAT, "token_endpoint"))?;
        Ok(Self {
            issuer: address(row, "issuer").unwrap_or_else(|| asked.clone()),
            token_endpoint,
            jwks_uri: address(row, "jwks_uri"),
            auth_methods: row
                .list("token_endpoint_auth_methods_supported")
                .into_iter()
                .filter_map(|method| method.as_str().map(str::to_owned))
                .collect(),
            raw: value,
        })
    }
}

/// A tenant's configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Tenant {
    /// `api_endpoint`, base of the ACD API.
    pub api_endpoint: Url,
    /// `ui_endpoint`, where people sign in.
    pub ui_endpoint: Option<Url>,
    /// `auth_endpoint`.
    pub auth_endpoint: Option<Url>,
    /// `area` such as `eu1`; the vendor's list of required fields calls it `region`, so that is read too.
    pub area: Option<String>,
    /// `cluster` such as `c42`.
    pub cluster: Option<String>,
    /// `domain` such as `niceincontact.com`.
    pub domain: String,
    /// `acdDomain`.
    pub acd_domain: Option<String>,
    /// `uhDomain`, domain of UserHub.
    pub uh_domain: Option<String>,
    /// `globaldomain`.
    pub global_domain: Option<String>,
    /// `tenantId`, an echo; compare without case.
    pub tenant_id: Option<String>,
    /// `private`, set for sovereign clouds.
    pub private: Option<bool>,
    /// The whole document.
    pub raw: Value,
}

impl Tenant {
    fn read(value: Value) -> Result<Self, Misshape> {
        const WHAT: &str = "tenant configuration";
        let row = Row::new(&value).ok_or_else(|| missing(WHAT, "it is no object"))?;
        Ok(Self {
            api_endpoint: address(row, "api_endpoint").ok_or_else(|| missing(WHAT, "api_endpoint"))?,
            ui_endpoint: address(row, "ui_endpoint"),
            auth_endpoint: address(row, "auth_endpoint"),
            area: row.text("area").or_else(|| row.text("region")),
            cluster: row.text("cluster"),
            domain: row.text("domain").ok_or_else(|| missing(WHAT, "domain"))?,
            acd_domain: row.text("acdDomain"),
            uh_domain: row.text("uhDomain"),
            global_domain: row.text("globaldomain"),
            tenant_id: row.text("tenantId"),
            private: row.flag("private"),
            raw: value,
        })
    }
}

/// Reads `{issuer}/.well-known/openid-configuration`.
///
/// # Errors
/// [`Error::Transport`], [`Error::Status`], [`Error::NotJson`] (a captive portal), [`Error::Shape`] without a usable
/// `token_endpoint`.
pub async fn openid(client: &Client, issuer: &Url) -> Result<OpenId, Error> {
    let url = under(issuer, &[".well-known", "openid-configuration"]);
    let response = client
        .call(Method::GET, url)
        .label("openid-configuration")
        .accept_json()
        .send()
        .await?;
    let value = json(client, &response)?;
    OpenId::read(value, issuer).map_err(|error| error.seen_in(&response.exchange))
}

/// Reads `{issuer}/.well-known/cxone-configuration?tenantId=`; the id is sent as typed, percent-encoded.
///
/// # Errors
/// As [`openid`]; an unknown tenant is [`Error::Status`] with 404 (a malformed one 400 or 404, undocumented).
pub async fn tenant(client: &Client, issuer: &Url, tenant: &str) -> Result<Tenant, Error> {
    let mut url = under(issuer, &[".well-known", "cxone-configuration"]);
    add_query(&mut url, &[("tenantId", tenant)]);
    let response = client
        .call(Method::GET, url)
        .label("cxone-configuration")
        .accept_json()
        .send()
        .await?;
    let value = json(client, &response)?;
    Tenant::read(value).map_err(|error| error.seen_in(&response.exchange))
}

/// `base` with path segments behind its own path; each segment is percent-encoded as one, slashes included.
pub(crate) fn under(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Only addresses without a host (`mailto:`) have no path; such a base is never trusted nor reachable.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// Appends query pairs. A space becomes `%20`, which every server reads, rather than the `+` of forms.
pub(crate) fn add_query(url: &mut Url, pairs: &[(&str, &str)]) {
    if pairs.is_empty() {
        return;
    }
    url.query_pairs_mut().extend_pairs(pairs);
    let query = url.query().map(|query| query.replace('+', "%20"));
    url.set_query(query.as_deref());
}

fn address(row: Row<'_>, name: &str) -> Option<Url> {
    Url::parse(row.text(name)?.trim()).ok().filter(Url::has_host)
}

fn missing(what: &'static str, detail: &str) -> Misshape {
    Misshape {
        what,
        detail: detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn openid_without_keys_and_issuer_falls_back() {
        let asked = url("https://cxone.example.com");
        let found = OpenId::read(
            json!({ "token_endpoint": "https://cxone.example.com/auth/token" }),
            &asked,
        )
        .unwrap();
        assert_eq!(found.issuer, asked);
        assert_eq!(found.jwks_uri, None);
        assert_eq!(found.keys().as_str(), "https://cxone.example.com/auth/jwks");
        assert!(found.auth_methods.is_empty());

        let found = OpenId::read(
            json!({ "issuer": "https://cxone.example.com", "token_endpoint": "https://cxone.example.com/auth/token",
                    "jwks_uri": "https://keys.example.com/set", "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                    "unknown": { "x": 1 } }),
            &asked,
        )
        .unwrap();
        assert_eq!(found.keys().as_str(), "https://keys.example.com/set");
        assert_eq!(found.auth_methods, ["client_secret_basic"]);
    }

    #[test]
    fn openid_needs_a_token_endpoint_with_a_host() {
        for value in [
            json!({}),
            json!([]),
            json!({ "token_endpoint": "/auth/token" }),
            json!({ "token_endpoint": "data:x" }),
        ] {
            assert!(
                OpenId::read(value.clone(), &url("https://cxone.example.com")).is_err(),
                "{value}"
            );
        }
    }

    #[test]
    fn a_tenant_is_read_with_area_or_region() {
        let full = json!({
            "private": false, "ui_endpoint": "https://na1.example.com", "auth_endpoint": "https://cxone.example.com",
            "api_endpoint": "https://api-c99.example.com", "area": "na1", "cluster": "c99", "domain": "example.com",
            "acdDomain": "acd.example.com", "uhDomain": "uh.example.com", "tenantId": "11ee", "globaldomain": "example.com",
            "somethingNew": [],
        });
        let found = Tenant::read(full.clone()).unwrap();
        assert_eq!(
            (found.area.as_deref(), found.uh_domain.as_deref()),
            (Some("na1"), Some("uh.example.com"))
        );
        let mut other = full;
        let area = other.as_object_mut().unwrap().remove("area").unwrap();
        other["region"] = area;
        assert_eq!(Tenant::read(other).unwrap().area.as_deref(), Some("na1"));
        assert!(Tenant::read(json!({ "domain": "example.com" })).is_err());
        assert!(Tenant::read(json!({ "api_endpoint": "https://a.example.com" })).is_err());
    }

    #[test]
    fn paths_and_queries_are_encoded() {
        let base = url("https://api.example.com/base/?old=1#x");
        assert_eq!(
            under(&base, &["a b", "c/d", "e?f#g", "h\\i", "ü"]).as_str(),
            "https://api.example.com/base/a%20b/c%2Fd/e%3Ff%23g/h%5Ci/%C3%BC"
        );
        assert_eq!(
            under(&url("https://api.example.com"), &["x"]).as_str(),
            "https://api.example.com/x"
        );
        let mut asked = url("https://api.example.com/x");
        add_query(
            &mut asked,
            &[("scriptName", "Cognigy\\My Script+&=#1"), ("tenantId", "a&b=c d")],
        );
        assert_eq!(
            asked.as_str(),
            "https://api.example.com/x?scriptName=Cognigy%5CMy%20Script%2B%26%3D%231&tenantId=a%26b%3Dc%20d"
        );
        add_query(&mut asked, &[]);
        assert!(asked.as_str().ends_with("c%20d"));
    }
}
