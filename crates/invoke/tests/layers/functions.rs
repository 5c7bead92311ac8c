//! Five layers with something for each language, and functions that tell what they find of it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use hob_invoke::FunctionVersion;
use hob_types::{
    AccountId, Architecture, FunctionArn, LoggingConfiguration, MemoryMib, Random, Region, RevisionId,
    Runtime, Sha256Digest, TimeoutSeconds, Version,
};
use serde_json::{Value, json};

pub struct Function {
    pub name: &'static str,
    runtime: &'static str,
    handler: &'static str,
    wrapped: bool,
    code: PathBuf,
    layers: Vec<PathBuf>,
    /// What it answers.
    pub expected: Value,
}

const PYTHON: &str = r#"
import os, subprocess, in_python, in_site

def handler(event, context):
    libraries = [folder for folder in os.environ["LD_LIBRARY_PATH"].split(":") if os.path.exists(folder + "/libfive.so")]
    return {
        "module": in_python.NUMBER,
        "site": in_site.NUMBER,
        "tool": subprocess.run(["tool"], capture_output=True, text=True).stdout,
        "libraries": [open(folder + "/libfive.so").read() for folder in libraries],
        "wrapped": os.environ.get("WRAPPED"),
    }
"#;

const COMMONJS: &str = "
const { execFileSync } = require('child_process');
exports.handler = async () => ({
  module: require('in-general'), versioned: require('in-both'), tool: execFileSync('tool').toString(),
  wrapped: process.env.WRAPPED ?? null,
});
";

const ES_MODULE: &str = "
import general from 'in-general';
import both from 'in-both';
export const handler = async () => ({ module: general, versioned: both });
";

