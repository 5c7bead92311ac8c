//! Keys that sign, and those that check what was signed.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, ParsedPublicKey, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_types::Random;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// With signatures in DER.
    #[serde(rename = "ECDSA_P256_SHA256")]
    EcdsaP256Sha256,
    #[serde(rename = "ED25519")]
    Ed25519,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    #[error("there is no private key in PEM")]
    NotPem,
    #[error("the key is encrypted with a passphrase")]
    Encrypted,
    #[error("the key is not in base64")]
    NotBase64,
    #[error("the key is neither of ECDSA on P-256 nor of Ed25519")]
    Unsupported,
}

/// A public key as X.509 writes it (SubjectPublicKeyInfo). As text: base64 on one line, or PEM.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey {
    algorithm: Algorithm,
    der: Vec<u8>,
}

impl Algorithm {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EcdsaP256Sha256 => "ECDSA_P256_SHA256",
            Self::Ed25519 => "ED25519",
        }
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::EcdsaP256Sha256 => &ECDSA_P256_SHA256_ASN1,
            Self::Ed25519 => &ED25519,
        }
    }
}

impl PublicKey {
    fn from_der(der: Vec<u8>) -> Result<Self, InvalidKey> {
        let fits =
            |algorithm: &Algorithm| ParsedPublicKey::new(algorithm.verification(), der.as_slice()).is_ok();
        let algorithm = [Algorithm::EcdsaP256Sha256, Algorithm::Ed25519].into_iter().find(fits);
        Ok(Self { algorithm: algorithm.ok_or(InvalidKey::Unsupported)?, der })
    }

    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(self.algorithm.verification(), &self.der).verify(message, signature).is_ok()
    }
}

impl FromStr for PublicKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
        Self::from_der(BASE64.decode(String::from_iter(lines)).map_err(|_| InvalidKey::NotBase64)?)
    }
}

impl TryFrom<String> for PublicKey {
    type Error = InvalidKey;

    fn try_from(text: String) -> Result<Self, InvalidKey> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64.encode(&self.der))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// A private key. Nothing prints it but [`to_pem`](Self::to_pem).
pub struct SigningKey(KeyPair);

enum KeyPair {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// A new key of Ed25519, which, other than ECDSA, needs good randomness only once.
    pub fn generate(random: &dyn Random) -> Result<Self, Unspecified> {
        let seed: [u8; 32] = random.array();
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| Unspecified)?;
        Ok(Self(KeyPair::Ed25519(pair)))
    }

    /// From PKCS#8, as `openssl genpkey` writes it, or from `EC PRIVATE KEY`; not encrypted.
    pub fn from_pem(text: &str) -> Result<Self, InvalidKey> {
        let der = private_key_of(text)?;
        let ecdsa = EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_ASN1_SIGNING, &der);
        if let Ok(pair) = ecdsa {
            return Ok(Self(KeyPair::Ecdsa(pair)));
        }
        let pair = Ed25519KeyPair::from_pkcs8(&der).map_err(|_| InvalidKey::Unsupported)?;
        Ok(Self(KeyPair::Ed25519(pair)))
    }

    /// As PKCS#8, not encrypted.
    pub fn to_pem(&self) -> Result<String, Unspecified> {
        let der = match &self.0 {
            KeyPair::Ecdsa(pair) => pair.to_pkcs8v1()?,
            KeyPair::Ed25519(pair) => pair.to_pkcs8v1()?,
        };
        let text = BASE64.encode(der.as_ref());
        let lines = text.as_bytes().chunks(64).map(String::from_utf8_lossy);
        let lines: String = lines.map(|line| line.into_owned() + "\n").collect();
        Ok(format!("-----BEGIN PRIVATE KEY-----\n{lines}-----END PRIVATE KEY-----\n"))
    }

    pub fn public_key(&self) -> Result<PublicKey, Unspecified> {
        let (algorithm, der) = match &self.0 {
            KeyPair::Ecdsa(pair) => (Algorithm::EcdsaP256Sha256, pair.public_key().as_der()?),
            KeyPair::Ed25519(pair) => (Algorithm::Ed25519, pair.public_key().as_der()?),
        };
        Ok(PublicKey { algorithm, der: der.as_ref().to_vec() })
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        match self.0 {
            KeyPair::Ecdsa(_) => Algorithm::EcdsaP256Sha256,
            KeyPair::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let signature = match &self.0 {
            // The library takes this argument for compatibility, and its own randomness.
            KeyPair::Ecdsa(pair) => pair.sign(&SystemRandom::new(), message)?,
            KeyPair::Ed25519(pair) => pair.try_sign(message)?,
        };
        Ok(signature.as_ref().to_vec())
    }
}

