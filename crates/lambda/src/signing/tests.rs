//! What a signature holds fast, and what becomes of packages that are not trusted.

use std::io::{Cursor, Read as _, Write as _};
use std::time::Duration;

use bytes::Bytes;
use hob_storage::UntrustedArtifact;
use hob_types::{Random, SeededRandom, Timestamp};
use proptest::prelude::*;
use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::signature::PATH;
use super::{
    ProfileVersionArn, SignatureError, SignatureWarning, SigningKey, SigningProfile, SigningProfiles,
    Validity, Verified, sign, verify,
};
use crate::package::{Package, PackageError};

const NOW: Timestamp = Timestamp::from_millis(1_767_323_045_678);
const DAY: Duration = Duration::from_secs(86_400);

type Zip = ZipWriter<Cursor<Vec<u8>>>;

fn arn(name: &str) -> ProfileVersionArn {
    format!("arn:aws:signer:us-east-1:000000000000:/signing-profiles/{name}/0123456789").parse().unwrap()
}

fn random(seed: u64) -> Box<dyn Random> {
    Box::new(SeededRandom::new(seed))
}

fn key(seed: u64) -> SigningKey {
    SigningKey::generate(&*random(seed)).unwrap()
}

/// A server that knows one profile, `release`, whose key is `key(1)`, and allows it.
struct Server {
    profile: SigningProfile,
    allowed: Vec<ProfileVersionArn>,
    now: Timestamp,
}

impl Server {
    fn new() -> Self {
        let profile =
            SigningProfile { public_key: key(1).public_key().unwrap(), expires: None, revoked: false };
        Self { profile, allowed: vec![arn("release")], now: NOW }
    }

    fn deploy(&self, zip: Bytes, policy: UntrustedArtifact) -> Result<Verified, SignatureError> {
        let profiles = SigningProfiles::from_iter([(arn("release"), self.profile.clone())]);
        verify(&Package::open(zip)?, &profiles, &self.allowed, policy, self.now)
    }

    /// Untrusted: deployed with the warning, or not at all.
    fn check_untrusted(&self, zip: &Bytes, warning: &SignatureWarning) {
        let warned = self.deploy(zip.clone(), UntrustedArtifact::Warn).unwrap();
        assert_eq!(warned.warnings, std::slice::from_ref(warning));
        let enforced = self.deploy(zip.clone(), UntrustedArtifact::Enforce);
        assert_eq!(enforced, Err(SignatureError::Untrusted(warning.clone())));
    }
}

fn add(zip: &mut Zip, name: &str, contents: &[u8]) {
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(contents).unwrap();
}

fn zip(fill: impl FnOnce(&mut Zip)) -> Bytes {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    fill(&mut writer);
    writer.finish().unwrap().into_inner().into()
}

fn package() -> Bytes {
    zip(|zip| {
        add(zip, "app.py", b"def handler(event, context): return event");
        add(zip, "lib/module.py", b"");
        zip.add_directory("empty/", SimpleFileOptions::default()).unwrap();
        zip.add_symlink("link", "app.py", SimpleFileOptions::default()).unwrap();
    })
}

fn signed_by(key: &SigningKey, profile: &str, zip: &Bytes) -> Bytes {
    let validity = Validity { signed_at: NOW, expires_at: NOW + DAY };
    sign(zip, key, arn(profile), validity, &*random(2)).unwrap().zip.into()
}

fn signed() -> Bytes {
    signed_by(&key(1), "release", &package())
}

/// Writes the package anew: each file as `change` gives it back, or not at all, and then what `more` adds.
fn rewritten(
    zip: &Bytes,
    change: impl Fn(&str, Vec<u8>) -> Option<(String, Vec<u8>)>,
    more: impl FnOnce(&mut Zip),
) -> Bytes {
    let mut from = ZipArchive::new(Cursor::new(zip.clone())).unwrap();
    self::zip(|to| {
        for index in 0..from.len() {
            let mut file = from.by_index(index).unwrap();
            if !file.is_file() {
                to.raw_copy_file(file).unwrap();
                continue;
            }
            let name = file.name().unwrap().into_owned();
            let mut contents = Vec::new();
            file.read_to_end(&mut contents).unwrap();
            if let Some((name, contents)) = change(&name, contents) {
                add(to, &name, &contents);
            }
        }
        more(to);
    })
}

fn with(zip: &Bytes, path: &str, contents: &[u8]) -> Bytes {
    let change =
        |name: &str, old| Some((name.to_owned(), if name == path { contents.to_vec() } else { old }));
    rewritten(zip, change, |_| ())
}

/// With one member of the signature's file replaced.
fn with_claim(zip: &Bytes, member: &str, value: &str) -> Bytes {
    let text = Package::open(zip.clone()).unwrap().read_file(PATH, 10_000).unwrap().unwrap();
    let mut claim: Value = serde_json::from_slice(&text).unwrap();
    assert!(claim.get(member).is_some_and(|old| old != value), "{member}");
    claim[member] = value.into();
    with(zip, PATH, &serde_json::to_vec(&claim).unwrap())
}

