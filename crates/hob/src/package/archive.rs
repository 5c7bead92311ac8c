//! Zip files, written and read.

use std::cell::RefCell;
use std::io::{Cursor, Read as _, Write as _};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::Files;
use crate::failure::{OrFail as _, Outcome};

/// The same files make the same bytes, so that Lambda's `CodeSha256` changes only if the code does.
pub(super) fn write(files: &Files) -> Outcome<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, file) in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(if file.executable { 0o755 } else { 0o644 });
        let content = std::fs::read(&file.path).or_fail(|| format!("cannot read {}", file.path.display()))?;
        zip.start_file(name.as_str(), options).or_fail(|| format!("cannot package {name}"))?;
        zip.write_all(&content).or_fail(|| format!("cannot package {name}"))?;
    }
    Ok(zip.finish().or_fail(|| "cannot finish the package".to_owned())?.into_inner())
}

/// A zip that the user made.
pub(super) struct Contents<'a>(RefCell<ZipArchive<Cursor<&'a [u8]>>>, Vec<String>);

impl<'a> Contents<'a> {
    pub(super) fn open(zip: &'a [u8]) -> Result<Self, ZipError> {
        let archive = ZipArchive::new(Cursor::new(zip))?;
        let names =
            archive.file_names().map(|name| Ok(name?.into_owned())).collect::<Result<_, ZipError>>()?;
        Ok(Self(RefCell::new(archive), names))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.1.iter().map(String::as_str).filter(|name| !name.ends_with('/'))
    }

    /// A text file of at most 1 MB: enough for source code, and no trap.
    pub(super) fn read(&self, name: &str) -> Option<String> {
        let mut archive = self.0.borrow_mut();
        let mut text = String::new();
        archive.by_name(name).ok()?.take(1 << 20).read_to_string(&mut text).ok()?;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::File;
    use super::*;

    #[test]
    fn a_package_is_the_same_every_time_and_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.py");
        std::fs::write(&path, "print(1)").unwrap();
        let files = Files::from([("app.py".to_owned(), File { path: path.clone(), executable: false })]);
        let first = write(&files).unwrap();
        std::fs::write(&path, "print(1)").unwrap();
        assert_eq!(write(&files).unwrap(), first);

        let contents = Contents::open(&first).unwrap();
        assert_eq!(contents.names().collect::<Vec<_>>(), ["app.py"]);
        assert_eq!(contents.read("app.py").as_deref(), Some("print(1)"));
        assert_eq!(contents.read("other.py"), None);
    }
}
