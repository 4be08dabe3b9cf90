use profile::{Record, SecretField, StoreKind, generate_secret};
use secrecy::{ExposeSecret, SecretString};

use crate::Desk;
use crate::clipboard::KEPT;
use crate::wire::{
    CopyOutcome, Empty, ErrorCode, Event, ProfileView, SecretRequest, SecretValue, StoreChoice, StoreStatus,
    WireError,
};

/// Longest secret that is taken, in characters: the smallest limit of the three keychains.
const LONGEST: usize = 1280;

impl Desk {
    pub(crate) async fn secret_set(&self, request: SecretValue) -> Result<ProfileView, WireError> {
        let value = request.value.0;
        if value.expose_secret().is_empty() {
            return Err(WireError::new(ErrorCode::Invalid, "The secret is empty.")
                .hint("Paste it again, or delete it."));
        }
        if value.expose_secret().chars().count() > LONGEST {
            return Err(WireError::new(
                ErrorCode::SecretTooLong,
                format!("This has more than {LONGEST} characters, so it is not one of these secrets."),
            )
            .hint("Copy the value alone, without the page around it."));
        }
        let record = self.record(&request.id).await?;
        self.replace(&record, request.field, value).await
    }

    pub(crate) async fn secret_generate(&self, request: SecretRequest) -> Result<ProfileView, WireError> {
        if request.field != SecretField::IntegrationClientSecret {
            return Err(WireError::new(
                ErrorCode::BadRequest,
                "This secret is issued by CXone and cannot be made here.",
            ));
        }
        let record = self.record(&request.id).await?;
        if record.secrets.contains_key(&request.field) && !request.replace {
            return Err(WireError::new(ErrorCode::SecretExists, "A client secret is stored already.").hint(
                "A new one must be typed into the BYOC form of CXone and into Cognigy.AI. The present one can be \
                 restored until the new one is proven.",
            ));
        }
        let secret = generate_secret(&mut crate::os_random());
        self.replace(&record, request.field, secret).await
    }

    pub(crate) async fn secret_restore(&self, request: SecretRequest) -> Result<ProfileView, WireError> {
        let record = self.record(&request.id).await?;
        let profiles = &self.inner.profiles;
        let previous = self
            .inner
            .secrets
            .get(profiles, &record, SecretField::IntegrationClientSecretPrevious)
            .await?;
        let Some(previous) = previous else {
            return Err(WireError::new(
                ErrorCode::SecretMissing,
                "There is no previous client secret any more.",
            )
            .hint("It is kept until a verification has proven the new one."));
        };
        // The present one becomes the previous one: restoring can be undone in the same way.
        self.replace(&record, SecretField::IntegrationClientSecret, previous)
            .await
    }

    pub(crate) async fn secret_delete(&self, request: SecretRequest) -> Result<ProfileView, WireError> {
        let record = self.record(&request.id).await?;
        self.inner
            .secrets
            .delete(&self.inner.profiles, &record.id, request.field)
            .await?;
        let field = request.field;
        let record = self
            .change(&request.id, move |record| drop(record.secrets.remove(&field)))
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
        let secret = self
            .inner
            .secrets
            .get(&self.inner.profiles, &record, request.field)
            .await?;
        let Some(secret) = secret else {
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
        let status = self.inner.secrets.probe().await;
        self.emit(Event::Secrets {
            status: status.clone(),
        });
        Ok(status)
    }

    pub(crate) async fn store_cancel(&self, _: Empty) -> Result<StoreStatus, WireError> {
        let status = self.inner.secrets.cancel();
        self.emit(Event::Secrets {
            status: status.clone(),
        });
        Ok(status)
    }

    pub(crate) async fn store_use(&self, choice: StoreChoice) -> Result<StoreStatus, WireError> {
        let passphrase = choice.passphrase.map(|text| text.0);
        if choice.kind == StoreKind::Environment {
            return Err(WireError::new(
                ErrorCode::BadRequest,
                "Secrets cannot be stored in the environment.",
            ));
        }
        let status = self.inner.secrets.choose(choice.kind, passphrase).await?;
        self.emit(Event::Secrets {
            status: status.clone(),
        });
        Ok(status)
    }

    /// Stores a secret, and keeps the integration client secret it replaces.
    async fn replace(
        &self,
        record: &Record,
        field: SecretField,
        value: SecretString,
    ) -> Result<ProfileView, WireError> {
        let (secrets, profiles) = (&self.inner.secrets, &self.inner.profiles);
        let kept = match field {
            SecretField::IntegrationClientSecret => secrets.get(profiles, record, field).await?,
            _ => None,
        };
        if let Some(kept) = &kept {
            secrets
                .set(
                    profiles,
                    &record.id,
                    SecretField::IntegrationClientSecretPrevious,
                    kept,
                )
                .await?;
        }
        secrets.set(profiles, &record.id, field, &value).await?;
        let record = self
            .change(&record.id, move |record| {
                if kept.is_some()
                    && let Some(note) = record.secrets.remove(&field)
                {
                    record
                        .secrets
                        .insert(SecretField::IntegrationClientSecretPrevious, note);
                }
                record.note_secret(field, &value, jiff::Timestamp::now());
            })
            .await?;
        Ok(self.view(&record))
    }

    /// CXone and Cognigy.AI agree on the new integration client secret: the previous one has no use any more.
    pub(crate) async fn prove_integration_secret(&self, record: &Record) {
        let previous = SecretField::IntegrationClientSecretPrevious;
        if !record.secrets.contains_key(&previous) {
            return;
        }
        if let Err(error) = self
            .inner
            .secrets
            .delete(&self.inner.profiles, &record.id, previous)
            .await
        {
            tracing::warn!(code = ?error.code, "the previous client secret stays: it could not be deleted");
            return;
        }
        let proven = self
            .change(&record.id, move |record| {
                record.secrets.remove(&previous);
                if let Some(note) = record.secrets.get_mut(&SecretField::IntegrationClientSecret) {
                    note.proven = true;
                }
            })
            .await;
        if let Err(error) = proven {
            tracing::warn!(code = ?error.code, "the profile could not be told that its client secret is proven");
        }
    }
}