/// The DER within the first block of PEM that holds a private key.
fn private_key_of(text: &str) -> Result<Vec<u8>, InvalidKey> {
    let label =
        |line: &str| line.strip_prefix("-----BEGIN ")?.strip_suffix("PRIVATE KEY-----").map(str::to_owned);
    let mut lines = text.lines().map(str::trim);
    match lines.find_map(label).as_deref() {
        Some("" | "EC ") => {}
        Some("ENCRYPTED ") => return Err(InvalidKey::Encrypted),
        Some(_) => return Err(InvalidKey::Unsupported),
        None => return Err(InvalidKey::NotPem),
    }
    let body = String::from_iter(lines.take_while(|line| !line.starts_with("-----")));
    BASE64.decode(body).map_err(|_| InvalidKey::NotBase64)
}

#[cfg(test)]
mod tests {
    use hob_types::SeededRandom;

    use super::*;

    /// What `openssl ecparam -name prime256v1 -genkey` writes. It signs nothing but what this test does.
    const OPENSSL_EC: &str = "-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIHQayKM0TPnRJ4xco1xAHdn8joaQy7tfrLAZzckYE2ARoAoGCCqGSM49
AwEHoUQDQgAEpuv+OBHzXwWw9MHXN8gLMob50/ijQVhsAExaBsOj88ptpDn2ocAi
WJWv5NqG2IHp1MlzRzv9hTlfLxKAVO43RA==
-----END EC PRIVATE KEY-----";

    #[test]
    fn a_key_survives_its_text() {
        let key = SigningKey::generate(&SeededRandom::new(1)).unwrap();
        let again = SigningKey::from_pem(&key.to_pem().unwrap()).unwrap();
        let public = key.public_key().unwrap();
        assert_eq!(again.public_key().unwrap(), public);
        assert_eq!(public.to_string().parse(), Ok(public.clone()));
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{public}\n-----END PUBLIC KEY-----\n");
        assert_eq!(pem.parse(), Ok(public));
    }

    #[test]
    fn openssl_keys_are_taken() {
        let key = SigningKey::from_pem(OPENSSL_EC).unwrap();
        let public = key.public_key().unwrap();
        assert_eq!(public.algorithm(), Algorithm::EcdsaP256Sha256);
        let signature = key.sign(b"message").unwrap();
        assert!(public.has_signed(b"message", &signature));
        assert!(!public.has_signed(b"another", &signature));
    }

    #[test]
    fn what_is_no_key_is_refused_with_the_reason() {
        let error = |text: &str| SigningKey::from_pem(text).err();
        let pem = |label: &str| format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
        assert_eq!(error("key"), Some(InvalidKey::NotPem));
        assert_eq!(error(&pem("PUBLIC KEY")), Some(InvalidKey::NotPem));
        assert_eq!(error(&pem("ENCRYPTED PRIVATE KEY")), Some(InvalidKey::Encrypted));
        assert_eq!(error(&pem("RSA PRIVATE KEY")), Some(InvalidKey::Unsupported));
        assert_eq!(error(&pem("PRIVATE KEY")), Some(InvalidKey::Unsupported));
        assert_eq!("?".parse::<PublicKey>(), Err(InvalidKey::NotBase64));
        assert_eq!("AAAA".parse::<PublicKey>(), Err(InvalidKey::Unsupported));
    }
}
