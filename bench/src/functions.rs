//! What is invoked: the same echo in each runtime.

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use base64::Engine as _;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use crate::client::Client;

pub struct Workload {
    pub name: &'static str,
    pub goals: Goals,
    runtime: &'static str,
    handler: &'static str,
    package: Vec<u8>,
}

/// What issue and design promise; empty where nothing is promised.
#[derive(Clone, Copy, Default)]
pub struct Goals {
    pub warm: &'static str,
    pub throughput: &'static str,
    pub cold_ready: &'static str,
    pub cold_empty: &'static str,
    pub memory: &'static str,
}

const PYTHON: &str = "def handler(event, context):\n    return event\n";
const SLEEPER: &str = "import time\n\ndef handler(event, context):\n    time.sleep(3)\n";
const WATCH: &str = "import time\n\ndef handler(event, context):\n    begun = time.time_ns()\n    for record in \
                     event['Records']:\n        print('after', begun - int(record['body']))\n";
const PYTHON_SDK: &str = "import boto3\n\ndef handler(event, context):\n    return event\n";
const NODEJS: &str = "exports.handler = async (event) => event;\n";
const JAVA: &str =
    "public class Echo { public Object handle(java.util.Map<String, Object> event) { return event; } }\n";

const NATIVE_GOALS: Goals = Goals {
    warm: "p50 ≤ 100 µs, p99 ≤ 500 µs",
    throughput: "≥ 18000 /s",
    cold_ready: "p50 ≤ 1.5 ms",
    cold_empty: "p50 ≤ 3 ms",
    memory: "≤ 0.1 MiB",
};
const PYTHON_GOALS: Goals =
    Goals { throughput: "≥ 12000 /s", cold_empty: "p50 ≤ 5 ms", memory: "≤ 1.5 MiB", ..NATIVE_GOALS };
const PYTHON_SDK_GOALS: Goals =
    Goals { warm: "", throughput: "", cold_ready: "p50 ≤ 2 ms", cold_empty: "p50 ≤ 6 ms", memory: "" };
const NODEJS_GOALS: Goals = Goals {
    warm: "p50 ≤ 120 µs, p99 ≤ 2.5 ms",
    throughput: "≥ 9000 /s",
    cold_ready: "p50 ≤ 2.5 ms",
    cold_empty: "p50 ≤ 35 ms",
    memory: "≤ 7 MiB",
};
const JAVA_GOALS: Goals =
    Goals { warm: "", throughput: "", cold_ready: "p50 ≤ 10 ms", cold_empty: "p50 ≤ 50 ms", memory: "" };

impl Workload {
    /// The three that everything is measured with.
    pub fn usual(native: &Path) -> anyhow::Result<Vec<Self>> {
        Ok(vec![Self::native(native)?, Self::python()?, Self::nodejs()?])
    }

    /// Those of which only the start is interesting. Java needs a compiler, and is left out without one.
    pub fn heavy() -> anyhow::Result<Vec<Self>> {
        let sdk = file("app.py", PYTHON_SDK.as_bytes());
        let sdk = Self::new("Python with boto3", "python3.12", "app.handler", PYTHON_SDK_GOALS, &[sdk])?;
        let java = java_class().map(|class| {
            let class = file("Echo.class", &class);
            Self::new("Java", "java17", "Echo::handle", JAVA_GOALS, &[class])
        });
        Ok([sdk].into_iter().chain(java.transpose()?).collect())
    }

    pub fn native(executable: &Path) -> anyhow::Result<Self> {
        let bootstrap =
            std::fs::read(executable).with_context(|| format!("cannot read {}", executable.display()))?;
        Self::new("native", "provided.al2023", "any", NATIVE_GOALS, &[file("bootstrap", &bootstrap)])
    }

    pub fn python() -> anyhow::Result<Self> {
        Self::new("Python", "python3.12", "app.handler", PYTHON_GOALS, &[file("app.py", PYTHON.as_bytes())])
    }

    pub fn nodejs() -> anyhow::Result<Self> {
        let index = file("index.js", NODEJS.as_bytes());
        Self::new("Node.js", "nodejs20.x", "index.handler", NODEJS_GOALS, &[index])
    }

