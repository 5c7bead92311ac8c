//! Watches the memory of a sandbox where the kernel does not limit it: without control groups, or with a `/tmp` that
//! is memory itself.

use std::fs;
use std::path::Path;

use hob_types::MemoryMib;
use rustix::event::Timespec;

use super::super::usage;

const MILLISECOND: i64 = 1_000_000;
/// After something has changed. A quiet sandbox is looked at less and less often.
const SHORTEST_PERIOD: i64 = 50 * MILLISECOND;
const LONGEST_PERIOD: i64 = 400 * MILLISECOND;
/// What is less than this is no news.
const STEP: u64 = 1 << 20;

pub(crate) struct Supervision {
    limit: u64,
    peak: u64,
    last: u64,
    period: i64,
}

pub(crate) struct Observed {
    pub(crate) is_too_much: bool,
    /// If it is worth telling.
    pub(crate) new_peak: Option<u64>,
}

impl Supervision {
    pub(crate) fn new(memory: MemoryMib) -> Self {
        Self { limit: memory.bytes(), peak: 0, last: 0, period: SHORTEST_PERIOD }
    }

    pub(super) fn limit(&mut self, memory: MemoryMib) {
        self.limit = memory.bytes();
    }

    pub(crate) fn period(&self) -> Timespec {
        Timespec { tv_sec: 0, tv_nsec: self.period }
    }

    /// Adds up what all processes but this one use. The content of `/tmp` does not count, also where they map it.
    pub(super) fn look(&mut self) -> Observed {
        let (mut own, mut shared) = (0, 0);
        for process in processes() {
            let memory = usage::of(&Path::new("/proc").join(process));
            own += memory.own;
            shared += memory.shared;
        }
        self.judge(own + shared.saturating_sub(content_of_tmp()))
    }

    pub(crate) fn judge(&mut self, used: u64) -> Observed {
        let is_quiet = used.abs_diff(self.last) < STEP;
        self.period = if is_quiet { (self.period * 2).min(LONGEST_PERIOD) } else { SHORTEST_PERIOD };
        self.last = used;
        let is_news = used >= self.peak + STEP;
        if is_news {
            self.peak = used;
        }
        Observed { is_too_much: used > self.limit, new_peak: is_news.then_some(used) }
    }
}

/// In bytes of memory.
fn content_of_tmp() -> u64 {
    match rustix::fs::statfs("/tmp") {
        Ok(tmp) if tmp.f_type == libc::TMPFS_MAGIC => {
            tmp.f_blocks.saturating_sub(tmp.f_bfree) * tmp.f_bsize.unsigned_abs()
        }
        _ => 0,
    }
}

fn processes() -> impl Iterator<Item = String> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name != "1" && name.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    fn supervision() -> Supervision {
        Supervision::new(MemoryMib::default())
    }

    #[test]
    fn more_than_the_memory_size_is_too_much() {
        let mut supervision = supervision();
        assert!(!supervision.judge(128 * MIB).is_too_much);
        assert!(supervision.judge(128 * MIB + 1).is_too_much);
    }

    #[test]
    fn another_memory_size_holds_at_once() {
        let mut supervision = supervision();
        supervision.limit(MemoryMib::try_from(256).unwrap());
        assert!(!supervision.judge(256 * MIB).is_too_much);
        assert!(supervision.judge(256 * MIB + 1).is_too_much);
    }

    #[test]
    fn only_a_higher_peak_is_told() {
        let mut supervision = supervision();
        assert_eq!(supervision.judge(10 * MIB).new_peak, Some(10 * MIB));
        assert_eq!(supervision.judge(5 * MIB).new_peak, None);
        assert_eq!(supervision.judge(10 * MIB + 1).new_peak, None);
        assert_eq!(supervision.judge(12 * MIB).new_peak, Some(12 * MIB));
    }

    #[test]
    fn a_quiet_sandbox_is_looked_at_less_often() {
        let mut supervision = supervision();
        supervision.judge(10 * MIB);
        for _ in 0..9 {
            supervision.judge(10 * MIB);
        }
        assert_eq!(supervision.period, LONGEST_PERIOD);
        supervision.judge(20 * MIB);
        assert_eq!(supervision.period, SHORTEST_PERIOD);
    }
}
