//! Profiles that are verified in the background. One task looks after all of them; what it decides by is in
//! [`crate::watch`].

mod commands;

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use profile::{Pause, PauseReason, ProfileId, Record, Watch};
use tokio::sync::Notify;

use super::verify::{Origin, Wanted};
use crate::Desk;
use crate::desk::lock;
use crate::notify::{Notice, Screen};
use crate::watch::radar::HostCertificate;
use crate::watch::{Change, Schedule, Seen, Standing, Time, Turn, observe, standing, words};
use crate::wire::{Empty, ErrorCode, Event, HostKind, WatchPaused, WatchState, WatchView, WireError};

/// The longest time between two looks at the profiles.
const LOOK: Duration = Duration::from_secs(30);
/// How long certificates that were looked at are taken for what is there.
const CERTIFICATES: jiff::SignedDuration = jiff::SignedDuration::from_hours(12);

/// What is known of watches beyond what their profiles keep.
pub(crate) struct Watchers {
    time: Arc<dyn Time>,
    live: Mutex<HashMap<ProfileId, Live>>,
    /// Watches that were on at the start, where the preferences say that they wait.
    held: Mutex<BTreeSet<ProfileId>>,
    wake: Arc<Notify>,
    certificates: Mutex<HashMap<ProfileId, (Timestamp, Vec<HostCertificate>)>>,
    silent: AtomicBool,
}

struct Live {
    schedule: Schedule,
    trouble: Option<WireError>,
}

impl Watchers {
    pub(crate) fn new(time: Arc<dyn Time>) -> Self {
        Self {
            time,
            live: Mutex::default(),
            held: Mutex::default(),
            wake: Arc::default(),
            certificates: Mutex::default(),
            silent: AtomicBool::new(false),
        }
    }

    /// Something changed: look at once.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }
}

