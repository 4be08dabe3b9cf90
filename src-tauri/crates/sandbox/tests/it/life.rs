//! Start and end: several at once, a fixed port, a stop that waits for nobody.

use std::net::TcpListener;

use reqwest::StatusCode;
use sandbox::{Fault, Options, Sandbox, StartError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::play::{Play, client};

#[tokio::test]
async fn several_run_side_by_side() {
    let (one, two) = tokio::join!(Play::start(), Play::with(&[Fault::DigitalOff]));
    assert_ne!(one.about.issuer, two.about.issuer);
    assert!(one.sandbox.faults().is_empty());
    assert_eq!(
        two.sandbox.faults().into_iter().collect::<Vec<_>>(),
        [Fault::DigitalOff]
    );
    let token = one.access_token().await;
    assert_eq!(
        two.get_as(&token, &two.dfo("channels")).await.status,
        401,
        "tokens are not shared"
    );
}

#[tokio::test]
async fn the_issuer_takes_the_port_it_is_given_or_says_why_not() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    match Sandbox::start(Options {
        issuer_port: port,
        ..Options::default()
    })
    .await
    {
        Err(StartError::Bind { host, port: told, .. }) => assert_eq!((host, told), ("issuer", port)),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("the port was taken"),
    }
    drop(taken);
    let sandbox = Sandbox::start(Options {
        issuer_port: port,
        ..Options::default()
    })
    .await
    .unwrap();
    assert_eq!(sandbox.description().issuer, format!("http://127.0.0.1:{port}"));
    sandbox.stop().await;
}

#[tokio::test]
async fn a_stop_drops_clients_that_hang() {
    let play = Play::with(&[Fault::DiscoveryHang, Fault::EndpointHang]).await;
    // One whole request that gets no answer, half a request, and none.
    let issuer = play.about.issuer.trim_start_matches("http://").to_owned();
    let endpoint = play.about.endpoint_base.trim_start_matches("http://").to_owned();
    let mut whole = TcpStream::connect(&issuer).await.unwrap();
    whole
        .write_all(b"GET /.well-known/openid-configuration HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        .await
        .unwrap();
    let mut half = TcpStream::connect(&endpoint).await.unwrap();
    half.write_all(b"GET /handover HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        .await
        .unwrap();
    let mut silent = TcpStream::connect(&endpoint).await.unwrap();
    // Connections are taken in their order: once a later one was answered, the first is being served.
    assert_eq!(
        play.get(&format!("{}/auth/jwks", play.about.issuer)).await.status,
        200
    );

    play.sandbox.stop().await;
    for stream in [&mut whole, &mut half, &mut silent] {
        // The end of the connection, as an end or as a reset.
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert!(rest.is_empty());
    }
    assert!(
        TcpStream::connect(&endpoint).await.is_err(),
        "the port is free again"
    );
}

#[tokio::test]
async fn a_hanging_answer_holds_up_nobody_else() {
    let play = Play::with(&[Fault::DiscoveryHang]).await;
    let hanging = tokio::spawn(
        client()
            .get(format!("{}/.well-known/openid-configuration", play.about.issuer))
            .send(),
    );
    assert_eq!(play.sign_in().await.status, 200);
    play.sandbox.set_fault(Fault::DiscoveryHang, false);
    assert_eq!(
        play.get(&format!("{}/.well-known/openid-configuration", play.about.issuer))
            .await
            .status,
        200
    );
    hanging.abort();
}

#[tokio::test]
async fn other_names_for_this_computer_are_turned_away() {
    let play = Play::start().await;
    let url = format!("{}/auth/jwks", play.about.issuer);
    let foreign = play
        .send(play.http.get(&url).header("host", "sandbox.example.com"))
        .await;
    assert_eq!(foreign.status, StatusCode::MISDIRECTED_REQUEST);
    let local = play
        .send(play.http.get(&url).header("host", "endpoint-sandbox.localhost:1"))
        .await;
    assert_eq!(local.status, 200);
}
