//! A self-signed X.509 certificate, as far as one is needed to hand out a public key. Source: RFC 5280.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const NULL: u8 = 0x05;
const OBJECT_ID: u8 = 0x06;
const UTF8_STRING: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const EXPLICIT_0: u8 = 0xa0;

/// 1.2.840.113549.1.1.11
const SHA256_WITH_RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
/// 2.5.4.3
const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];
const NAME: &str = "Hob Simple Notification Service";
/// From the beginning of 2020 to the end of 2049: as long as this way of writing a time lasts.
const VALIDITY: [&str; 2] = ["200101000000Z", "491231235959Z"];

/// What is to be signed of a certificate for a public key (SubjectPublicKeyInfo).
pub(super) fn to_be_signed(serial_number: &[u8; 16], public_key: &[u8]) -> Vec<u8> {
    let mut serial = *serial_number;
    // Positive, and not written with zeros in front.
    serial[0] = serial[0] & 0x7f | 0x40;
    let version_3 = element(EXPLICIT_0, &[&element(INTEGER, &[&[2]])]);
    let validity = VALIDITY.map(|time| element(UTC_TIME, &[time.as_bytes()]));
    element(
        SEQUENCE,
        &[
            &version_3,
            &element(INTEGER, &[&serial]),
            &algorithm(),
            &name(),
            &element(SEQUENCE, &[&validity[0], &validity[1]]),
            &name(),
            public_key,
        ],
    )
}

pub(super) fn signed(to_be_signed: &[u8], signature: &[u8]) -> Vec<u8> {
    // All bits of the last byte are used.
    let signature = element(BIT_STRING, &[&[0], signature]);
    element(SEQUENCE, &[to_be_signed, &algorithm(), &signature])
}

pub(super) fn pem(der: &[u8]) -> String {
    let base64 = BASE64.encode(der);
    let lines: Vec<&str> = (0..base64.len())
        .step_by(64)
        .filter_map(|start| base64.get(start..base64.len().min(start + 64)))
        .collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn algorithm() -> Vec<u8> {
    element(SEQUENCE, &[&element(OBJECT_ID, &[&SHA256_WITH_RSA]), &element(NULL, &[])])
}

fn name() -> Vec<u8> {
    let attribute =
        element(SEQUENCE, &[&element(OBJECT_ID, &[&COMMON_NAME]), &element(UTF8_STRING, &[NAME.as_bytes()])]);
    element(SEQUENCE, &[&element(SET, &[&attribute])])
}

/// Tag, length and contents.
fn element(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let length = contents.len().to_be_bytes();
    let length = &length[length.iter().take_while(|&&byte| byte == 0).count()..];
    let mut element = vec![tag];
    match contents.len() {
        short @ 0..0x80 => element.push(short as u8),
        _ => {
            element.push(0x80 | length.len() as u8);
            element.extend(length);
        }
    }
    element.extend(contents);
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_in_as_few_bytes_as_they_need() {
        assert_eq!(element(NULL, &[]), [NULL, 0]);
        assert_eq!(element(INTEGER, &[&[1, 2]]), [INTEGER, 2, 1, 2]);
        assert_eq!(element(BIT_STRING, &[&[0; 0x80]])[..3], [BIT_STRING, 0x81, 0x80]);
        assert_eq!(element(BIT_STRING, &[&[0; 0x100]])[..4], [BIT_STRING, 0x82, 0x01, 0x00]);
    }
}
