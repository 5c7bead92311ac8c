//! What is invoked: the same echo in each runtime.

use std::io::{Cursor, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use base64::Engine as _;
use zip::write::SimpleFileOptions;

use crate::client::Client;

pub struct Workload {
    pub name: &'static str,
    runtime: &'static str,
    handler: &'static str,
    package: Vec<u8>,
}

const PYTHON: &str = "def handler(event, context):\n    return event\n";
const NODEJS: &str = "exports.handler = async (event) => event;\n";

impl Workload {
    pub fn all(native: &Path) -> anyhow::Result<Vec<Self>> {
        let bootstrap = std::fs::read(native).with_context(|| format!("cannot read {}", native.display()))?;
        Ok(vec![
            Self::new("native", "provided.al2023", "any", "bootstrap", &bootstrap)?,
            Self::new("Python", "python3.12", "app.handler", "app.py", PYTHON.as_bytes())?,
            Self::new("Node.js", "nodejs20.x", "index.handler", "index.js", NODEJS.as_bytes())?,
        ])
    }

    fn new(
        name: &'static str,
        runtime: &'static str,
        handler: &'static str,
        file: &str,
        content: &[u8],
    ) -> anyhow::Result<Self> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(file, SimpleFileOptions::default().unix_permissions(0o755))?;
        archive.write_all(content)?;
        Ok(Self { name, runtime, handler, package: archive.finish()?.into_inner() })
    }

    /// Creates a function of this workload and waits until it can be invoked.
    pub fn deploy(&self, client: &mut Client, function: &str, memory: u32) -> anyhow::Result<()> {
        let request = serde_json::json!({
            "FunctionName": function,
            "Runtime": self.runtime,
            "Handler": self.handler,
            "Role": "arn:aws:iam::000000000000:role/bench",
            "MemorySize": memory,
            "Timeout": 60,
            "Code": { "ZipFile": base64::engine::general_purpose::STANDARD.encode(&self.package) },
        });
        let answer = client.call("POST", "/2015-03-31/functions", request.to_string().as_bytes())?;
        if answer.status != 201 {
            bail!("CreateFunction answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        wait_until_active(client, function)
    }
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
