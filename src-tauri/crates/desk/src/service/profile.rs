use jiff::Timestamp;
use profile::{Profile, ProfileId, Record, SecretField};
use secrecy::ExposeSecret;

use super::{merge, view};
use crate::Desk;
use crate::wire::*;

/// Longest provider name that is kept; both consoles cut far earlier.
const LONGEST_NAME: usize = 200;
/// Longest name of a host with its port.
const LONGEST_HOST: usize = 259;

impl Desk {
    pub(crate) async fn profile_list(&self, _: Empty) -> Result<ProfileList, WireError> {
        let all = self.inner.profiles.all().await?;
        let played = self.faults_played().await;
        let mut profiles = Vec::with_capacity(all.records.len());
        for record in &all.records {
            profiles.push(ProfileSummary {
                id: record.id.clone(),
                name: record.profile.name.clone(),
                sandbox: self.is_sample(&record.id),
                changed_at: record.changed_at.to_string(),
                last_run: self.last_run(record, &played).await,
            });
        }
        profiles.sort_by_key(|profile| profile.name.to_lowercase());
        Ok(ProfileList {
            profiles,
            recovered: all.recovered,
            unreadable: all.unreadable,
        })
    }

    pub(crate) async fn profile_get(&self, request: ByIdRequest) -> Result<ProfileView, WireError> {
        let record = self.record(&request.id).await?;
        Ok(self.view(&record))
    }

    pub(crate) async fn profile_create(&self, request: NewProfile) -> Result<ProfileView, WireError> {
        let name = self.free_name(&request.name, None).await?;
        self.add_new(Profile {
            name,
            ..Profile::default()
        })
        .await
    }

    pub(crate) async fn profile_save(&self, draft: ProfileDraft) -> Result<ProfileView, WireError> {
        let typed = Typed {
            profile: draft.profile,
            connection: draft.connection,
        };
        let record = self
            .change(&draft.id, move |record| {
                let stored = Typed {
                    profile: record.profile.clone(),
                    connection: record.connection.clone(),
                };
                let merged = match draft.seen {
                    Some(seen) => merge::three_way(&seen, &typed, &stored).unwrap_or(typed),
                    None => typed,
                };
                record.profile = merged.profile;
                record.connection = merged.connection;
            })
            .await?;
        Ok(self.view(&record))
    }

    pub(crate) async fn profile_rename(&self, request: NameRequest) -> Result<ProfileView, WireError> {
        let name = self.free_name(&request.name, Some(&request.id)).await?;
        let record = self
            .change(&request.id, move |record| record.profile.name = name)
            .await?;
        Ok(self.view(&record))
    }

    pub(crate) async fn profile_duplicate(&self, request: NameRequest) -> Result<ProfileView, WireError> {
        let source = self.record(&request.id).await?;
        let name = self.free_name(&request.name, None).await?;
        self.add(source.duplicate(ProfileId::random(), name, Timestamp::now()))
            .await
    }

    pub(crate) async fn profile_delete(&self, request: ByIdRequest) -> Result<Empty, WireError> {
        let record = self.record(&request.id).await?;
        self.forget_run(&request.id);
        // Secrets first: a profile that is gone leaves no name under which they could be found again.
        for field in record.secrets.keys().copied() {
            self.drop_secret(&record, field).await.map_err(|error| {
                let message = format!(
                    "{:?} was not deleted, because its secrets could not be: {}",
                    record.profile.name, error.message
                );
                WireError { message, ..error }
            })?;
        }
        self.inner.profiles.remove(&request.id).await?;
        self.forget_history(&request.id).await;
        self.forget_script(&request.id).await;
        self.emit(Event::Profiles {});
        Ok(Empty {})
    }

    pub(crate) async fn profile_export(&self, request: ByIdRequest) -> Result<ExportedProfile, WireError> {
        let record = self.record(&request.id).await?;
        Ok(ExportedProfile {
            file_name: format!("{}.handover.json", file_stem(&record.profile.name)),
            json: profile::export(&record.profile),
        })
    }

    pub(crate) async fn profile_import(&self, request: ImportRequest) -> Result<ImportOutcome, WireError> {
        let imported = profile::import(&request.json)
            .map_err(|error| WireError::new(ErrorCode::Invalid, error.to_string()).hint(error.hint()))?;
        importable_name(&imported.profile.name)?;
        if !imported.foreign_hosts.is_empty() && !request.accept_hosts {
            return Ok(ImportOutcome {
                id: None,
                name: None,
                foreign_hosts: imported.foreign_hosts,
            });
        }
        let mut profile = imported.profile;
        profile.name = self.unused_name(&profile.name).await?;
        let mut record = Record::new(ProfileId::random(), profile, Timestamp::now());
        record.typed_form = imported.typed_form;
        let view = self.add(record).await?;
        Ok(ImportOutcome {
            id: Some(view.id),
            name: Some(view.profile.name),
            foreign_hosts: imported.foreign_hosts,
        })
    }

    pub(crate) async fn profile_trust_host(
        &self,
        request: HostConfirmation,
    ) -> Result<ProfileView, WireError> {
        let host = request.host.trim().to_lowercase();
        if host.len() > LONGEST_HOST || url::Url::parse(&format!("https://{host}/")).is_err() {
            return Err(
                WireError::new(ErrorCode::Invalid, format!("{:?} is not a host.", request.host))
                    .hint("A host looks like login.example.com or login.example.com:8443."),
            );
        }
        let record = self
            .change(&request.id, move |record| {
                record.trusted_hosts.insert(host);
            })
            .await?;
        Ok(self.view(&record))
    }

