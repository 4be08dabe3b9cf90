use profile::{Credentials, FieldOutcome, Record, SecretField, SecretNote, SecretState, generate_secret};
use secrecy::{ExposeSecret, SecretString};

use crate::Desk;
use crate::clipboard::KEPT;
use crate::wire::{
    CopyOutcome, Empty, ErrorCode, Event, ProfileView, SecretRequest, SecretValue, StoreChoice, StoreStatus,
    WireError,
};

const INTEGRATION: SecretField = SecretField::IntegrationClientSecret;
const PREVIOUS: SecretField = SecretField::IntegrationClientSecretPrevious;

impl Desk {
    pub(crate) async fn secret_set(&self, request: SecretValue) -> Result<ProfileView, WireError> {
        let value = request.value.0;
        if value.expose_secret().is_empty() {
            return Err(WireError::new(ErrorCode::Invalid, "The secret is empty.")
                .hint("Paste it again, or delete it."));
        }
        if Credentials::is_oversized(&value) {
            return Err(WireError::new(
                ErrorCode::SecretTooLong,
                format!(
                    "This has more than {} characters, so it is not one of these secrets.",
                    Credentials::LONGEST
                ),
            )
            .hint("Copy the value alone, without the page around it."));
        }
        let record = self.record(&request.id).await?;
        self.replace(&record, request.field, value).await
    }

    pub(crate) async fn secret_generate(&self, request: SecretRequest) -> Result<ProfileView, WireError> {
        if request.field != INTEGRATION {
            return Err(WireError::new(
                ErrorCode::BadRequest,
                "This secret is issued by CXone or Cognigy.AI and cannot be made here.",
            ));
        }
        let record = self.record(&request.id).await?;
        if self.inner.secrets.state(&record, INTEGRATION) != SecretState::Absent && !request.replace {
            return Err(WireError::new(ErrorCode::SecretExists, "A client secret is stored already.").hint(
                "A new one must be typed into the BYOC form of CXone and into Cognigy.AI. The present one can be \
                 restored afterwards.",
            ));
        }
        self.replace(&record, INTEGRATION, generate_secret(&mut crate::os_random()))
            .await
    }

    pub(crate) async fn secret_restore(&self, request: SecretRequest) -> Result<ProfileView, WireError> {
        let record = self.record(&request.id).await?;
        let secrets = &self.inner.secrets;
        let Some(previous) = secrets.get(&record, PREVIOUS).await? else {
            return Err(
                WireError::new(ErrorCode::SecretMissing, "There is no previous client secret.")
                    .hint("Make a new one, or type the one that CXone and Cognigy.AI have."),
            );
        };
        // The two change places, each with what is known of it: restoring can be undone in the same way, and a secret
        // that was entered for another address still waits for a yes.
        let present = secrets.get(&record, INTEGRATION).await?;
        let in_memory = self.inner.profiles.in_memory(&record.id);
        let store = secrets.set(&record.id, INTEGRATION, &previous, in_memory).await?;
        if let Some(present) = &present {
            secrets.set(&record.id, PREVIOUS, present, in_memory).await?;
        } else {
            self.drop_secret(&record, PREVIOUS).await?;
        }
        let record = self
            .change(&record.id, move |record| {
                let notes = (
                    record.secrets.remove(&INTEGRATION),
                    record.secrets.remove(&PREVIOUS),
                );
                record
                    .secrets
                    .extend(notes.1.map(|note| (INTEGRATION, SecretNote { store, ..note })));
                record
                    .secrets
                    .extend(notes.0.map(|note| (PREVIOUS, SecretNote { store, ..note })));
                forget_verdict(record);
            })
            .await?;
        Ok(self.view(&record))
    }

    pub(crate) async fn secret_delete(&self, request: SecretRequest) -> Result<ProfileView, WireError> {
        let record = self.record(&request.id).await?;
        let field = request.field;
        self.drop_secret(&record, field).await?;
        let record = self
            .change(&request.id, move |record| {
                record.secrets.remove(&field);
                if field == INTEGRATION {
                    forget_verdict(record);
                }
            })
            .await?;
        Ok(self.view(&record))
    }

    pub(crate) async fn secret_confirm(&self, request: SecretRequest) -> Result<ProfileView, WireError> {
        let field = request.field;
        let record = self
            .change(&request.id, move |record| {
                record.confirm_secret(field, jiff::Timestamp::now());
            })
            .await?;
        Ok(self.view(&record))
    }

