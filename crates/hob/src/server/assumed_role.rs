//! Whom a function calls the API as: a session of its execution role, named like the function.

use aws_lc_rs::digest::{SHA256, digest};
use hob_types::FunctionArn;
use hob_wire::Caller;

/// The role's name stands at the end of its ARN; a path before it is no part of a session's ARN.
pub(super) fn caller(role: &str, function: &FunctionArn) -> Caller {
    let account = role.split(':').nth(4).filter(|account| !account.is_empty());
    let account = account.unwrap_or(function.account.as_str());
    let name = role.rsplit('/').next().unwrap_or(role);
    let session = &function.name;
    Caller {
        access_key_id: None,
        arn: format!("arn:aws:sts::{account}:assumed-role/{name}/{session}"),
        user_id: format!("{}:{session}", role_id(role)),
    }
}

/// `AROA` and 17 letters or digits, the same for the same role.
fn role_id(role: &str) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let hash = digest(&SHA256, role.as_bytes());
    let letters = hash.as_ref().iter().take(17).map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    "AROA".chars().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_calls_as_a_session_of_its_role() {
        let function = "arn:aws:lambda:us-east-1:123456789012:function:f".parse().unwrap();
        let caller = caller("arn:aws:iam::123456789012:role/service-role/worker", &function);
        assert_eq!(caller.arn, "arn:aws:sts::123456789012:assumed-role/worker/f");
        let (role, session) = caller.user_id.split_once(':').unwrap();
        assert!(role.starts_with("AROA") && role.len() == 21 && session == "f", "{}", caller.user_id);
    }
}
