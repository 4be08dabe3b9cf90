//! Every pair of unrelated faults, with what is wrong and how many there were: `cargo bench -p verify --bench pairs`.
//!
//! A word after `--` keeps the pairs in which the name of one fault has it.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream;
use support::pairs;

/// Pairs under way at a time: more than processors, because hanging faults wait.
const SIDE_BY_SIDE: usize = 8;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let chosen: Vec<_> = pairs::all()
        .into_iter()
        .filter(|(one, other)| wanted(one.name()) || wanted(other.name()))
        .collect();
    let since = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let count = chosen.len();
    let failed = runtime.block_on(async {
        let mut judged = stream::iter(chosen)
            .map(|(one, other)| pairs::judged(one, other))
            .buffer_unordered(SIDE_BY_SIDE);
        let mut failed = 0;
        while let Some(wrong) = judged.next().await {
            failed += usize::from(!wrong.is_empty());
            for line in wrong {
                println!("{line}");
            }
        }
        failed
    });
    println!(
        "{count} pairs of {} faults in {:.1} s: {} well, {failed} not.",
        pairs::faults().len(),
        since.elapsed().as_secs_f64(),
        count - failed
    );
    match failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
