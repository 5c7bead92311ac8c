use std::collections::BTreeMap;

use hob_storage::MessageAttributeRecord;
use proptest::prelude::*;

use super::InvalidFilterPolicy as Invalid;
use super::*;

fn of_attributes(text: &str) -> Result<FilterPolicy, Invalid> {
    FilterPolicy::parse(text, FilterPolicyScope::MessageAttributes)
}

fn of_body(text: &str) -> Result<FilterPolicy, Invalid> {
    FilterPolicy::parse(text, FilterPolicyScope::MessageBody)
}

fn with_attributes(attributes: &[(&str, &str, &str)]) -> Notification {
    let attributes = attributes.iter().map(|&(name, data_type, value)| {
        let record = MessageAttributeRecord { data_type: data_type.to_owned(), value: value.to_owned() };
        (name.to_owned(), record)
    });
    Notification { attributes: attributes.collect::<BTreeMap<_, _>>(), ..Notification::default() }
}

#[test]
fn attributes_are_compared_by_their_types() {
    let message = with_attributes(&[
        ("store", "String", "example_corp"),
        ("price", "Number.float", "210.75"),
        ("interests", "String.Array", r#"["soccer", "rugby", 7, true, null]"#),
        ("image", "Binary", "AAEC"),
    ]);
    let table = [
        (r#"{"store": ["example_corp"]}"#, true),
        (r#"{"store": ["other", "example_corp"], "price": [210.75]}"#, true),
        (r#"{"store": ["other"]}"#, false),
        (r#"{"store": [{"prefix": "example"}]}"#, true),
        (r#"{"store": [{"suffix": "corp"}]}"#, true),
        (r#"{"store": [{"equals-ignore-case": "EXAMPLE_corp"}]}"#, true),
        (r#"{"store": [{"anything-but": ["other"]}]}"#, true),
        (r#"{"store": [{"anything-but": {"prefix": "example"}}]}"#, false),
        (r#"{"price": [{"numeric": [">=", 100, "<", 300]}]}"#, true),
        (r#"{"price": ["210.75"]}"#, false),
        (r#"{"interests": ["rugby"]}"#, true),
        (r#"{"interests": ["chess"]}"#, false),
        (r#"{"interests": [{"numeric": ["=", 7]}]}"#, true),
        (r#"{"interests": [true]}"#, true),
        (r#"{"image": [{"exists": true}]}"#, true),
        (r#"{"image": ["AAEC"]}"#, false),
        (r#"{"absent": [{"exists": false}]}"#, true),
        (r#"{"absent": [{"exists": true}]}"#, false),
        (r#"{"$or": [{"absent": ["x"]}, {"store": ["example_corp"]}]}"#, true),
    ];
    for (policy, expected) in table {
        assert_eq!(of_attributes(policy).unwrap().matches(&message), expected, "{policy}");
    }
}

#[test]
fn a_body_is_compared_if_it_is_a_json_object() {
    let policy = of_body(r#"{"store": {"city": ["Paris"], "floor": [{"numeric": [">", 1]}]}}"#).unwrap();
    let body = |message: &str| Notification { message: message.to_owned(), ..Notification::default() };
    assert!(policy.matches(&body(r#"{"store": {"city": "Paris", "floor": 2}}"#)));
    assert!(!policy.matches(&body(r#"{"store": {"city": "Paris", "floor": 1}}"#)));
    assert!(!policy.matches(&body(r#"{"store": "Paris"}"#)));
    for other in ["", "Paris", "[]", "7"] {
        assert!(!policy.matches(&body(other)), "{other}");
    }
}

#[test]
fn what_aws_refuses_is_refused() {
    let text = |text: &str| text.to_owned();
    let table = [
        ("", Invalid::NotJson),
        ("[]", Invalid::NotJson),
        (r#"{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}"#, Invalid::TooManyKeys),
        (r#"{"a":[1,2,3,4,5,6],"b":[1,2,3,4,5,6],"c":[1,2,3,4,5]}"#, Invalid::TooComplex),
        (r#"{"a": {"b": [1]}}"#, Invalid::Nested),
        (r#"{"a": []}"#, Invalid::EmptyArray),
        (r#"{"a": "x"}"#, Invalid::NeitherObjectNorArray(text("a"))),
        (r#"{"$or": [{"a": [1]}]}"#, Invalid::InvalidOr),
        (r#"{"a": [["x"]]}"#, Invalid::NotAScalar),
        (r#"{"a": [{"prefix": "x", "suffix": "y"}]}"#, Invalid::SeveralOperators),
        (r#"{"a": [{"x": "y"}]}"#, Invalid::UnknownOperator(text("x"))),
        (r#"{"a": [{"suffix": 1}]}"#, Invalid::NotAString(text("suffix"))),
        (r#"{"a": [{"exists": "no"}]}"#, Invalid::NotABoolean),
        (r#"{"a": [{"anything-but": {"suffix": "x"}}]}"#, Invalid::InvalidAnythingBut(text("suffix"))),
        (r#"{"a": [{"numeric": []}]}"#, Invalid::NumericMember(text("]"))),
        (r#"{"a": [{"numeric": [7]}]}"#, Invalid::NumericMember(text("7"))),
        (r#"{"a": [{"numeric": ["<>", 7]}]}"#, Invalid::NumericOperator(text("<>"))),
        (r#"{"a": [{"numeric": ["=", "7"]}]}"#, Invalid::NotANumber(text("equals"))),
        (r#"{"a": [{"numeric": ["<", 7, ">", 3]}]}"#, Invalid::LongNumeric),
        (r#"{"a": [{"numeric": [">", 7, ">", 9]}]}"#, Invalid::SecondNumericOperator(text(">"))),
        (r#"{"a": [{"numeric": [">", 7, "<", 3]}]}"#, Invalid::EmptyRange),
        (r#"{"a": [{"numeric": [">", 7, "<", 9, "<", 11]}]}"#, Invalid::LongNumeric),
    ];
    for (policy, expected) in table {
        assert_eq!(of_attributes(policy), Err(expected), "{policy}");
    }
    assert_eq!(of_body(r#"{"a": {}}"#), Err(Invalid::EmptyObject));
}

#[test]
fn values_count_more_the_deeper_they_are() {
    // (1 × 3 × 3) × (3 × 2 × 2) = 108; source: "Filter policy constraints".
    assert!(of_body(r#"{"a": {"b": {"c": [1, 2, 3]}}, "d": {"e": [1, 2, 3, 4, 5, 6]}}"#).is_ok());
    let deep = r#"{"a": {"b": {"c": [1, 2, 3]}}, "d": {"e": [1, 2, 3, 4, 5, 6, 7, 8, 9]}}"#;
    assert_eq!(of_body(deep), Err(Invalid::TooComplex));
}

proptest! {
    #[test]
    fn any_structure_is_parsed_or_refused_without_a_panic(text in r#"[{}\[\]",:a*0-9$]{0,60}"#) {
        let _ = of_attributes(&text);
        let _ = of_body(&text);
    }
}
