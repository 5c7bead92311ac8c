//! The processes below this one, where there is no namespace that would end them all at once.
//!
//! They are found by asking each for its children. The calling process must be a subreaper, so that none leaves the
//! tree when its parent ends, and single-threaded, so that nobody else waits for its children.

use std::collections::HashSet;
use std::fs;

use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, getpid, kill_process, wait};

/// Every process below one, itself not among them.
pub(super) fn below(process: Pid) -> Vec<Pid> {
    let mut found = children(process);
    let mut looked_at = 0;
    while let Some(&process) = found.get(looked_at) {
        found.extend(children(process));
        looked_at += 1;
    }
    found
}

/// A process has a list for each of its threads.
pub(super) fn children(process: Pid) -> Vec<Pid> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = threads.map(|thread| fs::read_to_string(thread.path().join("children")).unwrap_or_default());
    lists.flat_map(|list| list.split_whitespace().filter_map(number).collect::<Vec<_>>()).collect()
}

fn number(text: &str) -> Option<Pid> {
    text.parse().ok().and_then(Pid::from_raw)
}

/// Ends the trees below this process but for those that are to be kept, and tells of every child that ends meanwhile.
/// Nothing that they do keeps them alive: when this returns, only what is kept is left.
pub(super) fn end(keep: impl Fn(Pid) -> bool, mut ended: impl FnMut(Pid, WaitStatus)) {
    loop {
        reap(&mut ended);
        stop(&keep);
        let condemned = to_end(&keep);
        if condemned.is_empty() {
            return;
        }
        // Nobody but us can reap what is stopped or killed, so the numbers are still theirs.
        condemned.into_iter().for_each(|process| signal(process, Signal::KILL));
        // One of our own children is among them, so this does not wait for long.
        if let Ok(Some((process, status))) = wait(WaitOptions::empty()) {
            ended(process, status);
        }
    }
}

/// Tells of every child that has ended.
pub(super) fn reap(ended: &mut impl FnMut(Pid, WaitStatus)) {
    while let Ok(Some((process, status))) = wait(WaitOptions::NOHANG) {
        ended(process, status);
    }
}

/// Until there is none that is not stopped: a process with a signal on its way cannot fork any more, and as long as it
/// is there it counts against the limit of processes. So a fork bomb cannot outrun this.
fn stop(keep: &impl Fn(Pid) -> bool) {
    let mut stopped = HashSet::new();
    loop {
        let new: Vec<Pid> = to_end(keep).into_iter().filter(|process| stopped.insert(*process)).collect();
        if new.is_empty() {
            return;
        }
        new.into_iter().for_each(|process| signal(process, Signal::STOP));
    }
}

fn to_end(keep: &impl Fn(Pid) -> bool) -> Vec<Pid> {
    let condemned: Vec<Pid> = children(getpid()).into_iter().filter(|child| !keep(*child)).collect();
    let below = condemned.iter().flat_map(|child| below(*child)).collect::<Vec<_>>();
    condemned.into_iter().chain(below).collect()
}

fn signal(process: Pid, signal: Signal) {
    // It fails only if the process has ended.
    let _ = kill_process(process, signal);
}
