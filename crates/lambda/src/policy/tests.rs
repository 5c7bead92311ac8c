//! What becomes of permissions and of whole documents, in AWS's own texts.

use proptest::option;
use proptest::prelude::*;

use super::{Permission, PolicyDocument, PolicyError};

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

fn permission(sid: &str, principal: &str) -> Permission {
    Permission {
        statement_id: sid.to_owned(),
        action: "lambda:InvokeFunction".to_owned(),
        principal: principal.to_owned(),
        ..Permission::default()
    }
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn policy(permissions: impl IntoIterator<Item = Permission>) -> PolicyDocument {
    let mut policy = PolicyDocument::default();
    for permission in permissions {
        policy.add(permission.statement(FUNCTION).unwrap()).unwrap();
    }
    policy
}

#[test]
fn a_bucket_may_call() {
    let permission = Permission {
        source_arn: text("arn:aws:s3:::bucket"),
        source_account: text("123456789012"),
        ..permission("s3", "s3.amazonaws.com")
    };
    insta::assert_snapshot!(
        permission.statement(format!("{FUNCTION}:live")).unwrap().to_json(),
        @r#"{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f:live","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::bucket"}}}"#
    );
}

#[test]
fn every_other_condition_has_its_operator() {
    let permission = Permission {
        organization: text("o-abcdefghij"),
        event_source_token: text("token"),
        action: "lambda:InvokeFunctionUrl".to_owned(),
        function_url_auth_type: text("NONE"),
        invoked_via_function_url: Some(true),
        ..permission("url", "*")
    };
    insta::assert_snapshot!(
        permission.statement(FUNCTION).unwrap().to_json(),
        @r#"{"Sid":"url","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunctionUrl","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abcdefghij","lambda:EventSourceToken":"token","lambda:FunctionUrlAuthType":"NONE"},"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}}"#
    );
}

#[test]
fn a_layer_version_is_shared_with_an_organization() {
    let permission = Permission {
        action: "lambda:GetLayerVersion".to_owned(),
        organization: text("o-abcdefghij"),
        ..permission("org", "*")
    };
    let layer = "arn:aws:lambda:us-east-1:123456789012:layer:l:1";
    insta::assert_snapshot!(
        permission.statement(layer).unwrap().to_json(),
        @r#"{"Sid":"org","Effect":"Allow","Principal":"*","Action":"lambda:GetLayerVersion","Resource":"arn:aws:lambda:us-east-1:123456789012:layer:l:1","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abcdefghij"}}}"#
    );
}

#[test]
fn statements_stay_in_the_order_in_which_they_were_added() {
    let mut policy = policy([permission("b", "123456789012"), permission("a", "sns.amazonaws.com")]);
    insta::assert_snapshot!(
        policy.to_json(),
        @r#"{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"b","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"},{"Sid":"a","Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"}]}"#
    );
    policy.remove("b").unwrap();
    assert_eq!(policy.remove("b"), Err(PolicyError::NoSuchStatement("b".to_owned())));
    policy.remove("a").unwrap();
    assert!(policy.is_empty());
}

#[test]
fn a_statement_id_is_there_once() {
    let mut policy = policy([permission("a", "*")]);
    let again = permission("a", "sns.amazonaws.com").statement(FUNCTION).unwrap();
    assert_eq!(policy.add(again), Err(PolicyError::StatementExists("a".to_owned())));
    assert_eq!(policy.statements().len(), 1);
}

#[test]
fn a_principal_is_somebody() {
    assert_eq!(permission("a", "nobody").statement(FUNCTION), Err(PolicyError::InvalidPrincipal));
}

#[test]
fn only_calls_of_a_url_have_an_authorization_type() {
    let refused = Permission { function_url_auth_type: text("NONE"), ..permission("a", "*") };
    assert_eq!(refused.statement(FUNCTION), Err(PolicyError::AuthTypeOfOtherAction));
}

#[test]
fn a_policy_has_at_most_20480_characters() {
    let mut policy = PolicyDocument::default();
    let mut add = |n: usize| policy.add(permission(&format!("{n:0100}"), "*").statement(FUNCTION).unwrap());
    let refused = (0..).find_map(|n| add(n).err());
    let Some(PolicyError::TooLong { size }) = refused else { panic!("{refused:?}") };
    assert!(policy.to_json().len() <= 20_480);
    assert_eq!(size, policy.to_json().len() + policy.statements()[0].to_json().len() + 1);
}

fn statement(elements: &str) -> Result<PolicyDocument, PolicyError> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{elements}}}}}"#);
    PolicyDocument::parse(&text, FUNCTION)
}