/// In bash, which needs no program to speak over a socket.
const BOOTSTRAP: &str = r#"#!/bin/bash
exec 3<>/dev/tcp/${AWS_LAMBDA_RUNTIME_API%:*}/${AWS_LAMBDA_RUNTIME_API#*:}
printf 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: h\r\n\r\n' >&3
while IFS= read -r line <&3; do
  line=${line%$'\r'}
  [ -z "$line" ] && break
  case "${line,,}" in lambda-runtime-aws-request-id:*) id=${line#*: } ;; esac
done
body="[NUMBER,$(tool)]"
printf 'POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: h\r\nContent-Length: %s\r\n\r\n%s' \
  "$id" "${#body}" "$body" >&3
exec sleep 600
"#;

pub fn functions(directory: &Path) -> Vec<Function> {
    let layers: Vec<_> = (1..=5).map(|number| layer(directory, number)).collect();
    let python = json!({
        "module": 5, "site": 5, "tool": "5", "libraries": ["5"], "wrapped": null
    });
    let node = json!({ "module": 5, "versioned": "of this version", "tool": "5", "wrapped": null });
    let mut wrapped_python = python.clone();
    wrapped_python["wrapped"] = "by 5".into();
    let mut wrapped_node = node.clone();
    wrapped_node["wrapped"] = "by 5".into();
    let function = |name, runtime, file: &str, source: &str, expected| Function {
        name,
        runtime,
        handler: "app.handler",
        wrapped: name.starts_with("wrapped"),
        code: package(directory, name, file, source),
        layers: layers.clone(),
        expected,
    };
    let mut functions = vec![
        function("python", "python3.12", "app.py", PYTHON, python),
        function("wrapped-python", "python3.12", "app.py", PYTHON, wrapped_python),
        function("commonjs", "nodejs22.x", "app.js", COMMONJS, node),
        function("wrapped-commonjs", "nodejs22.x", "app.js", COMMONJS, wrapped_node),
        function(
            "es-module",
            "nodejs22.x",
            "app.mjs",
            ES_MODULE,
            json!({ "module": 5, "versioned": "of this version" }),
        ),
        function("provided", "provided.al2023", "data", "", json!([5, 5])),
    ];
    if let Some(code) = java(directory, &layers) {
        let function = function("java", "java21", "data", "", json!(5));
        functions.push(Function { handler: "app.App::handle", code, ..function });
    }
    functions
}

/// Each has what all have, so that the last one's is found.
fn layer(directory: &Path, number: u32) -> PathBuf {
    let layer = directory.join(format!("layer{number}"));
    let write = |path: &str, text: &str| write(&layer.join(path), text);
    write("python/in_python.py", &format!("NUMBER = {number}"));
    write("python/lib/python3.12/site-packages/in_site.py", &format!("NUMBER = {number}"));
    write("nodejs/node_modules/in-general/index.js", &format!("module.exports = {number}"));
    write("nodejs/node_modules/in-both/index.js", "module.exports = 'of any version'");
    if number == 2 {
        write("nodejs/node22/node_modules/in-both/index.js", "module.exports = 'of this version'");
    }
    write("lib/libfive.so", &number.to_string());
    write("bin/tool", &format!("#!/bin/sh\nprintf {number}"));
    write("wrapper", &format!("#!/bin/sh\nexport WRAPPED='by {number}'\nexec \"$@\""));
    write("bootstrap", &BOOTSTRAP.replace("NUMBER", &number.to_string()));
    layer
}

fn package(directory: &Path, name: &str, file: &str, source: &str) -> PathBuf {
    let code = directory.join(name);
    write(&code.join(file), source);
    code
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A function that answers what a class in the layers' `java/lib/thing.jar` says. `None`: there is no JDK here.
fn java(directory: &Path, layers: &[PathBuf]) -> Option<PathBuf> {
    let sources = directory.join("java-sources");
    for (layer, number) in layers.iter().zip(1..) {
        let classes = directory.join(format!("java-classes{number}"));
        let source = format!(
            "package layer; public class Thing {{ public static int number() {{ return {number}; }} }}"
        );
        write(&sources.join("layer/Thing.java"), &source);
        fs::create_dir_all(layer.join("java/lib")).unwrap();
        compile(&sources.join("layer/Thing.java"), &classes)?;
        let mut jar = Command::new("jar");
        jar.arg("cf").arg(layer.join("java/lib/thing.jar")).arg("-C").arg(&classes);
        assert!(jar.arg(".").status().ok()?.success());
    }
    let source =
        "package app; public class App { public int handle(Object event) { return layer.Thing.number(); } }";
    write(&sources.join("app/App.java"), source);
    let code = directory.join("java-package");
    compile(&sources.join("app/App.java"), &code)?;
    fs::remove_dir_all(code.join("layer")).ok();
    Some(code)
}

fn compile(source: &Path, classes: &Path) -> Option<()> {
    let sources = source.parent()?.parent()?;
    let mut javac = Command::new("javac");
    javac
        .args(["--release", "8", "-nowarn", "-Xlint:-options", "-d"])
        .arg(classes)
        .arg("-sourcepath")
        .arg(sources);
    let compiled =
        javac.arg(source).status().inspect_err(|error| eprintln!("left out, no JDK: {error}")).ok()?;
    assert!(compiled.success());
    Some(())
}

impl Function {
    pub fn version(&self, random: &dyn Random) -> FunctionVersion {
        let wrapper = self.wrapped.then(|| ("AWS_LAMBDA_EXEC_WRAPPER".to_owned(), "/opt/wrapper".to_owned()));
        FunctionVersion {
            snap_start: false,
            arn: FunctionArn {
                region: Region::local(),
                account: AccountId::local(),
                name: self.name.parse().unwrap(),
            },
            version: Version::Latest,
            revision: RevisionId::random(random),
            runtime: Some(Runtime::new(self.runtime)),
            handler: self.handler.to_owned(),
            memory: MemoryMib::try_from(512).unwrap(),
            timeout: TimeoutSeconds::try_from(30).unwrap(),
            ephemeral_storage: Default::default(),
            architecture: Architecture::X86_64,
            environment: BTreeMap::from_iter(wrapper),
            code_sha256: Sha256Digest::new([0; 32]),
            code: self.code.clone(),
            layers: self.layers.clone(),
            role: "arn:aws:iam::000000000000:role/any".to_owned(),
            log_group: "/aws/lambda/layers".to_owned(),
            logging: LoggingConfiguration::default(),
        }
    }
}
