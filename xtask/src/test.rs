//! `cargo xtask test`: does its own set-up, then runs every test.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::run::{Steps, cargo, command, has, root, succeed, target};
use crate::{compatibility, java};

/// Debian packages that the tests use, and a program of each by which its absence is noticed.
const DEBIAN_PACKAGES: &[(&str, &str)] = &[
    ("setpriv", "util-linux"),
    ("ip", "iproute2"),
    ("nft", "nftables"),
    ("pasta", "passt"),
    ("mkfs.ext4", "e2fsprogs"),
    // The AWS CLI's second version, which alone has `aws logs tail`, is on no package index for Python.
    ("/usr/bin/aws", "awscli"),
    // AWS's runtime client for Node.js compiles a native module when it is installed.
    ("autoconf", "autoconf"),
    ("automake", "automake"),
    ("libtoolize", "libtool"),
    ("cmake", "cmake"),
];

pub fn run(pytest_arguments: &[String]) -> anyhow::Result<()> {
    let mut steps = Steps::default();
    all(&mut steps, pytest_arguments);
    steps.finish()
}

/// The steps of the test command, also run by CI.
pub fn all(steps: &mut Steps, pytest_arguments: &[String]) {
    steps.step("set-up", set_up);
    steps.step("Java's runtime", java::run_if_possible);
    let tested = steps.step("unit and integration tests", || {
        let recording = compatibility::recording()?;
        succeed(cargo(&["test", "--workspace", "--quiet"]).env(compatibility::VARIABLE, recording))
    });
    if tested {
        steps.step("docs/compatibility.md", compatibility::check);
    }
    steps.step("runtimes", runtimes);
    let built = steps.step("build", || succeed(&mut cargo(&["build", "--quiet", "--package", "hob"])));
    if built {
        steps.step("the product from outside", || outside(pytest_arguments));
    }
}

pub fn set_up() -> anyhow::Result<()> {
    debian_packages()?;
    python_packages()
}

/// Only root can install; without it the tests that need a missing program skip with a reason.
fn debian_packages() -> anyhow::Result<()> {
    let missing: Vec<&str> =
        DEBIAN_PACKAGES.iter().filter(|(program, _)| !found(program)).map(|(_, package)| *package).collect();
    if missing.is_empty() || !is_root() || !has("apt-get") {
        return Ok(());
    }
    eprintln!("installing {}", missing.join(" "));
    let quiet = |arguments: &[&str]| {
        let mut apt = command("apt-get", arguments);
        apt.env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null());
        succeed(&mut apt)
    };
    // Old lists are good enough if new ones cannot be had.
    let _ = quiet(&["update", "-qq"]);
    let mut install = vec!["install", "-qq", "-y", "--no-install-recommends"];
    install.extend(missing);
    if let Err(error) = quiet(&install) {
        eprintln!("going on without: {error}");
    }
    Ok(())
}

fn found(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(system).any(|folder| folder.join(program).exists())
}

fn is_root() -> bool {
    let id = command("id", &["-u"]).output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

pub fn venv() -> PathBuf {
    target().join("test-venv")
}

/// Makes the virtual environment, and again when `tests/requirements.txt` has changed.
fn python_packages() -> anyhow::Result<()> {
    let wanted = fs::read_to_string(root().join("tests/requirements.txt"))?;
    let stamp = venv().join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    eprintln!("installing the clients of tests/requirements.txt into {}", venv().display());
    make_venv(&venv())?;
    let python = venv().join("bin/python");
    let pip =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "tests/requirements.txt"];
    succeed(&mut command(&python.to_string_lossy(), &pip))?;
    fs::write(stamp, wanted).context("cannot mark the virtual environment as complete")
}

fn make_venv(place: &Path) -> anyhow::Result<()> {
    let place = place.to_string_lossy();
    let make = || succeed(&mut command("python3", &["-m", "venv", "--clear", &place]));
    make().or_else(|error| {
        if !is_root() {
            return Err(error.context("python3 needs its venv module (Debian: apt-get install python3-venv)"));
        }
        succeed(&mut command("apt-get", &["install", "-qq", "-y", "python3-venv"]))?;
        make()
    })
}

/// The bootstraps by themselves, against a Runtime API made for the purpose.
fn runtimes() -> anyhow::Result<()> {
    let python = venv().join("bin/python");
    succeed(&mut command(
        &python.to_string_lossy(),
        &["-m", "pytest", "-q", "-p", "no:cacheprovider", "runtimes/python"],
    ))?;
    if has("node") {
        succeed(&mut command("node", &["--test", "runtimes/nodejs/test/"]))?;
    }
    if has("javac") { java::test() } else { Ok(()) }
}

fn outside(arguments: &[String]) -> anyhow::Result<()> {
    let python = venv().join("bin/python");
    let mut pytest = command(
        &python.to_string_lossy(),
        &["-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "tests/pytest.ini", "--rootdir", "tests"],
    );
    if arguments.is_empty() {
        // More workers than cores: a test mostly waits for its server.
        pytest.args(["-n", "4", "tests"]);
    } else {
        pytest.args(arguments);
    }
    succeed(pytest.env("HOB_BINARY", target().join("debug/hob")))
}