#[test]
fn a_whole_document_may_use_the_whole_grammar() {
    let text = format!(
        r#" {{ "Version": "2008-10-17", "Statement": [
          {{ "Sid": "in", "Effect": "Allow", "Principal": {{ "AWS": ["123456789012", "*"], "Federated": "accounts.google.com" }},
            "Action": ["lambda:Invoke*", "LAMBDA:getfunction"], "Resource": ["{FUNCTION}"],
            "Condition": {{ "ForAnyValue:StringLike": {{ "aws:PrincipalOrgPaths": ["o-a/*", "o-b/*"] }}, "Bool": {{ "aws:SecureTransport": true }} }} }},
          {{ "Effect": "Deny", "NotPrincipal": {{ "CanonicalUser": "79a5" }}, "NotAction": "*", "Resource": "{FUNCTION}" }} ] }}"#
    );
    insta::assert_snapshot!(
        PolicyDocument::parse(&text, FUNCTION).unwrap().to_json(),
        @r#"{"Version":"2008-10-17","Statement":[{"Sid":"in","Effect":"Allow","Principal":{"AWS":["123456789012","*"],"Federated":"accounts.google.com"},"Action":["lambda:Invoke*","LAMBDA:getfunction"],"Resource":["arn:aws:lambda:us-east-1:123456789012:function:f"],"Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":["o-a/*","o-b/*"]},"Bool":{"aws:SecureTransport":true}}},{"Effect":"Deny","NotPrincipal":{"CanonicalUser":"79a5"},"NotAction":"*","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"}]}"#
    );
}

