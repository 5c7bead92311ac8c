use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use hob_lambda::signing::{ProfileVersionArn, SigningKey, Validity, sign};
use hob_types::Clock as _;
use serde_json::json;

use crate::config::Span;
use crate::failure::{Failure, OrFail as _, Outcome};
use crate::output::{self, Format};
use crate::system::{SystemClock, SystemRandom};

/// 135 months, as AWS Signer has it for Lambda.
const VALID_MAX: Duration = Duration::from_secs(4109 * 86_400);

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hob sign --new-key release.pem >> hob.toml
  hob sign function.zip --profile arn:aws:signer:… --key release.pem --to function.signed.zip

A function with a code signing configuration takes what one of its allowed publishers has signed.
See docs/code-signing.md.")]
pub struct Arguments {
    /// The zip to sign.
    #[arg(required_unless_present = "new_key", requires = "profile", requires = "key")]
    package: Option<PathBuf>,

    /// In whose name: the ARN of a signing profile's version.
    #[arg(long, value_name = "ARN")]
    profile: Option<ProfileVersionArn>,

    /// The private key, in PEM: Ed25519 or ECDSA on P-256.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,

    /// Where the signed zip goes [default: PACKAGE.signed.zip beside it]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,

    /// How long the signature holds; 4109d (135 months) at most.
    #[arg(long, value_name = "TIME", default_value = "4109d")]
    valid_for: Span,

    /// Make a new key instead, and print its entry for hob.toml.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["package", "key", "to"])]
    new_key: Option<PathBuf>,
}

pub fn run(arguments: Arguments, format: Format) -> Outcome {
    let Arguments { package, profile, key, to, valid_for, new_key } = arguments;
    match (new_key, package, profile, key) {
        (Some(path), _, profile, _) => make_key(&path, profile, format),
        (None, Some(package), Some(profile), Some(key)) => {
            let to = to.unwrap_or_else(|| package.with_extension("signed.zip"));
            sign_package(&package, profile, &key, &to, valid_for.0, format)
        }
        // The grammar admits nothing else.
        _ => Err(Failure::new("a package is signed with a profile and a key")),
    }
}

fn make_key(path: &Path, profile: Option<ProfileVersionArn>, format: Format) -> Outcome {
    let failed = || format!("cannot make the key {}", path.display());
    let key = SigningKey::generate(&SystemRandom).or_fail(failed)?;
    let arn = match profile {
        Some(arn) => arn,
        None => new_profile(path)?,
    };
    let public_key = key.public_key().or_fail(failed)?;
    write_secret(path, &key.to_pem().or_fail(failed)?)?;
    let answer = json!({ "Key": path, "ProfileVersionArn": arn, "PublicKey": public_key });
    format
        .show(&answer, |_| format!("[[signing_profiles]]\narn = \"{arn}\"\npublic_key = \"{public_key}\"\n"));
    if format.is_text() {
        output::note(format!("wrote the private key to {}; the above belongs into hob.toml", path.display()));
    }
    Ok(())
}

/// Named after the key's file.
fn new_profile(path: &Path) -> Outcome<ProfileVersionArn> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = stem.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    ProfileVersionArn::local(&name, &SystemRandom).ok_or_else(|| {
        Failure::new(format!("no signing profile can be named after {}", path.display()))
            .because("a profile's name has 2 to 64 letters, digits and underscores")
            .advise("give its ARN with `--profile`")
    })
}

/// A file that is there stays: it may hold the only copy of another key.
fn write_secret(path: &Path, text: &str) -> Outcome {
    let mut options = fs::OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .or_fail(|| format!("cannot write the key to {}", path.display()))
}

fn sign_package(
    package: &Path,
    profile: ProfileVersionArn,
    key: &Path,
    to: &Path,
    valid_for: Duration,
    format: Format,
) -> Outcome {
    let failed = || format!("cannot sign {}", package.display());
    let key = read_key(key)?;
    let zip = fs::read(package).or_fail(|| format!("cannot read {}", package.display()))?;
    let validity = validity(valid_for)?;
    let signed = sign(&zip.into(), &key, profile.clone(), validity, &SystemRandom).or_fail(failed)?;
    fs::write(to, &signed.zip).or_fail(|| format!("cannot write {}", to.display()))?;
    let expires = validity.expires_at.to_rfc3339();
    let answer = json!({
        "Package": to,
        "ProfileVersionArn": profile,
        "JobArn": signed.job_arn,
        "ExpiresAt": expires,
    });
    format.show(&answer, |_| format!("signed {} as {profile}, until {expires}", to.display()));
    Ok(())
}

fn read_key(path: &Path) -> Outcome<SigningKey> {
    let failed = || format!("cannot use the key {}", path.display());
    let text = fs::read_to_string(path).or_fail(failed)?;
    SigningKey::from_pem(&text).or_fail(failed).map_err(|failure| {
        failure.advise("`hob sign --new-key FILE`, or `openssl genpkey -algorithm ed25519`, makes one")
    })
}

fn validity(valid_for: Duration) -> Outcome<Validity> {
    if valid_for > VALID_MAX || valid_for.is_zero() {
        return Err(Failure::new(
            "a signature holds for 4109 days (135 months) at most, and not for no time",
        ));
    }
    let signed_at = SystemClock.now();
    Ok(Validity { signed_at, expires_at: signed_at + valid_for })
}
