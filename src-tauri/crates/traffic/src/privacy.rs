//! What is done to an event before it is stored: secrets go, and so does message text unless the profile keeps it.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use transport::Redactor;

use crate::event::{Event, Text, What};
use crate::store::Bodies;

/// Bytes of a text's hash that are kept: enough to tell texts apart, in eight letters more than a git commit's short name.
const HASH_BYTES: usize = 8;

/// How what stands for a body that is not kept ends.
const LEFT_OUT: &str = "bytes, not kept>";

/// Whether this stands for a body that is not kept.
pub(crate) fn is_left_out(body: &str) -> bool {
    body.starts_with('<') && body.ends_with(LEFT_OUT)
}

/// The rules for one profile.
pub struct Privacy {
    redactor: Redactor,
    key: SecretBox<[u8; 32]>,
    keeps_text: bool,
}

impl Privacy {
    /// `key` makes equal texts recognisable, and only to who has it; it lives in the secret store. `keeps_text`: whether the
    /// profile allows message text to be kept.
    #[must_use]
    pub fn new(redactor: Redactor, key: SecretBox<[u8; 32]>, keeps_text: bool) -> Self {
        Self {
            redactor,
            key,
            keeps_text,
        }
    }

    /// A message's text as it may be stored.
    #[must_use]
    pub fn text(&self, text: &str) -> Text {
        if self.keeps_text {
            return Text::Kept {
                text: self.redactor.text(text),
            };
        }
        Text::Digest {
            chars: u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
            hash: self.hash(text),
        }
    }

    fn hash(&self, text: &str) -> String {
        // A key of this length is always taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.expose_secret()) else {
            return String::new();
        };
        mac.update(text.as_bytes());
        mac.finalize().into_bytes()[..HASH_BYTES]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// An event as it may be stored.
    #[must_use]
    pub fn event(&self, mut event: Event) -> Event {
        let clean = |text: &mut String| *text = self.redactor.text(text);
        let keys = &mut event.keys;
        for key in [
            &mut keys.contact,
            &mut keys.thread,
            &mut keys.session,
            &mut keys.user,
            &mut keys.message,
        ] {
            key.iter_mut().for_each(clean);
        }
        event.origin.iter_mut().for_each(clean);
        match &mut event.what {
            What::Exchange(call) => {
                clean(&mut call.host);
                clean(&mut call.path);
            }
            What::Message(message) => {
                if let Text::Kept { text } = &message.text {
                    message.text = self.text(text);
                }
            }
            What::Status { from, to } => {
                from.iter_mut().for_each(clean);
                clean(to);
            }
            What::Assignment { queue, agent } => {
                queue.iter_mut().for_each(clean);
                agent.iter_mut().for_each(clean);
            }
            What::Log { message, .. } => clean(message),
            What::Finding { message, .. } => clean(message),
            What::Note { text } => clean(text),
            What::Typing { .. } | What::Handover { .. } => {}
        }
        event
    }

    /// Headers and bodies as they may be stored. A body holds message text, so it goes where text is not kept.
    #[must_use]
    pub fn bodies(&self, mut bodies: Bodies) -> Bodies {
        for (_, value) in bodies
            .request_headers
            .iter_mut()
            .chain(&mut bodies.response_headers)
        {
            *value = self.redactor.text(value);
        }
        for body in [&mut bodies.request, &mut bodies.response] {
            *body = match body.take() {
                Some(text) if self.keeps_text => Some(self.redactor.text(&text)),
                Some(text) if is_left_out(&text) => Some(text),
                Some(text) => Some(format!("<{} {LEFT_OUT}", text.len())),
                None => None,
            };
        }
        bodies
    }
}

impl std::fmt::Debug for Privacy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Privacy")
            .field("keeps_text", &self.keeps_text)
            .finish_non_exhaustive()
    }
}
