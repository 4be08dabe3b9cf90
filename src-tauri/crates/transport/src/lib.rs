//! The one HTTP client: TLS, proxy, phases, time-outs, redaction, recorder, probe.
