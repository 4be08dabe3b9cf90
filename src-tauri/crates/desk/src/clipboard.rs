//! This desktop's clipboard, on a thread of its own: under X11 the owner of a copied text must stay alive to hand it
//! out. A secret is marked as not for clipboard histories, and is cleared after [`KEPT`] and on exit, if it is still there.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::oneshot;

use crate::wire::{ErrorCode, WireError};

/// How long a copied secret stays on the clipboard.
pub const KEPT: Duration = Duration::from_secs(60);

/// What the thread needs of a clipboard.
pub trait Board {
    /// Puts text there.
    fn put(&mut self, text: &SecretString, secret: bool) -> Result<(), WireError>;
    /// Whether this text is still there.
    fn holds(&mut self, text: &SecretString) -> bool;
    /// Empties it.
    fn clear(&mut self);
}

enum Order {
    Put {
        text: SecretString,
        secret: bool,
        done: oneshot::Sender<Result<(), WireError>>,
    },
    Close {
        done: mpsc::Sender<()>,
    },
}

/// Handle to the clipboard's thread.
#[derive(Debug, Clone)]
pub struct Clipboard {
    orders: mpsc::Sender<Order>,
}

impl Clipboard {
    /// The desktop's clipboard; it is opened with the first copy.
    pub fn desktop() -> Self {
        Self::with(Desktop::default, KEPT)
    }

    /// A clipboard on a board of another kind, as tests need it.
    pub fn with<B: Board>(open: impl FnOnce() -> B + Send + 'static, kept: Duration) -> Self {
        let (orders, inbox) = mpsc::channel();
        // Should no thread start, every copy answers that the clipboard is missing.
        if let Err(error) = std::thread::Builder::new()
            .name("clipboard".into())
            .spawn(move || serve(open(), &inbox, kept))
        {
            tracing::warn!(%error, "the clipboard's thread did not start");
        }
        Self { orders }
    }

    /// Copies text.
    ///
    /// # Errors
    /// [`ErrorCode::ClipboardMissing`] where no clipboard can be reached.
    pub async fn copy(&self, text: SecretString, secret: bool) -> Result<(), WireError> {
        let (done, answer) = oneshot::channel();
        self.orders
            .send(Order::Put { text, secret, done })
            .map_err(|_| missing())?;
        answer.await.map_err(|_| missing())?
    }

    /// Clears a secret that is still there; waits at most `limit`.
    pub fn close(&self, limit: Duration) {
        let (done, cleared) = mpsc::channel();
        if self.orders.send(Order::Close { done }).is_ok() && cleared.recv_timeout(limit).is_err() {
            tracing::warn!("the clipboard did not answer on exit");
        }
    }
}

fn missing() -> WireError {
    WireError::new(ErrorCode::ClipboardMissing, "The clipboard cannot be reached from here.").hint(
        "Copying a secret works in the desktop window, or in a browser on the same desktop session as the program.",
    )
}