    /// Is busy for three seconds.
    pub fn sleeper() -> anyhow::Result<Self> {
        let app = file("app.py", SLEEPER.as_bytes());
        Self::new("sleeper", "python3.12", "app.handler", Goals::default(), &[app])
    }

    /// Prints how many nanoseconds ago each message of a queue was sent, of which it is the body.
    pub fn watch() -> anyhow::Result<Self> {
        let app = file("app.py", WATCH.as_bytes());
        Self::new("watch", "python3.12", "app.handler", Goals::default(), &[app])
    }

    /// Python with so much ballast, different for each `number`, that the package has `megabytes`.
    pub fn large(number: u8, megabytes: usize) -> anyhow::Result<Self> {
        let ballast: Vec<_> =
            (0..megabytes).map(|part| file(&format!("ballast/{part}.bin"), &noise(number, part))).collect();
        let files = [&[file("app.py", PYTHON.as_bytes())], ballast.as_slice()].concat();
        Self::new("large", "python3.12", "app.handler", Goals::default(), &files)
    }

    /// The custom runtime in a folder of the examples, with what its client needs beside it.
    pub fn folder(name: &'static str, handler: &'static str, folder: &Path) -> anyhow::Result<Self> {
        let mut files = Vec::new();
        collect(folder, folder, &mut files)?;
        Self::new(name, "provided.al2023", handler, Goals::default(), &files)
    }

    fn new(
        name: &'static str,
        runtime: &'static str,
        handler: &'static str,
        goals: Goals,
        files: &[File],
    ) -> anyhow::Result<Self> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        // Stored, not compressed: the load generator's time is nobody's interest.
        let options = SimpleFileOptions::default()
            .unix_permissions(0o755)
            .compression_method(CompressionMethod::Stored);
        for (path, content) in files {
            archive.start_file(path.as_str(), options)?;
            archive.write_all(content)?;
        }
        Ok(Self { name, goals, runtime, handler, package: archive.finish()?.into_inner() })
    }

    /// The body of a CreateFunction.
    pub fn creation(&self, function: &str, memory: u32, publish: bool) -> Vec<u8> {
        let request = serde_json::json!({
            "FunctionName": function,
            "Runtime": self.runtime,
            "Handler": self.handler,
            "Role": "arn:aws:iam::000000000000:role/bench",
            "MemorySize": memory,
            "Timeout": 60,
            "Code": { "ZipFile": base64::engine::general_purpose::STANDARD.encode(&self.package) },
            "Publish": publish,
        });
        request.to_string().into_bytes()
    }

    /// Creates a function of this workload and waits until it can be invoked.
    pub fn deploy(&self, client: &mut Client, function: &str, memory: u32) -> anyhow::Result<()> {
        let answer = client.call("POST", "/2015-03-31/functions", &self.creation(function, memory, false))?;
        if answer.status != 201 {
            bail!("CreateFunction answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        wait_until_active(client, function)
    }
}

/// A path in the package, and what is there.
type File = (String, Vec<u8>);

fn file(path: &str, content: &[u8]) -> File {
    (path.to_owned(), content.to_vec())
}

/// A megabyte that no other has.
fn noise(number: u8, part: usize) -> Vec<u8> {
    let mut state = (u64::from(number) << 32 | part as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(next).take((1 << 20) / 8).flatten().collect()
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.is_file() {
            let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
            files.push((name, std::fs::read(&path)?));
        }
    }
    Ok(())
}

/// `None` without a compiler.
fn java_class() -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().ok()?;
    std::fs::write(folder.path().join("Echo.java"), JAVA).ok()?;
    let compiled = Command::new("javac").args(["--release", "11", "Echo.java"]).current_dir(&folder).status();
    compiled.ok()?.success().then(|| std::fs::read(folder.path().join("Echo.class")).ok())?
}

fn wait_until_active(client: &mut Client, function: &str) -> anyhow::Result<()> {
    for _ in 0..1000 {
        let answer = client.call("GET", &format!("/2015-03-31/functions/{function}/configuration"), b"")?;
        let configuration: serde_json::Value = serde_json::from_slice(&answer.body)?;
        if configuration["State"] == "Active" {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    bail!("{function} did not become active");
}
