//! `cargo xtask bench`: builds what is measured with optimisation, and measures it.

use std::fs;
use std::path::Path;

use crate::java;
use crate::run::{cargo, command, root, succeed, target};

pub fn run(arguments: &[String]) -> anyhow::Result<()> {
    java::run_if_possible()?;
    succeed(&mut cargo(&["build", "--release", "--quiet", "--package", "hob", "--package", "hob-bench"]))?;
    let native = root().join("bench/native");
    let mut build = cargo(&["build", "--release", "--quiet"]);
    // Static, as programs for `provided` mostly are: the loader's time is not Hob's.
    build
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .env("CARGO_TARGET_DIR", target().join("bench-native"));
    succeed(build.current_dir(&native))?;
    let clients = target().join("bench-clients");
    for client in CLIENTS {
        // Its row is left out if it cannot be had.
        if let Err(error) = prepare(client, &clients.join(client.name)) {
            eprintln!("no {}: {error:#}", client.name);
        }
    }
    let peers = target().join("bench-peers");
    if arguments.iter().any(|argument| argument == "peers") {
        prepare_peers(&peers)?;
    }
    let bench = target().join("release/hob-bench");
    let mut bench = command(&bench.to_string_lossy(), &[]);
    bench.arg("--hob").arg(target().join("release/hob"));
    bench.arg("--native").arg(target().join("bench-native/release/bootstrap"));
    bench.arg("--clients").arg(clients).arg("--peers").arg(peers);
    succeed(bench.args(arguments))
}

/// One of AWS's own runtime clients, which the examples package with a function.
#[derive(Clone, Copy)]
struct Client {
    name: &'static str,
    install: &'static [&'static str],
}

const CLIENTS: [Client; 2] = [
    Client {
        name: "awslambdaric",
        install: &["python3", "-m", "pip", "install", "--quiet", "--target", ".", "-r", "requirements.txt"],
    },
    Client { name: "aws-lambda-ric", install: &["npm", "install", "--silent"] },
];

/// Copies the example and installs the client beside it, unless that was done before.
fn prepare(client: Client, folder: &Path) -> anyhow::Result<()> {
    once(folder, || {
        copy_files(&root().join("examples").join(client.name), folder)?;
        let [program, arguments @ ..] = client.install else { return Ok(()) };
        succeed(command(program, arguments).current_dir(folder))
    })
}

/// What Hob is compared with, from the registries of Python and Node.js.
fn prepare_peers(folder: &Path) -> anyhow::Result<()> {
    let sources = root().join("bench/peers");
    let (python, serverless, rust) = (folder.join("python"), folder.join("serverless"), folder.join("rust"));
    once(&python, || {
        succeed(command("python3", &["-m", "venv"]).arg(&python))?;
        let mut install = command(&python.join("bin/pip").to_string_lossy(), &["install", "--quiet", "-r"]);
        succeed(install.arg(sources.join("requirements.txt")))
    })?;
    once(&serverless, || {
        copy_files(&sources.join("serverless"), &serverless)?;
        succeed(command("npm", &["install", "--silent"]).current_dir(&serverless))
    })?;
    once(&rust, || {
        copy_files(&sources.join("rust"), &rust)?;
        copy_files(&sources.join("rust/src"), &rust.join("src"))
    })
}

/// Unless it was done before.
fn once(folder: &Path, install: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    if folder.join("installed").exists() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    install()?;
    Ok(fs::write(folder.join("installed"), "")?)
}

fn copy_files(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let file = entry?.path();
        if let (true, Some(name)) = (file.is_file(), file.file_name()) {
            fs::copy(&file, to.join(name))?;
        }
    }
    Ok(())
}
