//! The wording is recorded from AWS Lambda.

use super::fixture::{post, send};

async fn check(body: &'static str, expected: &str) {
    let answer = send(post("/things", body)).await;
    let (head, body) = answer.split_once("\n\n").expect(&answer);
    assert!(head.contains("x-amzn-errortype: ValidationException"), "{answer}");
    assert_eq!(body, serde_json::json!({"message": expected}).to_string());
}

#[tokio::test]
async fn each_kind_of_constraint_has_its_sentence() {
    check(
        r#"{"Name": "Chair"}"#,
        "1 validation error detected: Value 'Chair' at 'name' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: [a-z]+",
    )
    .await;
    check(
        r#"{"Name": "armchairs"}"#,
        "1 validation error detected: Value 'armchairs' at 'name' failed to satisfy constraint: Member must have \
         length less than or equal to 8",
    )
    .await;
    check(
        r#"{"Name": "chair", "Count": 11}"#,
        "1 validation error detected: Value '11' at 'count' failed to satisfy constraint: Member must have value \
         less than or equal to 10",
    )
    .await;
    check(
        "{}",
        "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    )
    .await;
}

#[tokio::test]
async fn a_list_is_blamed_as_a_whole() {
    check(
        r#"{"Name": "chair", "Kinds": ["Ash", "Oak"]}"#,
        "1 validation error detected: Value '[Ash, Oak]' at 'kinds' failed to satisfy constraint: Member must \
         satisfy constraint: [Member must satisfy enum value set: [Oak, Elm], Member must not be null]",
    )
    .await;
    check(
        r#"{"Name": "chair", "Kinds": ["Oak", "Oak", "Elm"]}"#,
        "1 validation error detected: Value '[Oak, Oak, Elm]' at 'kinds' failed to satisfy constraint: Member \
         must have length less than or equal to 2",
    )
    .await;
}

#[tokio::test]
async fn a_map_is_blamed_for_its_keys_and_for_its_values() {
    check(
        r#"{"Name": "chair", "Weights": {"LEG": 2.0}}"#,
        "2 validation errors detected: Value '{LEG=2.0}' at 'weights' failed to satisfy constraint: Map keys must \
         satisfy constraint: [Member must have length less than or equal to 8, Member must have length greater \
         than or equal to 1, Member must satisfy regular expression pattern: [a-z]+]; Value '{LEG=2.0}' at \
         'weights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less \
         than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
    )
    .await;
}

#[tokio::test]
async fn an_item_that_is_a_structure_has_a_path_and_a_secret_is_not_shown() {
    check(
        r#"{"Name": "chair", "Parts": [{"Label": "leg"}, {"Secret": "12345"}]}"#,
        "2 validation errors detected: Value at 'parts.2.member.secret' failed to satisfy constraint: Member must \
         have length less than or equal to 4; Value null at 'parts.2.member.label' failed to satisfy constraint: \
         Member must not be null",
    )
    .await;
}

#[tokio::test]
async fn what_stands_outside_the_body_is_checked_as_well() {
    let answer = send(post("/things/CHAIR/runs", "{}")).await;
    assert!(answer.contains("Value 'CHAIR' at 'name' failed to satisfy constraint"), "{answer}");
}

#[tokio::test]
async fn a_refusal_names_a_hundred_faults_at_most() {
    let items = ["{}"; 250].join(",");
    let answer = send(post("/things", format!(r#"{{"Parts":[{items}]}}"#))).await;
    assert!(answer.contains("100 validation errors detected"), "{answer}");
    assert!(answer.contains("parts.100.member.label") && !answer.contains("parts.101"), "{answer}");
}
