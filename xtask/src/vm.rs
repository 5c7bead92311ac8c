//! `cargo xtask test --vm`: the sandbox's tests on Debian's own kernel with pure cgroup v2, as root and as an
//! ordinary user, in a machine that qemu emulates.
//!
//! Nothing but qemu gets installed: the kernel and busybox are unpacked from Debian's packages below the target
//! directory. The machine's root is the host's, read-only, with a layer in memory above it; so it runs the test
//! programs that cargo built here. Emulation needs no rights and no KVM, and takes its time: some minutes.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};

use crate::run::{cargo, command, has, succeed, target};

const QEMU: &str = "qemu-system-x86_64";
const KERNEL: &str = "linux-image-amd64";
const INIT: &str = include_str!("vm/init.sh");
const SUITE: &str = include_str!("vm/suite.sh");

/// What the machine needs to reach its root; it loads all other modules from there.
const EARLY_MODULES: [&str; 4] = ["virtio_pci", "9pnet_virtio", "9p", "overlay"];

/// The integration tests of the crate `hob-sandbox` that run in the machine.
const TESTS: [&str; 2] = ["sandbox", "network"];

/// Lines of the machine that are for us begin so.
const MARK: &str = "hob-vm: ";

/// After so many seconds the machine is stopped: it hangs.
const DEADLINE_SECONDS: u32 = 30 * 60;

pub fn run() -> anyhow::Result<()> {
    ensure!(cfg!(target_arch = "x86_64"), "the machine is an x86-64 one, and cargo builds for another here");
    let vm = target().canonicalize().unwrap_or_else(|_| target()).join("vm");
    fs::create_dir_all(&vm)?;
    install_qemu()?;
    let version = unpack_packages(&vm)?;
    pack_initramfs(&vm, &version)?;
    fs::write(vm.join("tests"), build_tests()?)?;
    fs::write(vm.join("suite.sh"), SUITE)?;
    conclude(&boot(&vm, &version)?)
}

fn install_qemu() -> anyhow::Result<()> {
    if has(QEMU) {
        return Ok(());
    }
    succeed(&mut command("apt-get", &["install", "-qq", "-y", "--no-install-recommends", "qemu-system-x86"]))
        .context("the machine needs qemu (Debian: apt-get install qemu-system-x86)")
}

/// Returns the kernel's version.
fn unpack_packages(vm: &Path) -> anyhow::Result<String> {
    let package = newest_kernel()?;
    let version = package.trim_start_matches("linux-image-").to_owned();
    let packages = vm.join("packages");
    let complete = vm.join(format!("{version}.complete"));
    if complete.exists() {
        return Ok(version);
    }
    let _ = fs::remove_dir_all(&packages);
    fs::create_dir_all(&packages)?;
    succeed(
        Command::new("apt-get").args(["-q", "download", &package, "busybox-static"]).current_dir(&packages),
    )?;
    for file in fs::read_dir(&packages)?.flatten().filter(|file| is_package(&file.path())) {
        succeed(Command::new("dpkg").arg("-x").arg(file.path()).arg(&packages))?;
        fs::remove_file(file.path())?;
    }
    succeed(Command::new(busybox(vm)).args(["depmod", "-b"]).arg(&packages).arg(&version))?;
    fs::write(complete, "")?;
    Ok(version)
}

fn is_package(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "deb")
}

fn busybox(vm: &Path) -> PathBuf {
    vm.join("packages/bin/busybox")
}

/// The package that Debian's `linux-image-amd64` stands for today.
fn newest_kernel() -> anyhow::Result<String> {
    let output =
        command("apt-cache", &["depends", KERNEL]).output().context("the machine needs Debian's apt")?;
    let text = String::from_utf8(output.stdout)?;
    let package = text.lines().find_map(|line| line.trim().strip_prefix("Depends: "));
    Ok(package.context("apt does not know the kernel; run apt-get update")?.to_owned())
}

