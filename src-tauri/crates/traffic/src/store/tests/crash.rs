//! A process that is killed while it captures.

use super::*;

const VICTIM: &str = "HANDOVER_TEST_TRAFFIC_VICTIM";

/// Not a test of its own: the process that is killed, when the test below starts it.
#[test]
fn victim() {
    let Some(path) = std::env::var_os(VICTIM) else {
        return;
    };
    let store = Store::open(Path::new(&path)).unwrap();
    let batching = Batching {
        batch: 20,
        wait: Duration::ZERO,
        ..Batching::default()
    };
    let writer = store
        .capture(batching, |news| {
            if let News::Rows(last) = news {
                println!("rows {last}");
            }
        })
        .unwrap();
    let privacy = privacy(true);
    let begin = store.last().unwrap();
    for n in 0.. {
        writer.offer(&privacy, said(n, &format!("line {}", begin + n as u64 + 1)), None);
        if n % 50 == 0 {
            writer.flush();
        }
    }
}

#[test]
fn killed_at_any_moment_the_store_opens_and_has_all_that_was_told() {
    use std::io::{BufRead, BufReader};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("traffic.sqlite");
    let mut before = 0;
    for round in 0..100u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "store::tests::crash::victim",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(VICTIM, &path)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut told = before;
        let mut heard = 0;
        // Killed after a few batches, at whatever the writer does then.
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some((_, last)) = line.rsplit_once("rows ") {
                told = last.trim().parse().unwrap();
                heard += 1;
                if heard > round % 7 {
                    break;
                }
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(heard > 0, "the victim wrote something in round {round}");
        let store = Store::open(&path).unwrap();
        let last = store.last().unwrap();
        assert!(last >= told, "round {round}: {told} was told, {last} is there");
        let all = store.since(&Filter::All, &now(), before, 100_000).unwrap();
        assert_eq!(all.len() as u64, last - before, "no gap in round {round}");
        for event in &all {
            let What::Message(message) = &event.what else {
                panic!("{event:?}")
            };
            assert_eq!(message.text.kept(), Some(format!("line {}", event.seq).as_str()));
        }
        assert_eq!(
            found(&store, &format!("text:\"line {last}\"")).first(),
            Some(&last)
        );
        before = last;
    }
    assert!(before > 100);
}
