//! 2xx
use std::sync::Arc;
use crate::context::{Context, Judged};
use crate::finding::Finding;
#[derive(Default)]
pub(crate) struct Calls {}
pub(crate) async fn provider(_: Arc<Context>) -> Judged { Ok(Finding::pass("")) }
pub(crate) async fn address(_: Arc<Context>) -> Judged { Ok(Finding::pass("")) }
pub(crate) async fn host(_: Arc<Context>) -> Judged { Ok(Finding::pass("")) }
pub(crate) async fn service(_: Arc<Context>) -> Judged { Ok(Finding::pass("")) }
pub(crate) async fn known(_: Arc<Context>) -> Judged { Ok(Finding::pass("")) }
pub(crate) async fn credentials(_: Arc<Context>) -> Judged { Ok(Finding::pass("")) }
pub(crate) async fn without_token(_: Arc<Context>) -> Judged { Ok(Finding::pass("")) }
pub(crate) async fn actions(_: Arc<Context>) -> Judged { Ok(Finding::pass("")) }
