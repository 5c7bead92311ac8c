"""`hob sign`: keys, profiles and signed packages. What a signature is made of is checked against docs/code-signing.md."""

import base64
import hashlib
import json
import stat
import subprocess
import tomllib
import zipfile

import pytest

SIGNATURE = "META-INF/hob-signature.json"


@pytest.fixture
def run(hob, tmp_path):
    def run(*arguments: str, status: int = 0) -> subprocess.CompletedProcess:
        done = subprocess.run(
            [str(hob), *arguments], cwd=tmp_path, env={"NO_COLOR": "1"}, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == status, f"{arguments} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    return run


@pytest.fixture
def package(tmp_path):
    with zipfile.ZipFile(tmp_path / "function.zip", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("app.py", "def handler(event, context): return event")
        package.writestr("empty/", "")
        tool = zipfile.ZipInfo("bin/tool")
        tool.external_attr = 0o100755 << 16
        package.writestr(tool, "#!/bin/sh")
    return "function.zip"


@pytest.fixture
def profile(run):
    """A new key in release.pem, and its entry of hob.toml."""
    return tomllib.loads(run("sign", "--new-key", "release.pem").stdout)["signing_profiles"][0]


def sign(run, package, profile, *more: str) -> dict:
    arguments = ["--output", "json", "sign", package, "--profile", profile["arn"], "--key", "release.pem", *more]
    return json.loads(run(*arguments).stdout)


def contents(package: zipfile.ZipFile) -> str:
    """As the documentation tells it, for a package without links and without directories other than empty ones."""
    lines = []
    for entry in package.infolist():
        if entry.filename == SIGNATURE:
            continue
        executable = entry.external_attr >> 16 & 0o111
        mode = "040000" if entry.is_dir() else "100755" if executable else "100644"
        digest = hashlib.sha256(package.read(entry)).hexdigest()
        path = entry.filename.rstrip("/")
        lines.append((path.encode(), f"{mode} {digest} {path}\0".encode()))
    return hashlib.sha256(b"".join(line for _, line in sorted(lines))).hexdigest()


def test_a_new_key_is_secret_and_never_overwritten(run, tmp_path, profile):
    key = tmp_path / "release.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert profile["arn"].startswith("arn:aws:signer:us-east-1:000000000000:/signing-profiles/release/")
    before = key.read_text()
    assert "cannot write the key" in run("sign", "--new-key", "release.pem", status=1).stderr
    assert key.read_text() == before


def test_the_entry_of_a_new_key_is_valid_configuration(run, tmp_path, profile):
    (tmp_path / "hob.toml").write_text(run("sign", "--new-key", "other.pem").stdout)
    settings = {entry["key"]: entry["value"] for entry in json.loads(run("--output", "json", "config").stdout)}
    assert [one["arn"].split("/")[-2] for one in settings["signing_profiles"]] == ["other"]
    entry = (tmp_path / "hob.toml").read_text()
    (tmp_path / "hob.toml").write_text(entry + entry)
    assert "is configured twice" in run("config", status=1).stderr


def test_a_signed_package_holds_what_it_held_and_its_signature_last(run, tmp_path, package, profile):
    answer = sign(run, package, profile, "--valid-for", "90d")
    assert answer["Package"] == "function.signed.zip"
    with zipfile.ZipFile(tmp_path / package) as before, zipfile.ZipFile(tmp_path / "function.signed.zip") as after:
        assert after.testzip() is None
        assert after.namelist() == [*before.namelist(), SIGNATURE]
        for old, new in zip(before.infolist(), after.infolist()):
            assert before.read(old) == after.read(new)
            assert old.external_attr == new.external_attr
        signature = json.loads(after.read(SIGNATURE))
        assert signature["Contents"] == contents(before) == contents(after)
    assert signature["ProfileVersionArn"] == answer["ProfileVersionArn"] == profile["arn"]
    assert signature["JobArn"] == answer["JobArn"]
    assert signature["ExpiresAt"] == answer["ExpiresAt"]


def test_openssl_can_check_a_signature(run, tmp_path, package, profile):
    sign(run, package, profile, "--to", "signed.zip")
    with zipfile.ZipFile(tmp_path / "signed.zip") as signed:
        signature = json.loads(signed.read(SIGNATURE))
    members = ["Format", "ProfileVersionArn", "JobArn", "SignedAt", "ExpiresAt", "Algorithm", "Contents"]
    (tmp_path / "text").write_text("".join(signature[member] + "\n" for member in members))
    (tmp_path / "signature").write_bytes(base64.b64decode(signature["Signature"]))
    (tmp_path / "public").write_bytes(base64.b64decode(profile["public_key"]))
    subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "public", "-rawin", "-in", "text"]
        + ["-sigfile", "signature"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )


def test_a_key_of_openssl_signs(run, tmp_path, package, profile):
    made = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "release.pem"]
    subprocess.run(made, cwd=tmp_path, check=True, capture_output=True)
    sign(run, package, profile, "--to", "signed.zip")
    with zipfile.ZipFile(tmp_path / "signed.zip") as signed:
        assert json.loads(signed.read(SIGNATURE))["Algorithm"] == "ECDSA_P256_SHA256"


def test_what_cannot_be_signed_is_refused_with_the_reason(run, tmp_path, package, profile):
    (tmp_path / "text.zip").write_text("this is no zip")
    (tmp_path / "rsa.pem").write_text("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")
    arguments = ["--profile", profile["arn"], "--key"]
    assert "the zip is not usable" in run("sign", "text.zip", *arguments, "release.pem", status=1).stderr
    assert "neither of ECDSA on P-256 nor of Ed25519" in run("sign", package, *arguments, "rsa.pem", status=1).stderr
    long = run("sign", package, *arguments, "release.pem", "--valid-for", "4110d", status=1)
    assert "4109 days" in long.stderr
    assert "signing-profiles/NAME/VERSION" in run("sign", package, "--profile", "release", "--key", "k", status=2).stderr
    assert not (tmp_path / "function.signed.zip").exists()