/// The machine's first files: busybox, the early modules, and `/init`.
fn pack_initramfs(vm: &Path, version: &str) -> anyhow::Result<()> {
    let root = vm.join("initramfs");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("bin"))?;
    fs::copy(busybox(vm), root.join("bin/busybox"))?;
    copy_early_modules(
        &vm.join("packages/lib/modules").join(version),
        &root.join("lib/modules").join(version),
    )?;
    fs::write(root.join("init"), INIT)?;
    let busybox = busybox(vm).display().to_string();
    let script = format!("chmod 755 init && find . | {busybox} cpio -o -H newc | gzip -1 > ../initramfs.gz");
    succeed(Command::new("sh").args(["-c", &script]).current_dir(root))
}

/// `modules.dep` has lines such as `a/x.ko: b/y.ko c/z.ko`: what x needs.
fn copy_early_modules(from: &Path, to: &Path) -> anyhow::Result<()> {
    let dependencies = fs::read_to_string(from.join("modules.dep"))?;
    let mut files = BTreeSet::from(["modules.dep"]);
    for line in dependencies.lines() {
        let (module, needed) = line.split_once(':').unwrap_or((line, ""));
        let name = Path::new(module).file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let name = name.split('.').next().unwrap_or_default();
        if EARLY_MODULES.contains(&name) {
            files.insert(module);
            files.extend(needed.split_whitespace());
        }
    }
    for file in files {
        let copy = to.join(file);
        fs::create_dir_all(copy.parent().unwrap_or(to))?;
        fs::copy(from.join(file), copy)?;
    }
    Ok(())
}

/// Lines of a test's name and its program.
fn build_tests() -> anyhow::Result<String> {
    let mut build = cargo(&["test", "--no-run", "--message-format=json", "--package", "hob-sandbox"]);
    build.args(TESTS.iter().flat_map(|test| ["--test", test]));
    let output = build.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "the tests do not build");
    let mut lines = String::new();
    for message in String::from_utf8(output.stdout)?.lines() {
        let message: serde_json::Value = serde_json::from_str(message)?;
        let (name, program) = (message["target"]["name"].as_str(), message["executable"].as_str());
        if let (Some(name), Some(program)) = (name, program)
            && TESTS.contains(&name)
        {
            lines.push_str(&format!("{name} {program}\n"));
        }
    }
    Ok(lines)
}

/// Shows what the machine prints, and returns its lines that are for us.
fn boot(vm: &Path, version: &str) -> anyhow::Result<Vec<String>> {
    let append = format!("console=ttyS0 panic=-1 quiet cgroup_no_v1=all hob.vm={}", vm.display());
    let mut qemu = Command::new("timeout")
        .args([&DEADLINE_SECONDS.to_string(), QEMU])
        .args(["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "2048", "-no-reboot"])
        .args(["-nodefaults", "-display", "none", "-monitor", "none", "-serial", "stdio"])
        .arg("-kernel")
        .arg(vm.join("packages/boot").join(format!("vmlinuz-{version}")))
        .arg("-initrd")
        .arg(vm.join("initramfs.gz"))
        .args(["-append", &append])
        .args(["-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap"])
        .args(["-device", "virtio-9p-pci,fsdev=host,mount_tag=host"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut marked = Vec::new();
    let console = BufReader::new(qemu.stdout.take().context("qemu has a console")?);
    for line in console.split(b'\n') {
        let line = String::from_utf8_lossy(&line?).trim_end().to_owned();
        println!("{line}");
        marked.extend(line.strip_prefix(MARK).map(str::to_owned));
    }
    let status = qemu.wait()?;
    ensure!(status.success(), "the machine ended with {status}");
    Ok(marked)
}

/// Every test, and the one of the ordinary user, must have passed.
fn conclude(marked: &[String]) -> anyhow::Result<()> {
    println!("\nIn the machine:");
    for line in marked {
        println!("  {line}");
    }
    let passed = marked.iter().filter(|line| line.starts_with("passed ")).count();
    if passed != TESTS.len() + 1 {
        bail!("{passed} of {} passed", TESTS.len() + 1);
    }
    Ok(())
}
