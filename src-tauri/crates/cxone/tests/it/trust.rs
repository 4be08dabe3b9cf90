//! Hosts that discovery names and that nobody vouches for see nothing, not even a connection.

use std::collections::BTreeSet;

use cxone::session::Parts;
use cxone::sign_in::{access_key_only, jwks, password_grant, token};
use cxone::{ClientAuth, Error, Host, HostOverrides, Session, SignInError, SignInGate, Target};

use crate::server::{Answer, Server, client, granted, hosts, parts, sign_in};

fn lone_issuer(server: &Server) -> Target {
    Target {
        issuer: server.url.clone(),
        tenant_id: "t".to_owned(),
        hosts: HostOverrides::default(),
        trusted_hosts: BTreeSet::new(),
    }
}

#[tokio::test]
async fn a_foreign_token_endpoint_gets_nothing() {
    let issuer = Server::start(|_, _| granted("sim_token_1")).await;
    let foreign = Server::start(|_, _| granted("sim_token_1")).await;
    let (client, target, gate) = (client(), lone_issuer(&issuer), SignInGate::new());
    let name = format!("127.0.0.1:{}", foreign.url.port().unwrap());
    let url = foreign.at("/auth/token");
    for auth in [ClientAuth::Basic, ClientAuth::Body] {
        let found = token(&client, &target, &url, &sign_in(), auth).await;
        assert!(matches!(found, Err(SignInError::Untrusted { host }) if host == name));
    }
    let found = password_grant(&client, &target, &url, &sign_in(), &gate).await;
    assert!(matches!(found, Err(SignInError::Untrusted { .. })));
    let found = access_key_only(&client, &target, &foreign.url, &sign_in()).await;
    assert!(matches!(found, Err(SignInError::Untrusted { .. })));
    assert!(matches!(
        jwks(&client, &target, &foreign.at("/auth/jwks")).await,
        Err(Error::Untrusted { .. })
    ));
    assert_eq!((foreign.hits().len(), issuer.hits().len()), (0, 0));
    assert!(!gate.is_closed());

    // A confirmation does not make plain http good.
    let confirmed = Target {
        trusted_hosts: [name].into(),
        ..target
    };
    let found = token(&client, &confirmed, &url, &sign_in(), ClientAuth::Basic).await;
    assert!(matches!(found, Err(SignInError::Untrusted { .. })));
    assert_eq!(foreign.hits().len(), 0);

    // The same server as an override of the profile may have it.
    let overridden = Target {
        hosts: HostOverrides {
            userhub: Some(foreign.url.clone()),
            ..HostOverrides::default()
        },
        ..confirmed
    };
    assert!(
        token(&client, &overridden, &url, &sign_in(), ClientAuth::Basic)
            .await
            .is_ok()
    );
    assert_eq!(foreign.hits().len(), 1);
}

#[tokio::test]
async fn a_token_goes_to_no_foreign_service() {
    let issuer = Server::start(|_, _| Answer::json(200, "[]")).await;
    let foreign = Server::start(|_, _| Answer::json(200, "[]")).await;
    let session = Session::new(Parts {
        target: lone_issuer(&issuer),
        hosts: hosts(&foreign),
        ..parts(&issuer)
    });
    for host in [Host::Api, Host::Digital, Host::Userhub, Host::Facade] {
        let found = session.get(host, &["x"], &[], "x").await;
        assert!(matches!(found, Err(Error::Untrusted { .. })), "{host:?}");
    }
    assert!(matches!(
        session.acd(&["skills"], &[], "skills").await,
        Err(Error::Untrusted { .. })
    ));
    assert!(matches!(
        cxone::digital::channels(&session).await,
        Err(Error::Untrusted { .. })
    ));
    assert_eq!((foreign.hits().len(), issuer.hits().len()), (0, 0));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let foreign = Server::start(|_, _| Answer::json(200, "[]")).await;
    let location = foreign.url.to_string();
    let issuer = Server::start(move |_, _| Answer::empty(307).header("location", location.clone())).await;
    let session = Session::new(parts(&issuer));
    let found = session.get(Host::Digital, &["x"], &[], "x").await;
    assert!(matches!(found, Err(Error::Status { status: 307, .. })));
    let found = token(
        &client(),
        &lone_issuer(&issuer),
        &issuer.at("/auth/token"),
        &sign_in(),
        ClientAuth::Basic,
    )
    .await;
    assert!(matches!(found, Err(SignInError::Service { status: 307, .. })));
    assert_eq!(foreign.hits().len(), 0);
}
