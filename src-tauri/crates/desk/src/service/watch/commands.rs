//! What a window or a terminal asks of the watches.

use profile::{Pause, PauseReason, ProfileId, Record, Watch};

use super::{CERTIFICATES, watch_of};
use crate::Desk;
use crate::desk::lock;
use crate::watch::radar::{self, Facts, Radar};
use crate::watch::{Seen, observe};
use crate::wire::{ByIdRequest, Empty, ErrorCode, WatchChoice, WatchSetting, WatchView, WireError};

impl Desk {
    pub(crate) async fn watch_list(&self, _: Empty) -> Result<Vec<WatchView>, WireError> {
        let all = self.inner.profiles.all().await?;
        let known = all.records.iter().filter(|record| record.watch.is_some());
        Ok(known.map(|record| self.watch_view(record)).collect())
    }

    pub(crate) async fn watch_get(&self, request: ByIdRequest) -> Result<WatchView, WireError> {
        Ok(self.watch_view(&self.record(&request.id).await?))
    }

    pub(crate) async fn watch_set(&self, request: WatchSetting) -> Result<WatchView, WireError> {
        if let Some(minutes) = request.every_min
            && !(Watch::SHORTEST..=Watch::LONGEST).contains(&minutes)
        {
            return Err(WireError::new(
                ErrorCode::Invalid,
                format!("{minutes} minutes are no interval of a watch."),
            )
            .hint(format!(
                "Choose {} to {} minutes.",
                Watch::SHORTEST,
                Watch::LONGEST
            )));
        }
        // What the last report shows is known already, and nothing to be told.
        let last = self.recall(&request.id).await;
        let last = last.map(|finished| Seen::of(&finished.report, true));
        let record = self
            .change(&request.id, move |record| {
                let watch = record.watch.get_or_insert_default();
                let begins = request.on && !watch.on;
                watch.on = request.on;
                watch.every_min = request.every_min.unwrap_or(watch.every_min);
                if begins {
                    (watch.paused, watch.offline) = (None, false);
                    watch.told.clear();
                    if let Some(seen) = last {
                        observe(watch, &seen, true);
                    }
                }
            })
            .await?;
        lock(&self.inner.watchers.held).remove(&record.id);
        lock(&self.inner.watchers.live).remove(&record.id);
        if watch_of(&record).is_running() {
            self.begin_schedule(&record, self.last_end(&record.id));
        }
        self.inner.watchers.wake();
        self.tell_watch(&record);
        Ok(self.watch_view(&record))
    }

    pub(crate) async fn watch_pause(&self, request: WatchChoice) -> Result<Vec<WatchView>, WireError> {
        let now = self.inner.watchers.time.now();
        let mut views = Vec::new();
        for record in self.chosen(request.id.as_ref()).await? {
            if !watch_of(&record).is_running() {
                views.push(self.watch_view(&record));
                continue;
            }
            let record = self
                .change(&record.id, move |record| {
                    if let Some(watch) = &mut record.watch {
                        watch.paused = Some(Pause {
                            why: PauseReason::ByHand,
                            since: now,
                            values: None,
                        });
                    }
                })
                .await?;
            self.tell_watch(&record);
            views.push(self.watch_view(&record));
        }
        self.inner.watchers.wake();
        Ok(views)
    }

    pub(crate) async fn watch_resume(&self, request: WatchChoice) -> Result<Vec<WatchView>, WireError> {
        let mut views = Vec::new();
        for record in self.chosen(request.id.as_ref()).await? {
            let record = self.unpause(&record.id).await?;
            views.push(self.watch_view(&record));
        }
        self.inner.watchers.wake();
        Ok(views)
    }

    pub(crate) async fn watch_verify(&self, request: WatchChoice) -> Result<Vec<WatchView>, WireError> {
        let mut views = Vec::new();
        for record in self.chosen(request.id.as_ref()).await? {
            self.watch_run(record.clone()).await;
            views.push(self.watch_view(&record));
        }
        Ok(views)
    }

    /// The profiles that are watched: this one, or all.
    async fn chosen(&self, id: Option<&ProfileId>) -> Result<Vec<Record>, WireError> {
        let records = match id {
            Some(id) => vec![self.record(id).await?],
            None => self.inner.profiles.all().await?.records,
        };
        Ok(records.into_iter().filter(|record| watch_of(record).on).collect())
    }

    pub(crate) async fn watch_radar(&self, request: ByIdRequest) -> Result<Radar, WireError> {
        let record = self.record(&request.id).await?;
        let finished = self.recall(&request.id).await;
        let report = finished.map(|finished| finished.report);
        let now = self.inner.watchers.time.now();
        let known = lock(&self.inner.watchers.certificates).get(&record.id).cloned();
        let hosts = radar::hosts(&record.profile, report.as_ref());
        let known = known.filter(|(at, known)| {
            now.duration_since(*at) < CERTIFICATES
                && hosts.iter().all(|host| known.iter().any(|it| it.host == *host))
        });
        let certificates = match known {
            Some((_, certificates)) => certificates,
            None => {
                let found = radar::certificates(&hosts).await;
                lock(&self.inner.watchers.certificates).insert(record.id.clone(), (now, found.clone()));
                found
            }
        };
        Ok(radar::list(&Facts {
            now,
            certificates: &certificates,
            report: report.as_ref(),
            secrets: &record.secrets,
            checklist: Some(&record.checklist),
            key: None,
        }))
    }
}