fn serve<B: Board>(mut board: B, inbox: &mpsc::Receiver<Order>, kept: Duration) {
    let mut secret: Option<(SecretString, Instant)> = None;
    loop {
        let order = match &secret {
            Some((_, until)) => inbox.recv_timeout(until.saturating_duration_since(Instant::now())),
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match order {
            Ok(Order::Put {
                text,
                secret: is_secret,
                done,
            }) => {
                let result = board.put(&text, is_secret);
                // A copy that failed leaves the former one on the clipboard, and with it the need to clear it.
                if result.is_ok() {
                    secret = is_secret.then(|| (text, Instant::now() + kept));
                }
                // Nobody waits any more when the window was closed: the copy itself is done.
                let _ = done.send(result);
            }
            Ok(Order::Close { done }) => {
                forget(&mut board, secret.take());
                let _ = done.send(());
                return;
            }
            Err(RecvTimeoutError::Timeout) => forget(&mut board, secret.take()),
            Err(RecvTimeoutError::Disconnected) => {
                forget(&mut board, secret.take());
                return;
            }
        }
    }
}

fn forget(board: &mut impl Board, secret: Option<(SecretString, Instant)>) {
    if let Some((text, _)) = secret
        && board.holds(&text)
    {
        board.clear();
    }
}

/// The real clipboard.
#[derive(Default)]
struct Desktop {
    board: Option<arboard::Clipboard>,
}

impl Desktop {
    fn open(&mut self) -> Result<&mut arboard::Clipboard, WireError> {
        if self.board.is_none() {
            self.board = Some(arboard::Clipboard::new().map_err(|_| missing())?);
        }
        self.board.as_mut().ok_or_else(missing)
    }
}

impl Board for Desktop {
    fn put(&mut self, text: &SecretString, secret: bool) -> Result<(), WireError> {
        let set = self.open()?.set();
        let set = if secret { private(set) } else { set };
        set.text(text.expose_secret()).map_err(|_| missing())
    }

    fn holds(&mut self, text: &SecretString) -> bool {
        self.open()
            .is_ok_and(|board| board.get_text().is_ok_and(|found| found == text.expose_secret()))
    }

    fn clear(&mut self) {
        if let Ok(board) = self.open()
            && let Err(error) = board.clear()
        {
            tracing::warn!(%error, "a copied secret could not be cleared from the clipboard");
        }
    }
}

#[cfg(target_os = "linux")]
fn private(set: arboard::Set<'_>) -> arboard::Set<'_> {
    use arboard::SetExtLinux;
    set.exclude_from_history()
}

#[cfg(target_os = "macos")]
fn private(set: arboard::Set<'_>) -> arboard::Set<'_> {
    use arboard::SetExtApple;
    set.exclude_from_history()
}

#[cfg(windows)]
fn private(set: arboard::Set<'_>) -> arboard::Set<'_> {
    use arboard::SetExtWindows;
    set.exclude_from_history().exclude_from_cloud()
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn private(set: arboard::Set<'_>) -> arboard::Set<'_> {
    set
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

    use super::*;

    /// A board on which somebody else can put text, too.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<(String, bool)>>, Option<UnboundedSender<()>>);

    impl Shared {
        /// One that tells when it is cleared.
        fn heard() -> (Self, UnboundedReceiver<()>) {
            let (sender, receiver) = unbounded_channel();
            (Self(Arc::default(), Some(sender)), receiver)
        }
    }

    impl Board for Shared {
        fn put(&mut self, text: &SecretString, secret: bool) -> Result<(), WireError> {
            *self.0.lock().unwrap() = (text.expose_secret().to_owned(), secret);
            Ok(())
        }
        fn holds(&mut self, text: &SecretString) -> bool {
            self.0.lock().unwrap().0 == text.expose_secret()
        }
        fn clear(&mut self) {
            self.0.lock().unwrap().0.clear();
            if let Some(heard) = &self.1 {
                heard.send(()).unwrap();
            }
        }
    }

    fn with(board: &Shared, kept: Duration) -> Clipboard {
        let board = board.clone();
        Clipboard::with(move || board, kept)
    }

    #[tokio::test]
    async fn a_secret_is_marked_and_cleared_on_exit() {
        let board = Shared::default();
        let clipboard = with(&board, KEPT);
        clipboard
            .copy("test-secret-1".to_owned().into(), true)
            .await
            .unwrap();
        assert_eq!(
            *board.0.lock().unwrap(),
            ("test-secret-1".to_owned(), true),
            "copied and marked as secret"
        );
        clipboard.close(Duration::from_secs(30));
        assert_eq!(board.0.lock().unwrap().0, "", "cleared on exit");
    }

    #[tokio::test]
    async fn what_somebody_else_copied_meanwhile_stays() {
        let board = Shared::default();
        let clipboard = with(&board, KEPT);
        clipboard
            .copy("test-secret-2".to_owned().into(), true)
            .await
            .unwrap();
        board.0.lock().unwrap().0 = "a shopping list".to_owned();
        clipboard.close(Duration::from_secs(30));
        assert_eq!(
            board.0.lock().unwrap().0,
            "a shopping list",
            "only our own text is cleared"
        );
    }

    #[tokio::test]
    async fn plain_text_is_not_cleared() {
        let board = Shared::default();
        let clipboard = with(&board, Duration::ZERO);
        clipboard
            .copy("https://endpoint-trial.cognigy.ai".to_owned().into(), false)
            .await
            .unwrap();
        clipboard.close(Duration::from_secs(30));
        assert_eq!(
            board.0.lock().unwrap().0,
            "https://endpoint-trial.cognigy.ai",
            "a URL may stay"
        );
    }

    #[tokio::test]
    async fn a_secret_is_cleared_when_its_time_is_over() {
        let (board, mut cleared) = Shared::heard();
        let clipboard = with(&board, Duration::ZERO);
        clipboard
            .copy("test-secret-3".to_owned().into(), true)
            .await
            .unwrap();
        cleared.recv().await.expect("the thread clears by itself");
        assert_eq!(board.0.lock().unwrap().0, "", "it went when its time was over");
    }
}
