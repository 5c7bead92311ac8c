//! Reads what a sandbox uses.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::group::change_memory_limit;
use super::{Layout, Version};

/// Reads one group's memory. Works, with what is known by then, after the group is gone and where there was none.
#[derive(Debug)]
pub(crate) struct Meter {
    group: Option<(Version, PathBuf)>,
    /// What the function may use, in bytes.
    memory: u64,
    peak: AtomicU64,
}

/// How the controller names what is read here.
struct Names {
    peak: &'static str,
    limit: &'static str,
    kills: &'static str,
    /// In `memory.stat`: pages of files, shared memory included; those of them that are mapped; all others.
    cache: &'static str,
    mapped: &'static str,
    anonymous: &'static str,
}

const V1: Names = Names {
    peak: "memory.max_usage_in_bytes",
    limit: "memory.limit_in_bytes",
    kills: "memory.oom_control",
    cache: "cache",
    mapped: "mapped_file",
    anonymous: "rss",
};

const V2: Names = Names {
    peak: "memory.peak",
    limit: "memory.max",
    kills: "memory.events",
    cache: "file",
    mapped: "file_mapped",
    anonymous: "anon",
};

impl Meter {
    pub(crate) fn new(layout: &Layout, name: &str, memory: u64) -> Self {
        let group = layout.memory.as_ref().map(|place| (place.version, place.directory.join(name)));
        Self { group, memory, peak: AtomicU64::new(0) }
    }

    /// The function may use this much from now on, in bytes, besides a `/tmp` that counts as memory.
    pub(crate) fn change_limit(&mut self, memory: u64, tmp: u64) -> io::Result<()> {
        self.memory = memory;
        match &self.group {
            Some((version, group)) => change_memory_limit(*version, group, memory + tmp),
            None => Ok(()),
        }
    }

    /// How many processes the kernel has killed in this group because its memory was used up.
    pub(crate) fn kills_for_memory(&self) -> u64 {
        self.group().map_or(0, |(names, group)| word(&read(group, names.kills), "oom_kill"))
    }

    /// The highest memory use so far, in bytes, without the page cache of files that nobody has mapped: the
    /// kernel gives that back when it is needed, and the content of `/tmp` is in it.
    ///
    /// The kernel counts the peak with the cache, so this is an estimate: the peak less the cache of now; or,
    /// when the cache has grown up to the limit or a `/tmp` in memory counts too, so that the peak says nothing,
    /// the use of now.
    pub(crate) fn memory_peak(&self) -> u64 {
        let now = self.group().map_or(0, |(names, group)| {
            let stat = read(group, "memory.stat");
            let mapped = word(&stat, names.mapped);
            let peak = word(&read(group, names.peak), "");
            let limit = word(&read(group, names.limit), "");
            let counts_tmp = limit > self.memory;
            if counts_tmp || was_full_of_cache(names, group, peak, limit) {
                word(&stat, names.anonymous) + mapped
            } else {
                peak.saturating_sub(word(&stat, names.cache).saturating_sub(mapped))
            }
        });
        self.observe(now)
    }

    /// Takes note of a use that was measured otherwise, and returns the peak.
    pub(crate) fn observe(&self, bytes: u64) -> u64 {
        self.peak.fetch_max(bytes, Ordering::Relaxed).max(bytes)
    }

    fn group(&self) -> Option<(&'static Names, &Path)> {
        self.group.as_ref().map(|(version, group)| match version {
            Version::V1 => (&V1, group.as_path()),
            Version::V2 => (&V2, group.as_path()),
        })
    }
}

/// Whether the limit was reached and giving back was enough. The kernel's own count of that is not kept in every
/// version.
fn was_full_of_cache(names: &Names, group: &Path, peak: u64, limit: u64) -> bool {
    const NEARLY: u64 = 1 << 20;
    limit > 0 && peak + NEARLY >= limit && word(&read(group, names.kills), "oom_kill") == 0
}

