use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::certificate;

/// Signs with RSA and SHA-256: `SignatureVersion` 2. Version 1 signs with SHA-1, which can be forged.
pub(crate) struct SigningKey {
    key: KeyPair,
    certificate: String,
    file_name: String,
}

impl SigningKey {
    /// A new one as PKCS #8.
    pub(crate) fn generate() -> Option<Vec<u8>> {
        let key = KeyPair::generate(KeySize::Rsa2048).ok()?;
        let der: Pkcs8V1Der<'_> = key.as_der().ok()?;
        Some(der.as_ref().to_vec())
    }

    pub(super) fn read(pkcs8: &[u8]) -> Option<Self> {
        let key = KeyPair::from_pkcs8(pkcs8).ok()?;
        let public: PublicKeyX509Der<'_> = key.public_key().as_der().ok()?;
        let hash = digest(&SHA256, public.as_ref());
        let hash = hash.as_ref().first_chunk::<16>()?;
        let body = certificate::to_be_signed(hash, public.as_ref());
        let certificate = certificate::pem(&certificate::signed(&body, &sign(&key, &body)?));
        let name: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Some(Self { key, certificate, file_name: format!("SimpleNotificationService-{name}.pem") })
    }

    /// Base64. `None`: the library failed.
    pub(crate) fn sign(&self, text: &str) -> Option<String> {
        sign(&self.key, text.as_bytes()).map(|signature| BASE64.encode(signature))
    }

    /// The self-signed certificate of the key, in PEM.
    pub(crate) fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The certificate's.
    pub(crate) fn file_name(&self) -> &str {
        &self.file_name
    }
}

fn sign(key: &KeyPair, message: &[u8]) -> Option<Vec<u8>> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
    Some(signature)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    #[test]
    fn a_key_signs_and_its_certificate_is_the_same_each_time() {
        let kept = SigningKey::generate().unwrap();
        let key = SigningKey::read(&kept).unwrap();
        let signature = BASE64.decode(key.sign("text").unwrap()).unwrap();
        let public: PublicKeyX509Der<'_> = key.key.public_key().as_der().unwrap();
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public.as_ref());
        assert!(public.verify(b"text", &signature).is_ok());
        assert!(public.verify(b"other", &signature).is_err());
        let again = SigningKey::read(&kept).unwrap();
        assert_eq!(again.certificate(), key.certificate());
        assert_eq!(again.file_name(), key.file_name());
    }
}
