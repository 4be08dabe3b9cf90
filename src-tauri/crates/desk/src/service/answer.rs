use jiff::Timestamp;
use profile::{Answer, NOTE_CHARS};

use crate::Desk;
use crate::wire::{AnswerRequest, ErrorCode, ProfileView, WireError};

impl Desk {
    /// Keeps the answer of a person for a profile.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a check that does not exist or takes no answer, [`ErrorCode::Invalid`] for a note that is
    /// too long.
    pub async fn checks_answer(&self, request: AnswerRequest) -> Result<ProfileView, WireError> {
        let id = request.check.trim().to_ascii_uppercase();
        let check = verify::catalogue()
            .iter()
            .find(|check| check.id == id || check.id.strip_prefix("HD-") == Some(&id));
        let takes = || {
            let ids: Vec<&str> = verify::catalogue()
                .iter()
                .filter(|check| check.by_hand)
                .map(|check| check.id)
                .collect();
            format!("These take the answer of a person: {}.", ids.join(", "))
        };
        let Some(check) = check else {
            let message = format!("There is no check {:?}.", request.check);
            return Err(WireError::new(ErrorCode::NotFound, message).hint(takes()));
        };
        if !check.by_hand {
            let message = format!("{} finds out by itself and takes no answer.", check.id);
            return Err(WireError::new(ErrorCode::NotFound, message).hint(takes()));
        }
        let answer = match request.answer {
            Some(text) => {
                let note = text
                    .note
                    .map(|note| note.trim().to_owned())
                    .filter(|note| !note.is_empty());
                if note
                    .as_ref()
                    .is_some_and(|note| note.chars().count() > NOTE_CHARS)
                {
                    let message = format!("The note has more than {NOTE_CHARS} characters.");
                    return Err(WireError::new(ErrorCode::Invalid, message).hint("Shorten it."));
                }
                Some(Answer {
                    at: Timestamp::now(),
                    well: text.well,
                    note,
                })
            }
            None => None,
        };
        let record = self
            .change(&request.id, move |record| {
                match answer {
                    Some(answer) => record.answers.insert(check.id.to_owned(), answer),
                    None => record.answers.remove(check.id),
                };
            })
            .await?;
        Ok(self.view(&record))
    }
}