impl Desk {
    /// Looks after the watches until the application stops. A command of the terminal, which is gone in a moment, does not:
    /// `handover watch` goes its own way.
    pub(crate) async fn watch_profiles(&self) {
        if self.inner.options.host.kind() == HostKind::Terminal {
            return;
        }
        let preferences = self.preferences_get(Empty {}).await.unwrap_or_default();
        self.watch_prefers(&preferences);
        if !preferences.watch_at_start {
            let all = self.inner.profiles.all().await;
            let records = all.map(|all| all.records).unwrap_or_default();
            let on = records.into_iter().filter(|record| watch_of(record).is_running());
            lock(&self.inner.watchers.held).extend(on.map(|record| record.id));
        }
        let weak = Arc::downgrade(&self.inner);
        let stop = self.inner.stop.clone();
        let time = Arc::clone(&self.inner.watchers.time);
        let wake = Arc::clone(&self.inner.watchers.wake);
        tokio::spawn(async move {
            loop {
                let Some(inner) = weak.upgrade() else { return };
                let wait = Self { inner }.watch_turn().await;
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = wake.notified() => {}
                    () = time.sleep(wait) => {}
                }
            }
        });
    }

    /// Follows the preferences that concern the background.
    pub(crate) fn watch_prefers(&self, preferences: &crate::wire::Preferences) {
        let silent = !preferences.notifications;
        self.inner.watchers.silent.store(silent, Ordering::Relaxed);
    }

    /// Begins the runs that are due; gives the time until the next look.
    async fn watch_turn(&self) -> Duration {
        let Ok(all) = self.inner.profiles.all().await else {
            return LOOK;
        };
        let watched: Vec<Record> = all
            .records
            .into_iter()
            .filter(|record| watch_of(record).on)
            .collect();
        lock(&self.inner.watchers.live).retain(|id, _| watched.iter().any(|record| record.id == *id));
        let mut wait = LOOK;
        for mut record in watched {
            if self.goes_on(&record).await
                && let Ok(resumed) = self.unpause(&record.id).await
            {
                record = resumed;
            }
            if watch_of(&record).paused.is_some() || self.is_held(&record.id) {
                lock(&self.inner.watchers.live).remove(&record.id);
                continue;
            }
            match self.take_turn(&record) {
                Turn::Wait(time) => wait = wait.min(time),
                Turn::Run => self.watch_run(record).await,
            }
        }
        wait
    }

    fn take_turn(&self, record: &Record) -> Turn {
        let watchers = &self.inner.watchers;
        let (now, spread) = (watchers.time.now(), watchers.time.spread());
        let every = interval(record);
        let last = self.last_end(&record.id);
        let is_new = {
            let mut live = lock(&watchers.live);
            let same = live
                .get(&record.id)
                .is_some_and(|live| live.schedule.every().unsigned_abs() == every);
            if !same {
                let schedule = Schedule::new(every, last, now, spread);
                live.insert(
                    record.id.clone(),
                    Live {
                        schedule,
                        trouble: None,
                    },
                );
            }
            !same
        };
        let turn = {
            let mut live = lock(&watchers.live);
            let Some(live) = live.get_mut(&record.id) else {
                return Turn::Wait(LOOK);
            };
            let turn = live.schedule.turn(now, spread);
            if turn == Turn::Run {
                live.schedule.ran(now, spread);
            }
            turn
        };
        if is_new && turn != Turn::Run {
            self.tell_watch(record);
        }
        turn
    }

    async fn watch_run(&self, record: Record) {
        // A vault that nobody opened is no fault of the profile's; it is asked again at the next turn.
        if let Err(error) = self.needs_open_vault(&record) {
            if let Some(live) = lock(&self.inner.watchers.live).get_mut(&record.id) {
                live.trouble = Some(error);
            }
        } else if !lock(&self.inner.jobs).contains_key(&record.id) {
            // What a watch wants asks for nothing, and so cannot be refused.
            if let Err(error) = self.launch(record.clone(), Wanted::default(), None, Origin::Watch) {
                tracing::warn!(code = ?error.code, "a watched profile was not verified");
            }
        }
        self.tell_watch(&record);
    }

    /// Takes a run into account, whoever wanted it: called when it is over and its report is kept. `values` is the mark of
    /// what it was made with.
    pub(crate) async fn watch_saw(
        &self,
        id: &ProfileId,
        seen: Option<(Seen, String)>,
        trouble: Option<WireError>,
        values: String,
        origin: Origin,
    ) {
        let Ok(record) = self.record(id).await else {
            return;
        };
        if !watch_of(&record).on {
            return;
        }
        if let Some(live) = lock(&self.inner.watchers.live).get_mut(id) {
            live.trouble = trouble.filter(|error| error.code != ErrorCode::Cancelled);
        }
        let Some((seen, headline)) = seen else {
            self.tell_watch(&record);
            return;
        };
        let by_hand = origin == Origin::Hand;
        let mut watch = watch_of(&record);
        let before = watch.clone();
        let verdict = observe(&mut watch, &seen, by_hand);
        if verdict.pause {
            watch.paused = Some(Pause {
                why: PauseReason::Refused,
                since: self.inner.watchers.time.now(),
                values: Some(values),
            });
        } else if verdict.accepted
            && watch
                .paused
                .as_ref()
                .is_some_and(|it| it.why == PauseReason::Refused)
        {
            watch.paused = None;
        }
        let kept = if watch == before {
            Ok(record)
        } else {
            self.change(id, move |record| record.watch = Some(watch)).await
        };
        match kept {
            Ok(record) => {
                // A run by hand is one of the watch's, too: the next is an interval away.
                let watchers = &self.inner.watchers;
                if let Some(live) = lock(&watchers.live).get_mut(id)
                    && by_hand
                    && seen.whole
                {
                    live.schedule.ran(watchers.time.now(), watchers.time.spread());
                }
                if let Some(change) = verdict.change {
                    self.tell_change(&record, &change, &headline).await;
                }
                self.tell_watch(&record);
            }
            Err(error) => tracing::warn!(%error, "what a watch saw could not be kept"),
        }
        self.inner.watchers.wake();
    }

    async fn tell_change(&self, record: &Record, change: &Change, headline: &str) {
        if self.inner.watchers.silent.load(Ordering::Relaxed) {
            return;
        }
        let (title, body) = words(change, &record.profile.name, headline);
        let notice = Notice {
            about: record.id.clone(),
            screen: Screen::Verify,
            title: verify::printable(&title),
            body,
            urgency: change.urgency(),
        };
        if let Err(error) = self.tell(notice).await {
            tracing::warn!(%error, "a change could not be told");
        }
    }

    /// Whether a watch that paused for refused credentials goes on, because other values are there now.
    async fn goes_on(&self, record: &Record) -> bool {
        match watch_of(record).paused {
            Some(Pause {
                why: PauseReason::Refused,
                values: Some(values),
                ..
            }) => self.mark(record).await != values,
            _ => false,
        }
    }

    /// A watch that begins because somebody wants it: without a run of late its first one is due at once.
    fn begin_schedule(&self, record: &Record, last: Option<Timestamp>) {
        let watchers = &self.inner.watchers;
        let schedule = Schedule::new(interval(record), last, watchers.time.now(), 0.0);
        lock(&watchers.live).insert(
            record.id.clone(),
            Live {
                schedule,
                trouble: None,
            },
        );
    }

    async fn unpause(&self, id: &ProfileId) -> Result<Record, WireError> {
        lock(&self.inner.watchers.held).remove(id);
        // Due at once: whoever resumes wants to know.
        lock(&self.inner.watchers.live).remove(id);
        let record = self
            .change(id, |record| {
                if let Some(watch) = &mut record.watch {
                    watch.paused = None;
                }
            })
            .await?;
        self.begin_schedule(&record, None);
        self.tell_watch(&record);
        Ok(record)
    }

    /// A mark of everything a refusal can depend on that can be changed here. Holds no value itself.
    pub async fn mark(&self, record: &Record) -> String {
        let secrets: Vec<_> = record
            .secrets
            .iter()
            .map(|(field, note)| (field, note.set_at.to_string(), &note.binding))
            .collect();
        let faults = if self.is_sample(&record.id) {
            self.faults_played().await
        } else {
            BTreeSet::new()
        };
        let all = (
            &record.profile,
            &record.connection,
            secrets,
            &record.trusted_hosts,
            faults,
        );
        // Plain values: this cannot fail, and a mark that is always the same only keeps the pause.
        format!("{:016x}", fnv(&serde_json::to_vec(&all).unwrap_or_default()))
    }

    /// Whether the program has a reason to go on without its window.
    pub fn is_watching(&self) -> bool {
        !lock(&self.inner.watchers.live).is_empty()
    }

    /// How all watched profiles stand; none where none is watched.
    ///
    /// # Errors
    /// When the profiles cannot be read.
    pub async fn standing(&self) -> Result<Option<Standing>, WireError> {
        let all = self.inner.profiles.all().await?;
        let watches: Vec<_> = all
            .records
            .iter()
            .map(|record| (watch_of(record), self.is_held(&record.id)))
            .collect();
        Ok(standing(&watches))
    }

    fn is_held(&self, id: &ProfileId) -> bool {
        lock(&self.inner.watchers.held).contains(id)
    }

    /// When the last run ended that this program knows of; the list of profiles recalls those of others.
    fn last_end(&self, id: &ProfileId) -> Option<Timestamp> {
        lock(&self.inner.reports).get(id).map(|finished| finished.at)
    }

    fn tell_watch(&self, record: &Record) {
        self.emit(Event::Watch {
            status: self.watch_view(record),
        });
    }

    fn watch_view(&self, record: &Record) -> WatchView {
        let watch = watch_of(record);
        let running = lock(&self.inner.jobs).contains_key(&record.id);
        let held = self.is_held(&record.id).then(|| WatchPaused {
            why: PauseReason::ByHand,
            since: record.changed_at.to_string(),
        });
        let paused = watch.paused.as_ref().map(|pause| WatchPaused {
            why: pause.why,
            since: pause.since.to_string(),
        });
        let paused = paused.or(held).filter(|_| watch.on);
        let live = lock(&self.inner.watchers.live);
        let live = live.get(&record.id).filter(|_| watch.on && paused.is_none());
        WatchView {
            profile_id: record.id.clone(),
            state: match (watch.on, &paused, running) {
                (false, ..) => WatchState::Off,
                (true, Some(_), _) => WatchState::Paused,
                (true, None, true) => WatchState::Running,
                (true, None, false) => WatchState::Watching,
            },
            every_min: watch.minutes(),
            paused,
            next_at: live.map(|live| live.schedule.next().to_string()),
            last_at: self.last_end(&record.id).map(|at| at.to_string()),
            trouble: live.and_then(|live| live.trouble.clone()),
            offline: watch.on && watch.offline,
        }
    }
}

fn watch_of(record: &Record) -> Watch {
    record.watch.clone().unwrap_or_default()
}

fn interval(record: &Record) -> Duration {
    Duration::from_secs(u64::from(watch_of(record).minutes()) * 60)
}

/// FNV-1a: a mark that is the same in every version of this program, which a hash of the standard library is not.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