#[test]
fn a_signed_package_is_trusted() {
    let verified = Server::new().deploy(signed(), UntrustedArtifact::Enforce).unwrap();
    let (profile, job) = verified.signed.unwrap();
    assert_eq!(profile, arn("release"));
    assert!(job.to_string().starts_with("arn:aws:signer:us-east-1:000000000000:/signing-jobs/"));
    assert_eq!(verified.warnings, []);
}

#[test]
fn the_signature_is_the_last_file_and_says_who_and_how_long() {
    let signed = signed();
    let archive = ZipArchive::new(Cursor::new(signed.clone())).unwrap();
    assert_eq!(archive.file_names().last().unwrap().unwrap(), PATH);
    let text = Package::open(signed).unwrap().read_file(PATH, 10_000).unwrap().unwrap();
    insta::assert_snapshot!(String::from_utf8(text).unwrap(), @r#"
    {
      "Format": "hob-signature-1",
      "ProfileVersionArn": "arn:aws:signer:us-east-1:000000000000:/signing-profiles/release/0123456789",
      "JobArn": "arn:aws:signer:us-east-1:000000000000:/signing-jobs/ce56971c-de35-4897-821e-fc0b1046c8bf",
      "SignedAt": "2026-01-02T03:04:05.678Z",
      "ExpiresAt": "2026-01-03T03:04:05.678Z",
      "Algorithm": "ED25519",
      "Contents": "bf6d026f867b5e4b90ea79cc5d72714e8ec215e248dd40d5705ae7b06e3e3c4e",
      "Signature": "+WMyFjbpzXVnltVT3MExKwM5eay3rLFzRU0O9CSv9cbgs0PhUBS8/9uuExVSovCnfX9I+Ti77+FMdHY1TLtMBw=="
    }
    "#);
}

#[test]
fn how_a_package_is_zipped_does_not_matter() {
    let again = rewritten(&signed(), |name, contents| Some((name.to_owned(), contents)), |_| ());
    assert_ne!(again, signed());
    assert!(Server::new().deploy(again, UntrustedArtifact::Enforce).is_ok());
}

#[test]
fn a_package_may_be_signed_again() {
    let once = signed_by(&key(7), "other", &package());
    let twice = signed_by(&key(1), "release", &once);
    assert!(Server::new().deploy(twice, UntrustedArtifact::Enforce).is_ok());
}

#[test]
fn a_package_may_have_files_beside_its_signature() {
    let jar = zip(|zip| {
        zip.add_directory("META-INF/", SimpleFileOptions::default()).unwrap();
        add(zip, "META-INF/MANIFEST.MF", b"");
    });
    let empty = zip(|zip| zip.add_directory("META-INF/", SimpleFileOptions::default()).unwrap());
    for package in [jar, empty] {
        let signed = signed_by(&key(1), "release", &package);
        assert!(Server::new().deploy(signed, UntrustedArtifact::Enforce).is_ok());
    }
}

#[test]
fn whatever_is_changed_in_a_signed_package_is_noticed_whatever_the_policy() {
    let signed = signed();
    let keep = |name: &str, contents| Some((name.to_owned(), contents));
    let not = |unwanted: &'static str| {
        move |name: &str, contents| (name != unwanted).then(|| (name.to_owned(), contents))
    };
    let moved = |name: &str, contents| Some((name.replace("module", "modules"), contents));
    let executable = |zip: &mut Zip| {
        zip.start_file("lib/module.py", SimpleFileOptions::default().unix_permissions(0o755)).unwrap();
    };
    let directory = |name: &'static str| {
        move |zip: &mut Zip| zip.add_directory(name, SimpleFileOptions::default()).unwrap()
    };
    let link = |zip: &mut Zip| zip.add_symlink("other", "app.py", SimpleFileOptions::default()).unwrap();
    let changed = [
        ("contents", with(&signed, "app.py", b"import evil")),
        ("path", rewritten(&signed, moved, |_| ())),
        ("added file", rewritten(&signed, keep, |zip| add(zip, "boto3.py", b""))),
        ("added link", rewritten(&signed, keep, link)),
        ("added directory", rewritten(&signed, keep, directory("numpy/"))),
        ("removed file", rewritten(&signed, not("lib/module.py"), |_| ())),
        ("mode", rewritten(&signed, not("lib/module.py"), executable)),
        ("file to directory", rewritten(&signed, not("lib/module.py"), directory("lib/module.py/"))),
    ];
    for (what, package) in changed {
        for policy in [UntrustedArtifact::Warn, UntrustedArtifact::Enforce] {
            let answer = Server::new().deploy(package.clone(), policy);
            assert_eq!(answer, Err(SignatureError::ContentsChanged), "{what}");
        }
    }
}

