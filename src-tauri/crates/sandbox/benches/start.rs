//! How long the sandbox takes to be ready: from nothing to the first answer of its discovery, beside what this computer needs
//! for a bare server that does the same. `cargo bench -p sandbox --bench start`

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use sandbox::{Options, Sandbox};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const ROUNDS: usize = 30;
/// What is promised, in milliseconds.
const BOUND: f64 = 100.0;

#[tokio::main]
async fn main() {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(ready().await);
        bare.push(baseline().await);
    }
    let (ours, bare) = (median(ours), median(bare));
    println!(
        "sandbox, start to first answer: {ours:.1} ms (median of {ROUNDS}; promised: under {BOUND:.0} ms)"
    );
    println!("bare server, the same:          {bare:.1} ms");
    println!("ratio:                          {:.1} x", ours / bare);
}

async fn ready() -> Duration {
    let since = Instant::now();
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let issuer = sandbox.description().issuer;
    let answer = ask(
        issuer.trim_start_matches("http://"),
        "/.well-known/openid-configuration",
    )
    .await;
    let took = since.elapsed();
    assert!(answer.contains("token_endpoint"), "{answer}");
    sandbox.stop().await;
    took
}

async fn baseline() -> Duration {
    let since = Instant::now();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
            .await
            .unwrap();
    });
    ask(&address, "/").await;
    let took = since.elapsed();
    server.await.unwrap();
    took
}

async fn ask(authority: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(authority).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}
