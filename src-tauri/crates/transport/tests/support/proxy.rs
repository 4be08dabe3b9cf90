//! A small HTTP proxy: CONNECT, and whatever it is told to say to requests it reads itself.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;

use super::{head, raw};

/// What the proxy does.
#[derive(Clone, Copy)]
pub enum Mood {
    /// Lets through; to the given port of this computer, whatever host was named.
    Open(u16),
    /// Wants `Proxy-Authorization: Basic dXNlcjpzaW1fcHJveHlfcGFzcw==` first.
    Guarded(u16),
    /// Says 403.
    Closed,
    /// Says nothing.
    Silent,
}

/// Heads of the requests that came.
pub type Heads = Arc<Mutex<Vec<String>>>;

pub async fn proxy(mood: Mood) -> (String, Heads) {
    let heads = Heads::default();
    let seen = Arc::clone(&heads);
    let address = raw(move |stream| serve(stream, mood, Arc::clone(&seen))).await;
    (address, heads)
}

async fn serve(mut stream: TcpStream, mood: Mood, seen: Heads) {
    let head = head(&mut stream).await;
    let authorized = head
        .to_ascii_lowercase()
        .contains("proxy-authorization: basic dxnlcjpzaw1fchjvehlfcgfzcw==\r\n");
    let connect = head.starts_with("CONNECT ");
    seen.lock().unwrap().push(head);
    let port = match mood {
        Mood::Open(port) => port,
        Mood::Guarded(port) if authorized => port,
        Mood::Guarded(_) => {
            let answer = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
            return stream.write_all(answer.as_bytes()).await.unwrap();
        }
        Mood::Closed => {
            return stream
                .write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
                .await
                .unwrap();
        }
        Mood::Silent => return std::future::pending().await,
    };
    if connect {
        let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        // Either side may hang up at any time.
        let _ = copy_bidirectional(&mut stream, &mut server).await;
    } else {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nby proxy!")
            .await
            .unwrap();
    }
}

/// A SOCKS 5 proxy without sign-in that leads to `port` of this computer, or refuses every sign-in method; and the hosts it
/// was asked for.
pub async fn socks(port: Option<u16>) -> (String, Heads) {
    let hosts = Heads::default();
    let asked = Arc::clone(&hosts);
    let address = raw(move |stream| serve_socks(stream, port, Arc::clone(&asked))).await;
    (address, hosts)
}

async fn serve_socks(mut stream: TcpStream, port: Option<u16>, asked: Heads) {
    assert_eq!(stream.read_u8().await.unwrap(), 5);
    let mut methods = vec![0; stream.read_u8().await.unwrap().into()];
    stream.read_exact(&mut methods).await.unwrap();
    let Some(port) = port else {
        return stream.write_all(&[5, 0xff]).await.unwrap();
    };
    stream.write_all(&[5, 0]).await.unwrap();
    let mut request = [0; 4];
    stream.read_exact(&mut request).await.unwrap();
    let host = if request[3] == 3 {
        let mut name = vec![0; stream.read_u8().await.unwrap().into()];
        stream.read_exact(&mut name).await.unwrap();
        String::from_utf8(name).unwrap()
    } else {
        Ipv4Addr::from(stream.read_u32().await.unwrap()).to_string()
    };
    asked.lock().unwrap().push(host);
    stream.read_u16().await.unwrap();
    let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream
        .write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 80])
        .await
        .unwrap();
    // Either side may hang up at any time.
    let _ = copy_bidirectional(&mut stream, &mut server).await;
}