#[test]
fn whatever_is_changed_in_the_signature_itself_is_noticed_too() {
    let signed = signed();
    let forged = Err(SignatureError::Forged(arn("release")));
    let deploy = |zip: Bytes| Server::new().deploy(zip, UntrustedArtifact::Warn);
    assert_eq!(deploy(with_claim(&signed, "ExpiresAt", "2100-01-01T00:00:00Z")), forged);
    assert_eq!(deploy(with_claim(&signed, "SignedAt", "2025-01-01T00:00:00Z")), forged);
    assert_eq!(deploy(with_claim(&signed, "Algorithm", "ECDSA_P256_SHA256")), forged);
    let job = "arn:aws:signer:us-east-1:000000000000:/signing-jobs/00000000-0000-4000-8000-000000000000";
    assert_eq!(deploy(with_claim(&signed, "JobArn", job)), forged);
    assert_eq!(deploy(with_claim(&signed, "Signature", "AAAA")), forged);
    assert_eq!(deploy(with_claim(&signed, "Signature", "?")), forged);
    let contents = "0".repeat(64);
    assert_eq!(deploy(with_claim(&signed, "Contents", &contents)), Err(SignatureError::ContentsChanged));
    let malformed = |zip| matches!(deploy(zip), Err(SignatureError::Malformed(_)));
    assert!(malformed(with_claim(&signed, "Format", "hob-signature-2")));
    assert!(malformed(with_claim(&signed, "ProfileVersionArn", "release")));
    assert!(malformed(with(&signed, PATH, b"{}")));
    let huge = with(&signed, PATH, &vec![b' '; 20_000]);
    assert!(matches!(deploy(huge), Err(SignatureError::Package(PackageError::Malformed(_)))));
}

#[test]
fn another_key_cannot_sign_in_a_profile_s_name() {
    let forged = signed_by(&key(7), "release", &package());
    let answer = Server::new().deploy(forged, UntrustedArtifact::Warn);
    assert_eq!(answer, Err(SignatureError::Forged(arn("release"))));
}

#[test]
fn what_is_not_signed_is_not_trusted() {
    Server::new().check_untrusted(&package(), &SignatureWarning::NotSigned);
}

#[test]
fn a_profile_must_be_known_and_allowed() {
    let other = signed_by(&key(7), "other", &package());
    Server::new().check_untrusted(&other, &SignatureWarning::UnknownProfile(arn("other")));
    let server = Server { allowed: vec![arn("other")], ..Server::new() };
    server.check_untrusted(&signed(), &SignatureWarning::NotAllowed(arn("release")));
    let warned = server.deploy(signed(), UntrustedArtifact::Warn).unwrap();
    assert!(warned.signed.is_some(), "the signature is genuine all the same");
}

#[test]
fn signatures_and_profiles_expire() {
    let expired = SignatureWarning::Expired(arn("release"));
    let at = |now| Server { now, ..Server::new() };
    at(NOW + DAY).check_untrusted(&signed(), &expired);
    let last = Timestamp::from_millis((NOW + DAY).as_millis() - 1);
    assert!(at(last).deploy(signed(), UntrustedArtifact::Enforce).is_ok());
    let mut server = Server::new();
    server.profile.expires = Some(NOW);
    server.check_untrusted(&signed(), &expired);
}

#[test]
fn a_revoked_profile_is_not_trusted_any_more() {
    let mut server = Server::new();
    server.profile.revoked = true;
    server.check_untrusted(&signed(), &SignatureWarning::Revoked(arn("release")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_package_verifies_until_one_byte_changes(
        files in proptest::collection::btree_map("[a-z]{1,8}", proptest::collection::vec(any::<u8>(), 1..200), 1..8),
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        by in 1_u8..,
    ) {
        let package = zip(|zip| files.iter().for_each(|(name, contents)| add(zip, name, contents)));
        let signed = signed_by(&key(1), "release", &package);
        let server = Server::new();
        prop_assert!(server.deploy(signed.clone(), UntrustedArtifact::Enforce).is_ok());
        let (name, contents) = files.iter().nth(which.index(files.len())).unwrap();
        let mut contents = contents.clone();
        let at = at.index(contents.len());
        contents[at] = contents[at].wrapping_add(by);
        let answer = server.deploy(with(&signed, name, &contents), UntrustedArtifact::Warn);
        prop_assert_eq!(answer, Err(SignatureError::ContentsChanged));
    }

    #[test]
    fn any_damage_to_the_archive_is_noticed_or_harmless(at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let mut damaged = signed().to_vec();
        let at = at.index(damaged.len());
        damaged[at] = with;
        // What verifies is what was signed: the byte was one of those that no function gets to see.
        if let Ok(verified) = Server::new().deploy(damaged.clone().into(), UntrustedArtifact::Enforce) {
            prop_assert!(verified.signed.is_some());
            let entries = |zip: Bytes| {
                let mut entries = Package::open(zip).unwrap().entries().unwrap();
                entries.retain(|entry| entry.path != PATH);
                entries
            };
            prop_assert_eq!(entries(damaged.into()), entries(signed()));
        }
    }
}
