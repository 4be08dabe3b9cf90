//! Check values, runner and report.
