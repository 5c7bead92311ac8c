//! Of code signing.

use hob_wire::AwsError;

use crate::signing::{SignatureError, SignatureRefused, SignatureWarning};

impl From<SignatureRefused> for AwsError {
    fn from(SignatureRefused { name, error }: SignatureRefused) -> Self {
        code_signing(*error, &name)
    }
}

/// For the function or layer of that name. Only the text of a signature that is missing or by somebody else is known,
/// as several users reported it.
fn code_signing(error: SignatureError, name: &str) -> AwsError {
    tracing::info!(%error, name, "a package was refused");
    let reason = match error {
        SignatureError::Package(error) => return error.into(),
        SignatureError::Malformed(_) | SignatureError::ContentsChanged | SignatureError::Forged(_) => {
            return AwsError::new(
                "InvalidCodeSignatureException",
                format!(
                    "Lambda cannot deploy the function. The code signature failed the integrity check. Check the \
                     provided signature for {name}."
                ),
            );
        }
        SignatureError::Untrusted(warning) => match warning {
            SignatureWarning::NotSigned
            | SignatureWarning::UnknownProfile(_)
            | SignatureWarning::NotAllowed(_) => {
                "might be signed using a signature that the client is not configured to accept"
            }
            SignatureWarning::Revoked(_) => "might be signed using a signature that has been revoked",
            SignatureWarning::Expired(_) => "might be signed using a signature that has expired",
        },
    };
    AwsError::new(
        "CodeVerificationFailedException",
        format!(
            "Lambda cannot deploy the function. The function or layer {reason}. Check the provided signature for \
             {name}."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(error: SignatureError) -> String {
        let AwsError { code, message, .. } = code_signing(error, "my-function");
        format!("{code}: {}", message.unwrap_or_default())
    }

    #[test]
    fn integrity_and_trust_have_a_code_each() {
        let profile = "arn:aws:signer:us-east-1:000000000000:/signing-profiles/release/0123456789";
        let errors = [
            SignatureError::ContentsChanged,
            SignatureError::Untrusted(SignatureWarning::NotSigned),
            SignatureError::Untrusted(SignatureWarning::Expired(profile.parse().unwrap())),
        ];
        insta::assert_snapshot!(errors.map(answer).join("\n"), @"
        InvalidCodeSignatureException: Lambda cannot deploy the function. The code signature failed the integrity check. Check the provided signature for my-function.
        CodeVerificationFailedException: Lambda cannot deploy the function. The function or layer might be signed using a signature that the client is not configured to accept. Check the provided signature for my-function.
        CodeVerificationFailedException: Lambda cannot deploy the function. The function or layer might be signed using a signature that has expired. Check the provided signature for my-function.
        ");
    }
}