    pub(crate) async fn profile_distrust_host(
        &self,
        request: HostConfirmation,
    ) -> Result<ProfileView, WireError> {
        let record = self
            .change(&request.id, move |record| {
                record.trusted_hosts.remove(&request.host);
            })
            .await?;
        Ok(self.view(&record))
    }

    pub(crate) async fn profile_set_aside(&self, _: Empty) -> Result<ProfileList, WireError> {
        self.inner.profiles.set_aside().await?;
        self.emit(Event::Profiles {});
        self.profile_list(Empty {}).await
    }

    pub(crate) async fn checklist_mark(&self, request: ChecklistMark) -> Result<ProfileView, WireError> {
        let since = request
            .since
            .map(|text| {
                text.parse::<Timestamp>().map_err(|_| {
                    WireError::new(ErrorCode::Invalid, format!("{text:?} is not a point in time."))
                        .hint("Use RFC 3339, such as 2026-11-23T09:00:00Z.")
                })
            })
            .transpose()?;
        let record = self
            .change(&request.id, move |record| {
                record
                    .checklist
                    .mark(request.step, request.state, since.unwrap_or_else(Timestamp::now));
                if let Some(mark) = record.checklist.steps.get_mut(&request.step) {
                    mark.note = request.note;
                    mark.since = since.unwrap_or(mark.since);
                }
            })
            .await?;
        Ok(self.view(&record))
    }

    pub(crate) async fn byoc_compare(&self, request: PasteRequest) -> Result<ProfileView, WireError> {
        let record = self.record(&request.id).await?;
        let form = record.form().map_err(|error| {
            WireError::new(
                ErrorCode::Invalid,
                format!("There is nothing to compare with yet: {error}"),
            )
            .hint(error.hint())
        })?;
        let typed = profile::parse_paste(request.text.0.expose_secret());
        if typed.is_empty() {
            return Err(
                WireError::new(ErrorCode::Invalid, "No value of the form was found in this text.").hint(
                    "Paste the fields with their names, one a line, or their values in the form's order.",
                ),
            );
        }
        // Without a readable secret the rest of the form can still be compared.
        let field = SecretField::IntegrationClientSecret;
        let secret = self.inner.secrets.get(&record, field).await.unwrap_or_default();
        // Of the typed secret only the verdict is kept; the rest of the form is, for the verification.
        let typed = typed.judged(&form, secret.as_ref());
        let record = self
            .change(&request.id, move |record| record.typed_form = Some(typed))
            .await?;
        Ok(self.view(&record))
    }

    pub(crate) async fn byoc_forget(&self, request: ByIdRequest) -> Result<ProfileView, WireError> {
        let record = self
            .change(&request.id, |record| record.typed_form = None)
            .await?;
        Ok(self.view(&record))
    }

    pub(crate) fn view(&self, record: &Record) -> ProfileView {
        view::profile(record, &self.inner.secrets, self.is_sample(&record.id))
    }

    async fn add_new(&self, profile: Profile) -> Result<ProfileView, WireError> {
        self.add(Record::new(ProfileId::random(), profile, Timestamp::now()))
            .await
    }

    async fn add(&self, record: Record) -> Result<ProfileView, WireError> {
        self.inner.profiles.add(record.clone()).await?;
        self.emit(Event::Profiles {});
        Ok(self.view(&record))
    }

    /// A name as typed, if it is one and nobody has it: it becomes the channel's name in CXone.
    async fn free_name(&self, name: &str, own: Option<&ProfileId>) -> Result<String, WireError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(
                WireError::new(ErrorCode::Invalid, "The profile needs a name.").hint(
                    "Use the handover provider's name in Cognigy.AI: it becomes the channel's name in CXone.",
                ),
            );
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(WireError::new(
                ErrorCode::Invalid,
                format!("The name is longer than {LONGEST_NAME} characters."),
            )
            .hint("Use the handover provider's name in Cognigy.AI."));
        }
        let taken = self.inner.profiles.all().await?.records;
        if taken
            .iter()
            .any(|known| Some(&known.id) != own && known.profile.name == name)
        {
            return Err(WireError::new(
                ErrorCode::Invalid,
                format!("There is a profile named {name:?} already."),
            )
            .hint("Choose another name; the provider's name is unique in Cognigy.AI, too."));
        }
        Ok(name.to_owned())
    }

    async fn unused_name(&self, wanted: &str) -> Result<String, WireError> {
        let taken = self.inner.profiles.all().await?.records;
        let free = |name: &str| taken.iter().all(|known| known.profile.name != name);
        if free(wanted) {
            return Ok(wanted.to_owned());
        }
        let numbered = (2..)
            .map(|number| format!("{wanted} ({number})"))
            .find(|name| free(name));
        Ok(numbered.unwrap_or_else(|| wanted.to_owned()))
    }
}

/// A name of a profile as the beginning of a file's name.
pub(super) fn file_stem(name: &str) -> String {
    let plain = |c: char| match c.is_alphanumeric() {
        true => c.to_ascii_lowercase(),
        false => '-',
    };
    let stem: String = name.chars().map(plain).take(60).collect();
    match stem.trim_matches('-') {
        "" => "profile".to_owned(),
        stem => stem.to_owned(),
    }
}

/// A stored profile is found by its name; a file may do without.
fn importable_name(name: &str) -> Result<(), WireError> {
    let found = name.chars().count();
    let message = if name.trim().is_empty() {
        "The profile has no name.".to_owned()
    } else if found > profile::MAX_NAME_CHARS {
        format!(
            "The name of the profile has {found} characters; the limit is {}.",
            profile::MAX_NAME_CHARS
        )
    } else {
        return Ok(());
    };
    Err(WireError::new(ErrorCode::Invalid, message).hint(profile::ProfileField::Name.find()))
}
