//! Whether a package relies on the SDK that AWS's runtime brings.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::SdkOf;

/// How much of a package is looked at; what is beyond is not worth the time on a first start.
const FILES_MAX: usize = 2_000;
const FILE_BYTES_MAX: u64 = 1 << 20;
const TOTAL_BYTES_MAX: u64 = 32 << 20;

/// A source file names the SDK, and neither the package nor a layer brings it. A rough look at the text: a
/// false alarm costs a download, a miss is an import error that says what to do.
pub(crate) fn needs_sdk(sdk: SdkOf, code: &Path, layers: &[PathBuf]) -> bool {
    if brings_sdk(sdk, code, layers) {
        return false;
    }
    let mut budget = Budget { files: FILES_MAX, bytes: TOTAL_BYTES_MAX };
    let mut roots = std::iter::once(code).chain(layers.iter().map(PathBuf::as_path));
    roots.any(|root| names_sdk(sdk, root, &mut budget))
}

fn brings_sdk(sdk: SdkOf, code: &Path, layers: &[PathBuf]) -> bool {
    match sdk {
        SdkOf::Python => {
            let in_layer = |layer: &PathBuf| {
                layer.join("python/boto3").is_dir() || site_packages(layer).any(|p| p.join("boto3").is_dir())
            };
            code.join("boto3").is_dir() || layers.iter().any(in_layer)
        }
        SdkOf::Nodejs => code.join("node_modules/@aws-sdk").is_dir(),
    }
}

/// `python/lib/python3.x/site-packages` of a layer.
fn site_packages(layer: &Path) -> impl Iterator<Item = PathBuf> {
    let versions = fs::read_dir(layer.join("python/lib")).into_iter().flatten().flatten();
    versions.map(|version| version.path().join("site-packages"))
}

struct Budget {
    files: usize,
    bytes: u64,
}

fn names_sdk(sdk: SdkOf, folder: &Path, budget: &mut Budget) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        let path = entry.path();
        let found = if kind.is_dir() {
            names_sdk(sdk, &path, budget)
        } else {
            kind.is_file() && is_source(sdk, &path) && file_names_sdk(sdk, &path, budget)
        };
        if found {
            return true;
        }
        if budget.files == 0 || budget.bytes == 0 {
            return false;
        }
    }
    false
}

fn is_source(sdk: SdkOf, path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match sdk {
        SdkOf::Python => extension == "py",
        SdkOf::Nodejs => ["js", "mjs", "cjs"].contains(&extension),
    }
}

fn file_names_sdk(sdk: SdkOf, path: &Path, budget: &mut Budget) -> bool {
    budget.files = budget.files.saturating_sub(1);
    let Ok(file) = File::open(path) else { return false };
    let mut source = Vec::new();
    if file.take(FILE_BYTES_MAX.min(budget.bytes)).read_to_end(&mut source).is_err() {
        return false;
    }
    budget.bytes = budget.bytes.saturating_sub(source.len() as u64);
    let names: &[&str] = match sdk {
        SdkOf::Python => &["boto3", "botocore"],
        SdkOf::Nodejs => &["@aws-sdk/"],
    };
    // The search in text is many times faster than one that compares at each byte.
    let source = String::from_utf8_lossy(&source);
    names.iter().any(|name| source.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    fn python_needs(files: &[(&str, &str)], layer: &[(&str, &str)]) -> bool {
        let (code, layer) = (package(files), package(layer));
        needs_sdk(SdkOf::Python, code.path(), &[layer.path().to_owned()])
    }

    #[test]
    fn a_package_that_imports_the_sdk_needs_it() {
        assert!(python_needs(&[("app.py", "import boto3")], &[]));
        assert!(python_needs(&[("deep/er/app.py", "from botocore import x")], &[]));
        assert!(python_needs(&[], &[("python/helper.py", "import boto3")]));
        assert!(!python_needs(&[("app.py", "import json"), ("notes.txt", "boto3")], &[]));
    }

    #[test]
    fn a_package_that_brings_the_sdk_does_not_need_it() {
        assert!(!python_needs(&[("app.py", "import boto3"), ("boto3/__init__.py", "")], &[]));
        assert!(!python_needs(&[("app.py", "import boto3")], &[("python/boto3/__init__.py", "")]));
        let site = "python/lib/python3.12/site-packages/boto3/__init__.py";
        assert!(!python_needs(&[("app.py", "import boto3")], &[(site, "")]));
    }

    #[test]
    fn a_nodejs_package_is_looked_at_likewise() {
        let needs = |files: &[(&str, &str)]| needs_sdk(SdkOf::Nodejs, package(files).path(), &[]);
        assert!(needs(&[("index.mjs", "import { S3 } from '@aws-sdk/client-s3'")]));
        assert!(!needs(&[("index.mjs", "export const handler = 1")]));
        let own = ("node_modules/@aws-sdk/client-s3/package.json", "{}");
        assert!(!needs(&[("index.js", "require('@aws-sdk/client-s3')"), own]));
    }
}
