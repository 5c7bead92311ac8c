//! What becomes of a zip, from its bytes to the unpacked files.

use std::fs;
use std::io::{Cursor, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use bytes::Bytes;
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::{FullFileOptions, SimpleFileOptions};

use super::{Package, PackageError};

type Zip = ZipWriter<Cursor<Vec<u8>>>;

fn zip(fill: impl FnOnce(&mut Zip)) -> Bytes {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    fill(&mut writer);
    writer.finish().unwrap().into_inner().into()
}

fn add(zip: &mut Zip, name: &str, contents: &[u8]) {
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(contents).unwrap();
}

fn unpacked(zip: Bytes) -> Result<tempfile::TempDir, PackageError> {
    let package = Package::open(zip)?;
    let target = tempfile::tempdir().unwrap();
    match package.unpack(target.path()) {
        Ok(()) => Ok(target),
        Err(error) => Err(PackageError::from_io(error).expect("a fault of the package")),
    }
}

fn is_malformed(zip: Bytes) -> bool {
    matches!(unpacked(zip), Err(PackageError::Malformed(_)))
}

/// Every path below `directory`, with the contents of files, in order.
fn listing(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_symlink() {
            found.push(format!("{name} -> {}", fs::read_link(entry.path()).unwrap().display()));
        } else if kind.is_dir() {
            found.push(format!("{name}/"));
            found.extend(listing(&entry.path()).into_iter().map(|below| format!("{name}/{below}")));
        } else {
            found.push(format!("{name}: {}", fs::read_to_string(entry.path()).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn files_directories_and_inner_links_are_kept() {
    let target = unpacked(zip(|zip| {
        add(zip, "app.py", b"code");
        add(zip, "deep/er/module.py", b"more");
        zip.add_directory("empty/", SimpleFileOptions::default()).unwrap();
        zip.add_symlink("deep/link", "../app.py", SimpleFileOptions::default()).unwrap();
        add(zip, "a name with a\nnewline", b"");
    }))
    .unwrap();
    assert_eq!(
        listing(target.path()),
        [
            "a name with a\nnewline: ",
            "app.py: code",
            "deep/",
            "deep/er/",
            "deep/er/module.py: more",
            "deep/link -> ../app.py",
            "empty/",
        ]
    );
}

#[test]
fn everyone_may_read_and_only_the_executable_bit_is_taken_over() {
    let target = unpacked(zip(|zip| {
        let secret = SimpleFileOptions::default().unix_permissions(0o600);
        zip.start_file("secret", secret).unwrap();
        let bootstrap = SimpleFileOptions::default().unix_permissions(0o4700);
        zip.start_file("directory/bootstrap", bootstrap).unwrap();
    }))
    .unwrap();
    let mode = |path: &str| fs::metadata(target.path().join(path)).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode("secret"), 0o644);
    assert_eq!(mode("directory"), 0o755);
    assert_eq!(mode("directory/bootstrap"), 0o755);
}

#[test]
fn files_keep_their_age() {
    // The extended timestamp: its modification time only, 1 767 323 045.
    let exact = [&[1_u8][..], &1_767_323_045_u32.to_le_bytes()].concat();
    let target = unpacked(zip(|zip| {
        let mut options = FullFileOptions::default();
        options.add_extra_field(0x5455, exact, false).unwrap();
        zip.start_file("exact", options).unwrap();
        let time = zip::DateTime::from_date_and_time(2026, 1, 2, 3, 4, 6).unwrap();
        zip.start_file("coarse", SimpleFileOptions::default().last_modified_time(time)).unwrap();
    }))
    .unwrap();
    let age = |path: &str| fs::metadata(target.path().join(path)).unwrap().mtime();
    assert_eq!(age("exact"), 1_767_323_045);
    assert_eq!(age("coarse"), 1_767_323_046);
}

#[test]
fn what_would_leave_the_package_is_refused() {
    for name in ["../evil", "/etc/evil", "a/../../evil", "nul\0byte"] {
        assert!(is_malformed(zip(|zip| add(zip, name, b"x"))), "{name:?}");
    }
    for target in ["/etc/passwd", "../..", "sub/../../x"] {
        let link = zip(|zip| zip.add_symlink("link", target, SimpleFileOptions::default()).unwrap());
        assert!(is_malformed(link), "{target}");
    }
}

#[test]
fn a_name_means_one_thing_only() {
    // The writer refuses duplicates, so the second name is changed afterwards.
    let twice = zip(|zip| {
        add(zip, "one.py", b"1");
        add(zip, "two.py", b"2");
    });
    let twice: Vec<u8> = replace(&twice, b"two.py", b"one.py");
    assert!(is_malformed(twice.into()));
    assert!(is_malformed(zip(|zip| {
        add(zip, "a", b"file");
        add(zip, "a/b", b"below");
    })));
    // A link and then a file through it is how files are smuggled elsewhere.
    assert!(is_malformed(zip(|zip| {
        zip.add_symlink("a", "..", SimpleFileOptions::default()).unwrap();
        add(zip, "a/b", b"below");
    })));
}

#[test]
fn what_is_no_zip_or_a_broken_one_is_refused() {
    assert!(is_malformed(Bytes::from_static(b"this is no zip")));
    assert!(is_malformed(Bytes::new()));
    assert_eq!(unpacked(zip(|_| ())).err(), Some(PackageError::Empty));
    let good = zip(|zip| add(zip, "app.py", b"contents that have a checksum"));
    assert!(is_malformed(good.slice(..good.len() - 30)));
    let stored = zip(|zip| {
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file("app.py", stored).unwrap();
        zip.write_all(b"contents").unwrap();
    });
    assert!(is_malformed(replace(&stored, b"contents", b"CONTENTS").into()));
}

#[test]
fn a_bomb_is_refused_by_its_promise_and_by_what_comes_out() {
    const SIZE_MAX: u64 = 1 << 20;
    let size = SIZE_MAX as usize + 1;
    let honest = zip(|zip| add(zip, "zeros", &vec![0; size]));
    assert!(honest.len() < 10_000);
    assert_eq!(
        Package::open_within(honest.clone().into(), SIZE_MAX).err(),
        Some(PackageError::UnzippedTooLarge)
    );
    assert!(Package::open_within(honest.clone().into(), SIZE_MAX + 1).unwrap().verify().is_ok());
    // The promised size, in the local header and in the directory, becomes one byte.
    let liar = replace(&honest, &(size as u32).to_le_bytes(), &1_u32.to_le_bytes());
    let liar = Package::open_within(Bytes::from(liar).into(), SIZE_MAX).unwrap();
    assert!(liar.verify().is_err());
}

#[test]
fn a_file_is_as_long_as_the_archive_says() {
    let honest = zip(|zip| add(zip, "zeros", &[0; 5000]));
    assert_eq!(Package::open(honest.clone()).unwrap().unzipped_size(), 5000);
    for lie in [4999_u32, 5001] {
        assert!(is_malformed(replace(&honest, &5000_u32.to_le_bytes(), &lie.to_le_bytes()).into()));
    }
}

#[test]
fn a_refused_package_is_refused_by_verify_alike() {
    let good = zip(|zip| add(zip, "app.py", b"fine"));
    assert_eq!(Package::open(good).unwrap().verify(), Ok(()));
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<_> = (0..=bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_zipped_comes_out_again(
        files in proptest::collection::btree_map("[a-z]{1,3}(/[A-Z]{1,3}){0,2}", "[ -~]{0,50}", 1..20)
    ) {
        let archive = zip(|zip| {
            for (name, contents) in &files {
                add(zip, name, contents.as_bytes());
            }
        });
        // Names that are both a file and a directory of another are refused.
        let clash = files.keys().any(|a| files.keys().any(|b| b.starts_with(&format!("{a}/"))));
        match unpacked(archive) {
            Err(_) => prop_assert!(clash),
            Ok(target) => for (name, contents) in &files {
                prop_assert_eq!(&fs::read_to_string(target.path().join(name)).unwrap(), contents);
            },
        }
    }

    #[test]
    fn any_bytes_are_unpacked_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = unpacked(bytes.into());
    }

    #[test]
    fn any_damage_is_survived(at in 0_usize..400, with in any::<u8>()) {
        let mut bytes = zip(|zip| {
            add(zip, "app.py", b"def handler(event, context): return event");
            zip.add_symlink("link", "app.py", SimpleFileOptions::default()).unwrap();
        }).to_vec();
        let at = at % bytes.len();
        bytes[at] = with;
        let _ = unpacked(bytes.into());
    }
}