fn read(group: &Path, file: &str) -> String {
    fs::read_to_string(group.join(file)).unwrap_or_default()
}

/// The number behind a word, in a file of lines `word number`; behind no word, in a file that is only a number.
fn word(text: &str, word: &str) -> u64 {
    let number = match word {
        "" => Some(text),
        _ => text.lines().find_map(|line| line.strip_prefix(word)?.strip_prefix(' ')),
    };
    number.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;

    const MEMORY: u64 = 134_217_728;

    fn meter(version: Version, files: &[(&str, &str)]) -> (tempfile::TempDir, Meter) {
        let parent = tempfile::tempdir().unwrap();
        fs::create_dir(parent.path().join("a")).unwrap();
        for (file, content) in files {
            fs::write(parent.path().join("a").join(file), content).unwrap();
        }
        let memory = Some(Place { version, directory: parent.path().to_owned() });
        let meter = Meter::new(&Layout { memory, ..Layout::default() }, "a", MEMORY);
        (parent, meter)
    }

    #[test]
    fn files_that_were_only_read_or_written_do_not_count_as_used() {
        let stat = "cache 100000\nrss 5000\nmapped_file 4000\n";
        let files = [
            ("memory.max_usage_in_bytes", "120000\n"),
            ("memory.stat", stat),
            ("memory.limit_in_bytes", "134217728\n"),
        ];
        let (_group, meter) = meter(Version::V1, &files);
        assert_eq!(meter.memory_peak(), 24_000);
    }

    #[test]
    fn a_cache_that_filled_the_memory_does_not_count_either() {
        let stat = "cache 10000\nrss 5000\nmapped_file 4000\n";
        let files = [
            ("memory.max_usage_in_bytes", "133996544\n"),
            ("memory.stat", stat),
            ("memory.limit_in_bytes", "134217728\n"),
        ];
        let (_group, meter) = meter(Version::V1, &files);
        assert_eq!(meter.memory_peak(), 9000);
    }

    #[test]
    fn a_tmp_in_memory_does_not_count_even_if_it_was_emptied_since() {
        let files = [
            ("memory.peak", "540000000\n"),
            ("memory.stat", "anon 5000\nfile 0\nfile_mapped 4000\n"),
            ("memory.max", "671088640\n"),
        ];
        let (_group, meter) = meter(Version::V2, &files);
        assert_eq!(meter.memory_peak(), 9000);
    }

    #[test]
    fn the_peak_never_falls() {
        let (group, meter) = meter(Version::V2, &[("memory.peak", "9000\n"), ("memory.stat", "file 0\n")]);
        assert_eq!(meter.memory_peak(), 9000);
        fs::write(group.path().join("a/memory.stat"), "file 5000\nfile_mapped 1000\n").unwrap();
        assert_eq!(meter.memory_peak(), 9000);
    }

    #[test]
    fn a_changed_limit_is_the_one_that_tells_a_tmp_in_memory() {
        let files =
            [("memory.peak", "200000000\n"), ("memory.stat", "anon 5000\nfile 0\n"), ("memory.max", "")];
        let (group, mut meter) = meter(Version::V2, &files);
        meter.change_limit(2 * MEMORY, 0).unwrap();
        assert_eq!(fs::read_to_string(group.path().join("a/memory.max")).unwrap(), "268435456");
        assert_eq!(meter.memory_peak(), 200_000_000);
    }

    #[test]
    fn kills_for_want_of_memory_are_counted_in_both_versions() {
        let v1 = "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n";
        assert_eq!(meter(Version::V1, &[("memory.oom_control", v1)]).1.kills_for_memory(), 2);
        let v2 = "low 0\nmax 31\noom 1\noom_kill 1\n";
        assert_eq!(meter(Version::V2, &[("memory.events", v2)]).1.kills_for_memory(), 1);
        assert_eq!(Meter::new(&Layout::default(), "a", MEMORY).kills_for_memory(), 0);
    }
}
