//! A server that is killed, or whose disk fails, loses nothing it has answered and shows nothing half done.
//!
//! The victim is this test program itself, started again with [`VICTIM_DIRECTORY`] set.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod victim;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use hob_storage::{DuePage, EventOrder, EventQuery, Storage, StreamSelection};
use hob_types::{AccountId, Random, Region, SeededRandom, Timestamp};

use crate::victim::{VICTIM_DIRECTORY, arn, group, is_whole_archive, is_whole_tree};

/// What the victim has had an answer for, such as `function f-7`.
type Answered = BTreeSet<String>;

#[tokio::test]
async fn what_was_answered_survives_a_kill_at_any_moment() {
    let directory = tempfile::tempdir().unwrap();
    let random: &dyn Random = &SeededRandom::new(7);
    let mut answered = Answered::new();
    for round in 0..12 {
        let answers_before_kill = (random.fraction() * 60.0) as usize;
        let mut victim = start_victim(directory.path(), round, "exec");
        read_answers(&mut victim, answers_before_kill, &mut answered);
        victim.kill().unwrap();
        // What was still in the pipe was answered too.
        read_answers(&mut victim, usize::MAX, &mut answered);
        victim.wait().unwrap();
        check(directory.path(), &answered).await;
    }
    assert!(!answered.is_empty());
}

/// A limit on file sizes makes writes fail with EFBIG, which SQLite reports as it reports a failing disk.
#[tokio::test]
async fn after_a_write_error_nothing_more_is_accepted_and_nothing_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let mut answered = Answered::new();
    let limit = "trap '' XFSZ; ulimit -f 600; exec";
    let mut victim = start_victim(directory.path(), 0, limit);
    read_answers(&mut victim, usize::MAX, &mut answered);
    victim.wait().unwrap();
    assert!(answered.remove("closed"), "{answered:?}");
    assert!(answered.len() > 10, "{answered:?}");
    check(directory.path(), &answered).await;
}

fn start_victim(directory: &Path, round: u32, how: &str) -> Child {
    Command::new("sh")
        .args(["-c", &format!("{how} \"$0\" \"$@\"")])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "victim::writes_until_it_ends", "--nocapture", "--quiet"])
        .env(VICTIM_DIRECTORY, directory)
        .env(victim::VICTIM_ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn read_answers(victim: &mut Child, max: usize, answered: &mut Answered) {
    let lines = BufReader::with_capacity(1, victim.stdout.as_mut().unwrap()).lines();
    let answers =
        lines.map_while(Result::ok).filter_map(|line| Some(line.strip_prefix("answered ")?.to_owned()));
    answered.extend(answers.take(max));
}

async fn check(directory: &Path, answered: &Answered) {
    let storage = Storage::open(directory, &SeededRandom::new(1)).unwrap();
    let kept = kept(&storage, directory).await;
    let lost: Vec<_> = answered.difference(&kept).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
}

/// Everything in the stores, by the names under which the victim reports it.
async fn kept(storage: &Storage, directory: &Path) -> Answered {
    let (account, region) = (AccountId::local(), Region::local());
    let functions = storage.functions().list(&account, &region, None, usize::MAX).await.unwrap();
    let query = EventQuery {
        group: group(),
        streams: StreamSelection::All,
        start: None,
        end: None,
        order: EventOrder::Forward { cut: None },
        limit: usize::MAX,
        bytes_max: usize::MAX,
    };
    let events = storage.logs().events(&query).await.unwrap().events;
    let page = DuePage { events: usize::MAX, bytes: usize::MAX };
    let pending = storage.events().due(&arn("pending"), Timestamp::EPOCH, Vec::new(), page).await.unwrap();
    let pending = pending.events.into_iter().map(|record| record.event.payload);
    let pending = pending.map(|payload| format!("pending {}", String::from_utf8_lossy(&payload)));
    let functions = functions.into_iter().map(|function| format!("function {}", function.arn.name));
    let events = events.into_iter().map(|event| format!("event {}", event.message));
    let trees = names("tree", &directory.join("code/trees"), is_whole_tree);
    let archives = names("archive", &directory.join("code/archives"), is_whole_archive);
    functions.chain(events).chain(pending).chain(trees).chain(archives).collect()
}

/// The files or directories in a directory, each of which must be whole.
fn names(kind: &str, directory: &Path, is_whole: impl Fn(&Path) -> bool) -> Vec<String> {
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: PathBuf| {
        assert!(is_whole(&path), "{} is half written", path.display());
        format!("{kind} {}", path.file_stem().unwrap().to_str().unwrap())
    };
    paths.map(name).collect()
}