    pub(crate) async fn secret_copy(&self, request: SecretRequest) -> Result<CopyOutcome, WireError> {
        let record = self.record(&request.id).await?;
        let Some(secret) = self.inner.secrets.get(&record, request.field).await? else {
            return Err(
                WireError::new(ErrorCode::SecretMissing, "This secret is not stored.")
                    .hint("Type it, or make a new one."),
            );
        };
        self.copy(secret, true).await?;
        Ok(CopyOutcome {
            cleared_after_s: Some(u32::try_from(KEPT.as_secs()).unwrap_or(u32::MAX)),
        })
    }

    pub(crate) async fn store_status(&self, _: Empty) -> Result<StoreStatus, WireError> {
        Ok(self.inner.secrets.status())
    }

    pub(crate) async fn store_probe(&self, _: Empty) -> Result<StoreStatus, WireError> {
        Ok(self.inner.secrets.probe().await)
    }

    pub(crate) async fn store_cancel(&self, _: Empty) -> Result<StoreStatus, WireError> {
        Ok(self.inner.secrets.cancel())
    }

    pub(crate) async fn store_use(&self, choice: StoreChoice) -> Result<StoreStatus, WireError> {
        let status = self
            .inner
            .secrets
            .choose(choice.kind, choice.passphrase.map(|text| text.0))
            .await?;
        self.emit(Event::Secrets {
            status: status.clone(),
        });
        self.emit(Event::Profiles {});
        Ok(status)
    }

    /// Deletes a secret from the store that its note names.
    pub(crate) async fn drop_secret(&self, record: &Record, field: SecretField) -> Result<(), WireError> {
        if let Some(note) = record.secrets.get(&field) {
            self.inner.secrets.delete(&record.id, field, note.store).await?;
        }
        Ok(())
    }

    /// Stores a secret, and keeps the integration client secret it replaces.
    async fn replace(
        &self,
        record: &Record,
        field: SecretField,
        value: SecretString,
    ) -> Result<ProfileView, WireError> {
        let secrets = &self.inner.secrets;
        let in_memory = self.inner.profiles.in_memory(&record.id);
        let kept = if field == INTEGRATION {
            secrets.get(record, field).await?
        } else {
            None
        };
        let mut kept_in = None;
        if let Some(kept) = &kept {
            kept_in = Some(secrets.set(&record.id, PREVIOUS, kept, in_memory).await?);
        }
        let store = secrets.set(&record.id, field, &value, in_memory).await?;
        // What another store holds of it would stay there unseen.
        if record.secrets.get(&field).is_some_and(|note| note.store != store) {
            self.drop_secret(record, field).await?;
        }
        let record = self
            .change(&record.id, move |record| {
                if let Some(kept_in) = kept_in
                    && let Some(note) = record.secrets.remove(&field)
                {
                    record.secrets.insert(
                        PREVIOUS,
                        SecretNote {
                            store: kept_in,
                            ..note
                        },
                    );
                }
                record.note_secret(field, &value, store, jiff::Timestamp::now());
                if field == INTEGRATION {
                    forget_verdict(record);
                }
            })
            .await?;
        Ok(self.view(&record))
    }

    /// Cognigy.AI accepted the integration client secret that a run used: it is proven there, if it is still the same. When
    /// the pasted form shows that CXone has it too, the previous one has no use any more and goes.
    pub(crate) async fn prove_integration_secret(&self, tested: &Record) {
        let Some(tested_note) = tested.secrets.get(&INTEGRATION).cloned() else {
            return;
        };
        let proven = self
            .change(&tested.id, move |record| {
                if let Some(note) = record
                    .secrets
                    .get_mut(&INTEGRATION)
                    .filter(|note| **note == tested_note)
                {
                    note.proven = true;
                }
            })
            .await;
        let result = match proven {
            Ok(record) if is_agreed(&record) => self.forget_previous(&record).await,
            other => other.map(drop),
        };
        if let Err(error) = result {
            tracing::warn!(code = ?error.code, "what a verification proved of the client secret could not be kept");
        }
    }

    async fn forget_previous(&self, record: &Record) -> Result<(), WireError> {
        self.drop_secret(record, PREVIOUS).await?;
        self.change(&record.id, |record| drop(record.secrets.remove(&PREVIOUS)))
            .await
            .map(drop)
    }
}

/// Whether both sides are known to have the integration client secret that is stored.
fn is_agreed(record: &Record) -> bool {
    let proven = record.secrets.get(&INTEGRATION).is_some_and(|note| note.proven);
    let typed = record
        .typed_form
        .as_ref()
        .and_then(|typed| typed.secret_outcome.as_ref());
    proven && typed == Some(&FieldOutcome::Equal) && record.secrets.contains_key(&PREVIOUS)
}

/// What was compared with the pasted form is no longer the secret that is stored.
fn forget_verdict(record: &mut Record) {
    if let Some(typed) = &mut record.typed_form {
        typed.secret_outcome = None;
    }
}
