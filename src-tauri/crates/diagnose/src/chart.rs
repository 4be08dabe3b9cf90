//! The strip of availability: what was found when, for the screen and for the vendor's support.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::verdict::{Code, Kind, Side, Verdict};
use crate::{Round, SaveCall};

/// How it was at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PointState {
    /// Answered in time.
    Well,
    /// Late, or slow.
    Slow,
    /// Not to be reached, or in trouble.
    Down,
    /// A value was refused.
    Refused,
}

/// One look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Point {
    /// When it began, by this computer's clock.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// How it was.
    pub state: PointState,
    /// What all calls of the look took together, in milliseconds.
    pub ms: f64,
    /// Whether it signed in, or read with the token of an earlier look.
    pub signed_in: bool,
    /// The verdict's name.
    pub code: Code,
    /// The call it is about.
    pub call: Option<SaveCall>,
    /// Whose side it is.
    pub side: Option<Side>,
}

impl Point {
    pub(crate) fn new(verdict: &Verdict, round: &Round, at: Timestamp, signed_in: bool) -> Point {
        Point {
            at,
            state: match verdict.kind {
                Kind::Well => PointState::Well,
                // A wrong clock here keeps nobody from saving.
                _ if verdict.code == Code::ClockSkew && round.complete => PointState::Well,
                Kind::Slow => PointState::Slow,
                Kind::Authentication => PointState::Refused,
                Kind::Unreachable | Kind::Unknown => PointState::Down,
            },
            ms: round.total_ms,
            signed_in,
            code: verdict.code,
            call: verdict.call,
            side: verdict.side,
        }
    }
}

/// A time in which nothing changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Stretch {
    /// The first look of it.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub from: Timestamp,
    /// The first look after it, or its last one.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub until: Timestamp,
    /// How it was.
    pub state: PointState,
    /// Looks within it.
    pub looks: u32,
    /// The longest of them, in milliseconds.
    pub longest_ms: f64,
}

/// The data of the strip chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Chart {
    /// Every look, oldest first.
    pub points: Vec<Point>,
    /// The same, drawn together.
    pub stretches: Vec<Stretch>,
}

impl Chart {
    /// The chart of these looks.
    #[must_use]
    pub fn of(points: Vec<Point>) -> Chart {
        let mut stretches: Vec<Stretch> = Vec::new();
        for point in &points {
            if let Some(last) = stretches.last_mut() {
                last.until = point.at;
                if last.state == point.state {
                    last.looks += 1;
                    last.longest_ms = last.longest_ms.max(point.ms);
                    continue;
                }
            }
            stretches.push(Stretch {
                from: point.at,
                until: point.at,
                state: point.state,
                looks: 1,
                longest_ms: point.ms,
            });
        }
        Chart { points, stretches }
    }
}

/// Looks as CSV (RFC 4180), with a head line; times in UTC, milliseconds with one decimal.
#[must_use]
pub fn csv(points: &[Point]) -> String {
    let mut text = String::from("time,state,ms,signed_in,verdict,call,side,measured_from\r\n");
    for point in points {
        let fields = [
            point.at.to_string(),
            word(&point.state),
            format!("{:.1}", point.ms),
            point.signed_in.to_string(),
            word(&point.code),
            point.call.as_ref().map(word).unwrap_or_default(),
            point.side.as_ref().map(word).unwrap_or_default(),
            "this computer".to_owned(),
        ];
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A unit variant as it is on the wire. None of them needs quoting.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(second: i64, state: PointState, ms: f64) -> Point {
        Point {
            at: Timestamp::from_second(1_790_000_000 + second).unwrap(),
            state,
            ms,
            signed_in: second % 2 == 0,
            code: Code::Slow,
            call: Some(SaveCall::Token),
            side: Some(Side::Cxone),
        }
    }

    #[test]
    fn equal_looks_are_one_stretch_and_stretches_meet() {
        use PointState::{Down, Well};
        let looks = [(0, Down, 5.0), (10, Down, 9.0), (30, Well, 2.0)];
        let chart = Chart::of(looks.map(|(at, state, ms)| point(at, state, ms)).to_vec());
        let [down, well] = &chart.stretches[..] else {
            panic!("{chart:?}")
        };
        assert_eq!((down.looks, down.longest_ms), (2, 9.0));
        assert_eq!(
            (down.until, well.from, well.until),
            (chart.points[2].at, chart.points[2].at, chart.points[2].at)
        );
    }

    #[test]
    fn csv_has_a_line_for_each_look() {
        insta::assert_snapshot!(csv(&[point(0, PointState::Slow, 9812.34), point(5, PointState::Well, 240.0)]).replace('\r', ""), @r"
        time,state,ms,signed_in,verdict,call,side,measured_from
        2026-09-21T14:13:20Z,slow,9812.3,true,slow,token,cxone,this computer
        2026-09-21T14:13:25Z,well,240.0,false,slow,token,cxone,this computer
        ");
    }
}
