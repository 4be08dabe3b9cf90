//! Why Save stays active: the calls that Save makes, measured by phase, and a verdict with a name.
//!
//! Cognigy.AI shows one symptom for everything, so this crate makes the same calls from this computer and tells apart what
//! a person can act on: a value that is refused, a call that is late, a way that is closed.
//!
//! Invariants:
//!
//! - **The same way as the real client**: `cxone` makes the calls, on a client with a gauge. TLS, proxy decision and resolver
//!   are the ordinary ones; only the connection is a fresh one for each call.
//! - **A refused credential is offered once.** The rounds stop there. One sign-in a round, and in a wait at most one in the
//!   time that [`Patience`] says.
//! - **Nothing is written** unless it was asked for; what was made is removed again ([`Plan::create`]).
//! - **A verdict is a pure function** of what was measured, the budget and what is usual ([`verdict`](fn@verdict)). It says from where it
//!   was measured, and blames Cognigy.AI only by its own word or, with low confidence, by elimination.
//! - **No secret in a result**: texts come from redacted reports and from the profile's plain fields.

mod call;
mod chart;
mod create;
mod diagnosis;
mod gauge;
mod measure;
mod problem;
mod read;
mod render;
mod round;
mod sample;
mod slow;
mod usual;
mod verdict;
mod watch;
mod words;

pub use call::SaveCall;
pub use chart::{Chart, Point, PointState, Stretch, csv};
pub use diagnosis::{CognigySays, CognigyStatus, Diagnosis, diagnose, diagnosis_schema, judge};
pub use measure::{Measurement, OnProgress, Plan, Progress, Subject, measure};
pub use problem::{KeyState, OwnerState, Problem, Refusal, Trouble};
pub use render::{bars, millis};
pub use round::{CallStats, Round};
pub use sample::Sample;
pub use usual::{Earlier, Usual, UsualCall, usual};
pub use verdict::{Code, Confidence, Kind, Measured, Side, Verdict, verdict};
pub use watch::{Ended, OnPoint, Patience, Sleeper, SystemSleeper, Wait, Waited, wait};
