//! How long a package takes from its zip to a directory that can be mounted, and what part of it takes how long.
//!
//!     cargo run --release -p hob-lambda --features fuzzing --example unpack [FILES [REPETITIONS [DIRECTORY]]]
//!
//! By default the largest package that AWS takes in one of its worst shapes: 34 000 files, 250 MB.

#![expect(clippy::expect_used, clippy::disallowed_methods, reason = "a benchmark")]

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hob_storage::Storage;
use hob_types::{Random, SeededRandom, Sha256Digest};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A little below the limit.
const UNZIPPED: usize = 261_000_000;
const FILES_PER_DIRECTORY: usize = 12;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let files = arguments.next().map_or(34_000, |text| text.parse().expect("a number of files"));
    let repetitions = arguments.next().map_or(5, |text| text.parse().expect("a number of repetitions"));
    let directory = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let zip = package(files);
    println!("{files} files, {} MB, zipped {} MB", UNZIPPED / 1_000_000, zip.len() / 1_000_000);
    // All are removed in the end: for minutes ext4 takes ten times as long to make files where others were removed.
    let homes: Vec<_> =
        (0..repetitions).map(|_| tempfile::tempdir_in(&directory).expect("a directory")).collect();
    for home in &homes {
        let (whole, unpacked) = unpack(home.path(), zip.clone()).await;
        println!("{:>6} ms, of which unpacking {:>6} ms", whole.as_millis(), unpacked.as_millis());
    }
}

/// To the moment at which the tree is durable and in its place.
async fn unpack(home: &Path, zip: Bytes) -> (Duration, Duration) {
    let code = Storage::open(home, &SeededRandom::new(1)).expect("a data directory").code();
    let (sender, receiver) = std::sync::mpsc::channel();
    let began = Instant::now();
    let unpack = Box::new(move |target: &Path| {
        let began = Instant::now();
        hob_lambda::fuzzing::unpack(zip, target)?;
        sender.send(began.elapsed()).map_err(std::io::Error::other)
    });
    code.tree(Sha256Digest::new([1; 32]), unpack).await.expect("a tree");
    (began.elapsed(), receiver.recv().expect("it was unpacked"))
}

/// As deep and as compressible as `node_modules` is.
fn package(files: usize) -> Bytes {
    let random: &dyn Random = &SeededRandom::new(1);
    let number_below = |limit: u64| u64::from_le_bytes(random.array()) % limit;
    let words: Vec<String> = (0..24).map(|_| format!("{:014x} ", number_below(1 << 56))).collect();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let length = UNZIPPED / files;
    for number in 0..files {
        let directory = number / FILES_PER_DIRECTORY;
        let name =
            format!("node_modules/package-{}/lib/part-{}/file-{number}.js", directory / 8, directory % 8);
        zip.start_file(name, SimpleFileOptions::default()).expect("an entry");
        let mut content = String::with_capacity(length + 16);
        while content.len() < length {
            content += &words[number_below(24) as usize];
        }
        zip.write_all(&content.as_bytes()[..length]).expect("its content");
    }
    zip.finish().expect("a zip").into_inner().into()
}
