//! What the administrator enters: provider profile, addresses, BYOC form, checklist.
