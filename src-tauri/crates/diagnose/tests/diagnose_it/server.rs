//! Servers that misbehave below HTTP.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::TlsAcceptor;
use transport::CertificateDer;

pub async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("http://{address}")
}

/// Gives every connection to `each`; the port.
pub async fn raw<F, W>(each: F) -> u16
where
    F: Fn(TcpStream) -> W + Send + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(each(stream));
        }
    });
    port
}

/// Accepts, reads and says this, then nothing more.
pub async fn says(words: &'static str) -> u16 {
    raw(move |mut stream| async move {
        let mut some = [0; 1024];
        let _ = stream.read(&mut some).await;
        stream.write_all(words.as_bytes()).await.unwrap();
        std::future::pending::<()>().await;
    })
    .await
}

/// Accepts and says nothing at all.
pub async fn silent() -> u16 {
    raw(|stream| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await
}

/// An address that takes no further connection and refuses none: its queue is full. It stays so while this lives.
pub struct Full {
    pub address: SocketAddr,
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl Full {
    pub async fn at(address: SocketAddr) -> Full {
        let socket = if address.is_ipv6() {
            TcpSocket::new_v6()
        } else {
            TcpSocket::new_v4()
        }
        .unwrap();
        socket.bind(address).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut queue = Vec::new();
        // Connections are made until one has to wait: only waiting shows that the queue is full.
        while let Ok(stream) =
            tokio::time::timeout(std::time::Duration::from_millis(300), TcpStream::connect(address)).await
        {
            queue.push(stream.unwrap());
        }
        Full {
            address,
            _listener: listener,
            _queue: queue,
        }
    }
}

pub fn closed_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A TLS server for `cxone.example.com`, and the authority behind it.
pub struct Secure {
    pub port: u16,
    pub root: CertificateDer<'static>,
}

/// What a TLS server does with HTTP/1.1; HTTP/2 it breaks off.
#[derive(Clone, Copy)]
pub enum Answer {
    Says(&'static str),
    /// Lets through to this port.
    Forwards(u16),
}

pub async fn secure(years: (i32, i32), alpn: &[&str], answer: Answer) -> Secure {
    transport::install_crypto();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, "Example Inspection");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut params = CertificateParams::new(vec!["cxone.example.com".to_owned()]).unwrap();
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone(), authority.der().clone()], key)
        .unwrap();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let port = raw(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                return;
            }
            match answer {
                Answer::Says(words) => {
                    let mut some = [0; 4096];
                    let _ = stream.read(&mut some).await;
                    let _ = stream.write_all(words.as_bytes()).await;
                    let _ = stream.shutdown().await;
                }
                Answer::Forwards(port) => {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        let Ok(byte) = stream.read_u8().await else { return };
                        head.push(byte);
                    }
                    // The sandbox answers by its own name alone.
                    let head = String::from_utf8(head)
                        .unwrap()
                        .lines()
                        .fold(String::new(), |head, line| {
                            match line.to_ascii_lowercase().starts_with("host:") {
                                true => format!("{head}host: 127.0.0.1:{port}\r\n"),
                                false => format!("{head}{line}\r\n"),
                            }
                        });
                    let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    server.write_all(head.as_bytes()).await.unwrap();
                    let _ = copy_bidirectional(&mut stream, &mut server).await;
                }
            }
        }
    })
    .await;
    Secure {
        port,
        root: authority.der().clone(),
    }
}
