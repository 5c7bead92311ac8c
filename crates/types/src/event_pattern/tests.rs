use proptest::prelude::*;
use serde_json::json;

use super::*;

fn parse(pattern: &str) -> Result<EventPattern, InvalidEventPattern> {
    pattern.parse()
}

fn condition(condition: &Value) -> Result<Condition, InvalidEventPattern> {
    let pattern: EventPattern = json!({ "field": [condition] }).to_string().parse()?;
    match pattern.0.all.get("field") {
        Some(Pattern::OneOf(conditions)) => Ok(conditions[0].clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn fields_nest_and_end_in_lists_of_alternatives() {
    let pattern = parse(r#"{"body": {"kind": ["a", 1, true, null], "deep": {"x": [""]}}}"#).unwrap();
    let Some(Pattern::Object(body)) = pattern.0.all.get("body") else { panic!("{pattern:?}") };
    let kinds = [json!("a"), json!(1), json!(true), json!(null)].map(Condition::Equals);
    assert_eq!(body.all.get("kind"), Some(&Pattern::OneOf(kinds.to_vec())));
    assert!(matches!(body.all.get("deep"), Some(Pattern::Object(_))));
}

#[test]
fn or_takes_two_objects_at_least() {
    let pattern = parse(r#"{"a": ["x"], "$or": [{"b": [1]}, {"c": {"d": [2]}}]}"#).unwrap();
    assert_eq!((pattern.0.all.len(), pattern.0.any.len()), (1, 2));
    assert_eq!(parse(r#"{"$or": [{"b": [1]}]}"#), Err(InvalidEventPattern::InvalidOr));
    assert_eq!(parse(r#"{"$or": ["b", "c"]}"#), Err(InvalidEventPattern::InvalidOr));
}

#[test]
fn what_is_no_object_of_lists_is_refused() {
    assert_eq!(parse("single-string"), Err(InvalidEventPattern::NotJson));
    assert_eq!(parse(r#"[{"a": ["b"]}]"#), Err(InvalidEventPattern::NotAnObject));
    assert_eq!(parse(r#"{"a": "b"}"#), Err(InvalidEventPattern::NeitherObjectNorArray("a".to_owned())));
    assert_eq!(parse(r#"{"a": []}"#), Err(InvalidEventPattern::EmptyArray));
    assert_eq!(parse("{}"), Err(InvalidEventPattern::EmptyObject));
    assert_eq!(parse(r#"{"a": {}}"#), Err(InvalidEventPattern::EmptyObject));
    assert_eq!(parse(r#"{"a": [["b"]]}"#), Err(InvalidEventPattern::InvalidCondition));
    assert_eq!(
        parse(r#"{"a": [{"prefix": "b", "suffix": "c"}]}"#),
        Err(InvalidEventPattern::InvalidCondition)
    );
}

#[test]
fn texts_are_compared_in_several_ways() {
    let text = |value| match condition(&value) {
        Ok(Condition::Text(text)) => text,
        other => panic!("{other:?}"),
    };
    assert_eq!(text(json!({"prefix": "a"})), TextMatch::Prefix { text: "a".to_owned(), ignore_case: false });
    assert_eq!(
        text(json!({"suffix": {"equals-ignore-case": "a"}})),
        TextMatch::Suffix { text: "a".to_owned(), ignore_case: true }
    );
    assert_eq!(text(json!({"equals-ignore-case": "a"})), TextMatch::EqualsIgnoreCase("a".to_owned()));
    let parts = ["a*", "b\\", ""].map(str::to_owned);
    assert_eq!(text(json!({"wildcard": r"a\**b\\*"})), TextMatch::Wildcard(parts.to_vec()));
    for bad in [json!({"wildcard": "a**"}), json!({"wildcard": r"a\b"}), json!({"wildcard": 1})] {
        assert_eq!(condition(&bad), Err(InvalidEventPattern::InvalidOperand("wildcard")));
    }
    assert_eq!(condition(&json!({"prefix": 1})), Err(InvalidEventPattern::InvalidOperand("prefix")));
    let unknown = Err(InvalidEventPattern::UnknownOperator("filter".to_owned()));
    assert_eq!(condition(&json!({"filter": "a"})), unknown);
}

#[test]
fn anything_but_takes_texts_or_numbers_or_a_comparison() {
    let but = |value| match condition(&json!({ "anything-but": value })) {
        Ok(Condition::AnythingBut(forbidden)) => Ok(forbidden),
        Err(error) => Err(error),
        other => panic!("{other:?}"),
    };
    assert_eq!(but(json!("a")), Ok(Forbidden::Texts(vec!["a".to_owned()])));
    assert_eq!(but(json!([1, 2])), Ok(Forbidden::Numbers(vec![1.into(), 2.into()])));
    let prefix = |text: &str| TextMatch::Prefix { text: text.to_owned(), ignore_case: false };
    let prefixes = Forbidden::Matches(vec![prefix("a"), prefix("b")]);
    assert_eq!(but(json!({"prefix": ["a", "b"]})), Ok(prefixes));
    for bad in [json!(null), json!([]), json!(["a", 1]), json!([true])] {
        assert_eq!(but(bad), Err(InvalidEventPattern::InvalidOperand("anything-but")));
    }
}

#[test]
fn numbers_have_one_bound_or_two() {
    let numeric = |value| condition(&json!({ "numeric": value }));
    let bound = |value, inclusive| Some(NumericBound { value, inclusive });
    let range = |from, to| Ok(Condition::Numeric(NumericRange { from, to }));
    assert_eq!(numeric(json!(["=", 3])), range(bound(3.0, true), bound(3.0, true)));
    assert_eq!(numeric(json!(["<", 1.5])), range(None, bound(1.5, false)));
    assert_eq!(numeric(json!([">", 0, "<=", 5])), range(bound(0.0, false), bound(5.0, true)));
    for bad in
        [json!([]), json!(["<"]), json!(["<", "1"]), json!(["<>", 1]), json!([">", 5, "<", 1]), json!(1)]
    {
        assert_eq!(numeric(bad), Err(InvalidEventPattern::InvalidOperand("numeric")));
    }
}

#[test]
fn networks_and_existence_are_checked() {
    assert!(condition(&json!({"cidr": "10.0.0.0/24"})).is_ok());
    assert!(condition(&json!({"cidr": "2001:db8::/32"})).is_ok());
    for bad in ["10.0.0.0", "10.0.0.0/33", "x/8"] {
        assert_eq!(condition(&json!({ "cidr": bad })), Err(InvalidEventPattern::InvalidOperand("cidr")));
    }
    assert_eq!(condition(&json!({"exists": false})), Ok(Condition::Exists(false)));
    assert_eq!(condition(&json!({"exists": "no"})), Err(InvalidEventPattern::InvalidOperand("exists")));
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused_without_a_panic(text in ".{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn any_structure_is_parsed_or_refused_without_a_panic(text in r#"[{}\[\]",:a*0-9$]{0,60}"#) {
        let _ = parse(&text);
    }
}
