//! A body that comes in drops.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// How many drops a body is made of, at most.
const DROPS: usize = 20;

/// The same bytes, spread over a time.
pub(crate) struct Trickle {
    rest: Bytes,
    drop: usize,
    pause: Duration,
    waiting: Pin<Box<Sleep>>,
}

impl Trickle {
    pub(crate) fn body(whole: Bytes, time: Duration) -> Body {
        let drop = whole.len().div_ceil(DROPS).max(1);
        let drops = whole.len().div_ceil(drop).max(1);
        let pause = time / u32::try_from(drops).unwrap_or(1);
        Body::new(Trickle {
            rest: whole,
            drop,
            pause,
            waiting: Box::pin(sleep(pause)),
        })
    }
}

impl HttpBody for Trickle {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        ready!(self.waiting.as_mut().poll(context));
        let pause = self.pause;
        self.waiting = Box::pin(sleep(pause));
        let size = self.drop.min(self.rest.len());
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(size)))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn all_bytes_come_in_the_time_given() {
        for length in [0, 1, 19, 20, 21, 1000] {
            let whole = Bytes::from(vec![7_u8; length]);
            let started = tokio::time::Instant::now();
            let body = Trickle::body(whole.clone(), Duration::from_secs(10));
            assert_eq!(body.collect().await.unwrap().to_bytes(), whole);
            let expected = if length == 0 { 0 } else { 10 };
            assert_eq!(started.elapsed().as_secs(), expected, "{length}");
        }
    }
}
