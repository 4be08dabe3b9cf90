//! Request and answer on a prepared stream.

use super::*;

pub(super) fn overdue(phase: Option<Phase>) -> Failure {
    Failure::new(FailureKind::Timeout, phase, "no progress within the time limit")
}

pub(super) async fn make(
    _tools: &Tools<'_>,
    _url: &Url,
    _method: Method,
    _http1: bool,
    _report: &mut ProbeReport,
) -> Result<(), Failure> {
    Ok(())
}
