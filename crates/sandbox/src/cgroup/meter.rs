//! Reads what a sandbox uses.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Layout, Version};

/// Reads one group's memory. Works, with zeros, after the group is gone and where there was none.
#[derive(Debug)]
pub(crate) struct Meter {
    group: Option<(Version, PathBuf)>,
    peak: AtomicU64,
}

impl Meter {
    pub(crate) fn new(layout: &Layout, name: &str) -> Self {
        let group = layout.memory.as_ref().map(|place| (place.version, place.directory.join(name)));
        Self { group, peak: AtomicU64::new(0) }
    }

    /// How many processes the kernel has killed in this group because its memory was used up.
    pub(crate) fn kills_for_memory(&self) -> u64 {
        match &self.group {
            Some((Version::V1, group)) => word(&read(group, "memory.oom_control"), "oom_kill"),
            Some((Version::V2, group)) => word(&read(group, "memory.events"), "oom_kill"),
            None => 0,
        }
    }

    /// The highest memory use so far, in bytes, without the page cache of files that nobody has mapped: the
    /// kernel gives that back when it is needed, and the content of `/tmp` is in it.
    pub(crate) fn memory_peak(&self) -> u64 {
        let now = match &self.group {
            Some((Version::V1, group)) => number(&read(group, "memory.max_usage_in_bytes"))
                .saturating_sub(cache_v1(&read(group, "memory.stat"))),
            Some((Version::V2, group)) => {
                number(&read(group, "memory.peak")).saturating_sub(cache_v2(&read(group, "memory.stat")))
            }
            None => 0,
        };
        self.peak.fetch_max(now, Ordering::Relaxed).max(now)
    }
}

/// `cache` counts shared memory, too, which here is the content of a `/tmp` in memory.
fn cache_v1(stat: &str) -> u64 {
    word(stat, "cache").saturating_sub(word(stat, "mapped_file"))
}

fn cache_v2(stat: &str) -> u64 {
    word(stat, "file").saturating_sub(word(stat, "file_mapped"))
}

fn read(group: &std::path::Path, file: &str) -> String {
    fs::read_to_string(group.join(file)).unwrap_or_default()
}

fn number(text: &str) -> u64 {
    text.trim().parse().unwrap_or(0)
}

/// The number behind a word, in a file of lines `word number`.
fn word(text: &str, word: &str) -> u64 {
    text.lines().find_map(|line| line.strip_prefix(word)?.strip_prefix(' ')).map_or(0, number)
}

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;

    fn meter(version: Version, files: &[(&str, &str)]) -> (tempfile::TempDir, Meter) {
        let parent = tempfile::tempdir().unwrap();
        fs::create_dir(parent.path().join("a")).unwrap();
        for (file, content) in files {
            fs::write(parent.path().join("a").join(file), content).unwrap();
        }
        let memory = Some(Place { version, directory: parent.path().to_owned() });
        let meter = Meter::new(&Layout { memory, ..Layout::default() }, "a");
        (parent, meter)
    }

    #[test]
    fn files_that_were_only_read_or_written_do_not_count_as_used() {
        let stat = "cache 100000\nrss 5000\nmapped_file 4000\n";
        let (_group, meter) =
            meter(Version::V1, &[("memory.max_usage_in_bytes", "120000\n"), ("memory.stat", stat)]);
        assert_eq!(meter.memory_peak(), 24_000);
    }

    #[test]
    fn the_peak_never_falls() {
        let (group, meter) = meter(Version::V2, &[("memory.peak", "9000\n"), ("memory.stat", "file 0\n")]);
        assert_eq!(meter.memory_peak(), 9000);
        fs::write(group.path().join("a/memory.stat"), "file 5000\nfile_mapped 1000\n").unwrap();
        assert_eq!(meter.memory_peak(), 9000);
    }

    #[test]
    fn kills_for_want_of_memory_are_counted_in_both_versions() {
        let v1 = "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n";
        assert_eq!(meter(Version::V1, &[("memory.oom_control", v1)]).1.kills_for_memory(), 2);
        let v2 = "low 0\nmax 31\noom 1\noom_kill 1\n";
        assert_eq!(meter(Version::V2, &[("memory.events", v2)]).1.kills_for_memory(), 1);
        assert_eq!(Meter::new(&Layout::default(), "a").kills_for_memory(), 0);
    }
}