#[test]
fn what_is_no_policy_is_refused() {
    let resource = format!(r#""Resource":"{FUNCTION}""#);
    let good = format!(r#""Principal":"*","Action":"lambda:*",{resource}"#);
    assert!(statement(&good).is_ok());
    let refused = |elements: &str| {
        let answer = statement(elements);
        assert!(matches!(answer, Err(PolicyError::Malformed(_))), "{elements}: {answer:?}");
    };
    refused(r#""Principal":"*","Action":"lambda:*""#);
    refused(&format!(r#""Action":"lambda:*",{resource}"#));
    refused(&format!(r#""Principal":"*","NotPrincipal":"*","Action":"lambda:*",{resource}"#));
    refused(&format!(r#""Principal":"everybody","Action":"lambda:*",{resource}"#));
    refused(&format!(r#""Principal":{{}},"Action":"lambda:*",{resource}"#));
    refused(&format!(r#""Principal":{{"AWS":"*","AWS":"*"}},"Action":"lambda:*",{resource}"#));
    refused(&format!(r#""Principal":{{"Service":"*"}},"Action":"lambda:*",{resource}"#));
    refused(&format!(r#""Principal":"*","Action":"s3:GetObject",{resource}"#));
    refused(&format!(r#""Principal":"*","Action":[],{resource}"#));
    refused(&format!(r#"{good},"Condition":{{"Equals":{{"a":"b"}}}}"#));
    refused(&format!(r#"{good},"Condition":{{"Bool":{{"a":[]}}}}"#));
    refused(&format!(r#"{good},"Colour":"red""#));
    for text in ["", "{}", "[]", r#"{"Statement":[]}"#, r#"{"Version":"2020-01-01","Statement":[]}"#] {
        assert!(matches!(PolicyDocument::parse(text, FUNCTION), Err(PolicyError::Malformed(_))), "{text}");
    }
    let long = " ".repeat(20_481);
    assert_eq!(PolicyDocument::parse(&long, FUNCTION), Err(PolicyError::TooLong { size: 20_481 }));
    let numbers = format!("[{}1e15]", "1e15,".repeat(4000));
    let growing = statement(&format!(r#"{good},"Condition":{{"NumericEquals":{{"a":{numbers}}}}}"#));
    assert!(matches!(growing, Err(PolicyError::TooLong { size }) if size > 60_000), "{growing:?}");
}

#[test]
fn a_policy_is_for_its_own_resource() {
    let other = format!("{FUNCTION}:live");
    let answer =
        statement(&format!(r#""Principal":"*","Action":"lambda:*","Resource":["{FUNCTION}","{other}"]"#));
    assert_eq!(answer, Err(PolicyError::OtherResource { expected: FUNCTION.to_owned(), found: other }));
}

#[test]
fn everybody_without_a_condition_on_fixed_values_is_public() {
    let public = |principal: &str, condition: &str| {
        let condition =
            if condition.is_empty() { String::new() } else { format!(r#","Condition":{condition}"#) };
        let document = statement(&format!(
            r#""Principal":{principal},"Action":"lambda:*","Resource":"{FUNCTION}"{condition}"#
        ));
        document.unwrap().is_public()
    };
    assert!(public(r#""*""#, ""));
    assert!(public(r#"{"AWS":["123456789012","*"]}"#, ""));
    assert!(!public(r#"{"AWS":"123456789012"}"#, ""));
    assert!(!public(r#"{"Service":"s3.amazonaws.com"}"#, ""));
    let everybody = |condition: &str| public(r#""*""#, condition);
    assert!(!everybody(r#"{"StringEquals":{"AWS:SourceAccount":"123456789012"}}"#));
    assert!(!everybody(r#"{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}"#));
    assert!(!everybody(r#"{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}"#));
    assert!(everybody(r#"{"Bool":{"lambda:InvokedViaFunctionUrl":"false"}}"#));
    assert!(everybody(r#"{"Bool":{"aws:SecureTransport":"true"}}"#));
    assert!(everybody(r#"{"StringEquals":{"aws:UserAgent":"curl"}}"#));
    assert!(everybody(r#"{"StringLike":{"aws:PrincipalOrgID":"o-*"}}"#));
    assert!(everybody(r#"{"StringEquals":{"aws:userid":"${aws:userid}"}}"#));
    assert!(everybody(r#"{"StringNotEquals":{"AWS:SourceAccount":"123456789012"}}"#));
    assert!(everybody(r#"{"StringEqualsIfExists":{"AWS:SourceAccount":"123456789012"}}"#));
    assert!(everybody(r#"{"ForAllValues:StringEquals":{"aws:PrincipalOrgPaths":"o-a"}}"#));
    assert!(everybody(r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#));
}

#[test]
fn a_public_document_is_refused_as_a_whole() {
    let open = policy([permission("a", "123456789012"), permission("b", "*")]).to_json();
    assert_eq!(PolicyDocument::parse_not_public(&open, FUNCTION), Err(PolicyError::Public));
    let closed = policy([permission("a", "123456789012")]);
    assert_eq!(PolicyDocument::parse_not_public(&closed.to_json(), FUNCTION), Ok(closed));
}

fn any_permission() -> impl Strategy<Value = Permission> {
    let principal = prop_oneof![
        Just("*".to_owned()),
        "[0-9]{12}",
        "[a-z]{1,9}\\.amazonaws\\.com",
        "arn:aws:iam::[0-9]{12}:(user|role)/[a-zA-Z0-9+=,.@_-]{1,9}",
    ];
    let conditions = (
        option::of("arn:aws:s3:::.{0,20}"),
        option::of("[0-9]{12}"),
        option::of("o-[a-z0-9]{10,32}"),
        option::of("[a-zA-Z0-9._-]{0,20}"),
        option::of("NONE|AWS_IAM"),
        option::of(any::<bool>()),
    );
    ("[a-zA-Z0-9_-]{1,3}", "lambda:[a-zA-Z]{1,9}|lambda:\\*|\\*", principal, conditions).prop_map(
        |(statement_id, action, principal, (arn, account, organization, token, auth_type, via_url))| {
            Permission {
                statement_id,
                action: if auth_type.is_some() { "lambda:InvokeFunctionUrl".to_owned() } else { action },
                principal,
                source_arn: arn,
                source_account: account,
                organization,
                event_source_token: token,
                function_url_auth_type: auth_type,
                invoked_via_function_url: via_url,
            }
        },
    )
}

proptest! {
    #[test]
    fn what_was_added_is_read_back(permissions in proptest::collection::vec(any_permission(), 1..10)) {
        let mut policy = PolicyDocument::default();
        for permission in permissions {
            let statement = permission.statement(FUNCTION).unwrap();
            let taken = policy.statements().iter().any(|earlier| earlier.sid == statement.sid);
            prop_assert_eq!(policy.add(statement).is_err(), taken);
        }
        prop_assert_eq!(PolicyDocument::parse(&policy.to_json(), FUNCTION), Ok(policy.clone()));
        prop_assert_eq!(serde_json::from_str::<PolicyDocument>(&policy.to_json()).unwrap(), policy);
    }

    #[test]
    fn any_text_is_a_policy_or_refused(text in ".{0,200}") {
        let _ = PolicyDocument::parse(&text, FUNCTION);
    }

    #[test]
    fn any_damage_is_survived(at in any::<prop::sample::Index>(), with in any::<char>()) {
        let policy = policy([Permission {
            source_arn: text("arn:aws:s3:::bucket"),
            source_account: text("123456789012"),
            ..permission("s3", "s3.amazonaws.com")
        }]);
        let mut damaged: Vec<char> = policy.to_json().chars().collect();
        let at = at.index(damaged.len());
        damaged[at] = with;
        let damaged = String::from_iter(damaged);
        if let Ok(document) = PolicyDocument::parse(&damaged, FUNCTION) {
            let again = PolicyDocument::parse(&document.to_json(), FUNCTION);
            prop_assert_eq!(again, Ok(document));
        }
    }
}
