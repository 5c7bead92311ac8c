use proptest::prelude::*;
use serde_json::json;

use super::*;

fn matches(pattern: &Value, event: &Value) -> bool {
    let pattern: EventPattern = pattern.to_string().parse().unwrap();
    pattern.matches(event)
}

#[track_caller]
fn wanted(pattern: Value, events: &[Value]) {
    for event in events {
        assert!(matches(&pattern, event), "{pattern} does not match {event}");
    }
}

#[track_caller]
fn unwanted(pattern: Value, events: &[Value]) {
    for event in events {
        assert!(!matches(&pattern, event), "{pattern} matches {event}");
    }
}

/// The event of AWS's pages on event patterns.
fn state_change() -> Value {
    json!({
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "EC2 Instance State-change Notification",
        "source": "aws.ec2",
        "account": "111122223333",
        "time": "2017-12-22T18:43:48Z",
        "region": "us-west-1",
        "resources": ["arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0"],
        "detail": {
            "c-count": 5, "d-count": 3, "x-limit": 301.8, "source-ip": "10.0.0.33",
            "instance-id": "i-1234567890abcdef0", "state": "terminated", "reason": null, "note": ""
        }
    })
}

/// Source: "Creating event patterns" and "Comparison operators", with what each page says of the event above.
#[test]
fn the_examples_of_awss_guide_match_as_it_says() {
    let event = state_change();
    for pattern in [
        json!({"source": ["aws.ec2"], "detail": {"state": ["stopped", "terminated"]}}),
        json!({"resources": ["x", "arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0"]}),
        json!({"time": [{"prefix": "2017-12-22"}], "source": [{"suffix": "ec2"}]}),
        json!({"source": [{"prefix": {"equals-ignore-case": "AWS."}}]}),
        json!({"source": [{"suffix": {"equals-ignore-case": ".EC2"}}]}),
        json!({"source": [{"equals-ignore-case": "AWS.ec2"}]}),
        json!({"detail": {"state": [{"anything-but": "initializing"}]}}),
        json!({"detail": {"state": [{"anything-but": ["stopped", "overloaded"]}]}}),
        json!({"detail": {"x-limit": [{"anything-but": [100, 200, 300]}]}}),
        json!({"detail": {"state": [{"anything-but": {"prefix": "init"}}]}}),
        json!({"detail": {"state": [{"anything-but": {"suffix": ["ing", "ed!"]}}]}}),
        json!({"detail": {"state": [{"anything-but": {"equals-ignore-case": ["INITIALIZING"]}}]}}),
        json!({"detail": {"state": [{"anything-but": {"wildcard": "*init*"}}]}}),
        json!({"detail": {"c-count": [{"numeric": [">", 0, "<=", 5]}], "d-count": [{"numeric": ["<", 10]}]}}),
        json!({"detail": {"x-limit": [{"numeric": ["=", 3.018e2]}]}}),
        json!({"detail": {"source-ip": [{"cidr": "10.0.0.0/24"}]}}),
        json!({"detail": {"state": [{"exists": true}], "missing": [{"exists": false}]}}),
        json!({"resources": [{"wildcard": "arn:aws:ec2:*:instance/*"}]}),
        json!({"detail": {"reason": [null], "note": [""]}}),
        json!({"detail": {"$or": [{"c-count": [9]}, {"d-count": [{"numeric": ["<", 10]}]}]}}),
    ] {
        wanted(pattern, std::slice::from_ref(&event));
    }
    for pattern in [
        json!({"source": ["aws.ec2"], "detail": {"state": ["running"]}}),
        json!({"source": ["AWS.ec2"]}),
        json!({"detail": {"state": [{"anything-but": ["terminated"]}]}}),
        json!({"detail": {"state": [{"anything-but": {"prefix": ["x", "term"]}}]}}),
        json!({"detail": {"c-count": [{"numeric": [">", 5]}]}}),
        json!({"detail": {"source-ip": [{"cidr": "10.0.1.0/24"}]}}),
        json!({"detail": {"state": [{"exists": false}]}}),
        json!({"detail": {"reason": [""], "note": [null]}}),
        json!({"detail": {"missing": [{"anything-but": "x"}]}}),
        json!({"detail": {"$or": [{"c-count": [9]}, {"d-count": [9]}]}}),
    ] {
        unwanted(pattern, std::slice::from_ref(&event));
    }
}

#[test]
fn numbers_are_compared_by_value_and_never_with_strings() {
    wanted(json!({"n": [300]}), &[json!({"n": 300}), json!({"n": 300.0}), json!({"n": 3.0e2})]);
    unwanted(json!({"n": [300]}), &[json!({"n": "300"}), json!({"n": 300.5})]);
    unwanted(json!({"n": ["300"]}), &[json!({"n": 300})]);
    unwanted(json!({"n": [{"numeric": ["=", 300]}]}), &[json!({"n": "300"})]);
    unwanted(json!({"n": [9_007_199_254_740_993_u64]}), &[json!({"n": 9_007_199_254_740_992_u64})]);
    unwanted(json!({"n": [{"anything-but": 300}]}), &[json!({"n": 300.0})]);
    wanted(json!({"n": [{"anything-but": 300}]}), &[json!({"n": "300"})]);
    wanted(json!({"n": [{"anything-but": "300"}]}), &[json!({"n": 300}), json!({"n": null})]);
}

#[test]
fn one_item_of_an_array_is_enough_also_where_it_is_forbidden() {
    wanted(json!({"a": ["x"]}), &[json!({"a": ["y", "x"]}), json!({"a": [["x"], 1]})]);
    unwanted(json!({"a": ["x"]}), &[json!({"a": []}), json!({"a": [{"x": "x"}]})]);
    wanted(json!({"a": [{"anything-but": "x"}]}), &[json!({"a": ["x", "y"]})]);
    unwanted(json!({"a": [{"anything-but": "x"}]}), &[json!({"a": ["x", "x"]}), json!({"a": []})]);
}

#[test]
fn fields_of_objects_in_an_array_are_found_in_the_same_object() {
    let pattern = json!({"items": {"kind": ["a"], "size": [1]}});
    wanted(pattern.clone(), &[json!({"items": [{"kind": "b"}, {"kind": "a", "size": 1}]})]);
    unwanted(pattern, &[json!({"items": [{"kind": "a", "size": 2}, {"kind": "b", "size": 1}]})]);
    let or = json!({"items": {"kind": ["a"]}, "$or": [{"items": {"size": [1]}}, {"items": {"size": [3]}}]});
    wanted(or.clone(), &[json!({"items": [{"kind": "a", "size": 3}]})]);
    unwanted(or, &[json!({"items": [{"kind": "a", "size": 2}, {"kind": "b", "size": 1}]})]);
}

#[test]
fn only_leaves_exist() {
    let exists = json!({"a": {"b": [{"exists": true}]}});
    wanted(exists.clone(), &[json!({"a": {"b": null}}), json!({"a": [{}, {"b": [1]}]})]);
    unwanted(exists, &[json!({"a": {"b": {"c": 1}}}), json!({"a": {"b": []}}), json!({"a": 1})]);
    let absent = json!({"a": {"b": [{"exists": false}]}});
    wanted(absent.clone(), &[json!({}), json!({"a": 1}), json!({"a": []}), json!({"a": {"b": {"c": 1}}})]);
    unwanted(absent, &[json!({"a": {"b": null}}), json!({"a": [{"b": 1}, {"c": 1}]})]);
    let one_without = json!({"a": {"b": [{"exists": false}], "c": [1]}});
    wanted(one_without, &[json!({"a": [{"b": 1}, {"c": 1}]})]);
    let absent_or = json!({"a": {"b": [{"exists": false}, "x"]}});
    wanted(absent_or.clone(), &[json!({"a": [{"b": "x"}, {"b": "y"}]}), json!({"a": [{}]})]);
    unwanted(absent_or, &[json!({"a": [{}, {"b": "y"}]})]);
}

#[test]
fn networks_hold_the_addresses_of_their_own_kind() {
    wanted(json!({"ip": [{"cidr": "0.0.0.0/0"}]}), &[json!({"ip": "255.1.2.3"})]);
    unwanted(json!({"ip": [{"cidr": "0.0.0.0/0"}]}), &[json!({"ip": "::1"}), json!({"ip": "x"})]);
    wanted(json!({"ip": [{"cidr": "2001:db8::/32"}]}), &[json!({"ip": "2001:db8:ffff::1"})]);
    unwanted(json!({"ip": [{"cidr": "2001:db8::/32"}]}), &[json!({"ip": "2001:db9::1"})]);
    wanted(json!({"ip": [{"cidr": "::/0"}]}), &[json!({"ip": "2001:db9::1"})]);
    unwanted(json!({"ip": [{"cidr": "10.0.0.1/32"}]}), &[json!({"ip": "10.0.0.2"})]);
}

#[test]
fn wildcards_need_their_parts_in_order_without_overlap() {
    let wildcard = |pattern: &str| json!({"a": [{ "wildcard": pattern }]});
    wanted(wildcard("a*b*c"), &[json!({"a": "abc"}), json!({"a": "aXbcXc"})]);
    unwanted(wildcard("a*b*c"), &[json!({"a": "acb"}), json!({"a": "abcX"})]);
    unwanted(wildcard("ab*ba"), &[json!({"a": "aba"})]);
    wanted(wildcard(r"\**"), &[json!({"a": "*x"})]);
    unwanted(wildcard("exact"), &[json!({"a": "exactly"}), json!({"a": 1})]);
    let hostile = "a*".repeat(500) + "b";
    unwanted(wildcard(&hostile), &[json!({ "a": "a".repeat(100_000) })]);
}

#[test]
fn letters_are_the_same_in_either_case_of_any_alphabet() {
    wanted(json!({"a": [{"equals-ignore-case": "ÀÉß"}]}), &[json!({"a": "àéß"})]);
    wanted(json!({"a": [{"prefix": {"equals-ignore-case": "ΔΣ"}}]}), &[json!({"a": "δσx"})]);
    unwanted(json!({"a": [{"suffix": {"equals-ignore-case": "xyz"}}]}), &[json!({"a": "YZ"})]);
}

#[test]
fn alternatives_have_a_thousand_combinations_at_most() {
    let or = |of: usize| json!({ "$or": vec![json!({"a": [1]}); of] });
    let thousand = json!({"x": or(10), "y": or(10), "z": or(10)});
    assert!(thousand.to_string().parse::<EventPattern>().is_ok());
    let more = json!({"x": or(10), "y": or(10), "z": or(11)});
    assert_eq!(more.to_string().parse::<EventPattern>(), Err(InvalidEventPattern::TooComplex));
}

fn leaves() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-c*]{0,6}".prop_map(Value::from),
    ]
}

/// Objects of objects and arrays, whose leaves are all of one kind or the other.
fn events() -> impl Strategy<Value = Value> {
    let value = leaves().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map("[a-d]", inner, 1..4).prop_map(|map| map.into_iter().collect()),
        ]
    });
    prop::collection::btree_map("[a-d]", value, 1..4).prop_map(|map| map.into_iter().collect())
}

/// A pattern that asks for everything that is in the event, with the condition made of each leaf.
fn pattern_of(event: &Value, condition: &impl Fn(&Value) -> Value) -> Value {
    match event {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), pattern_of(value, condition))).collect()
        }
        Value::Array(items) => match items.iter().find(|item| item.is_object()) {
            Some(object) => pattern_of(object, condition),
            None => json!([first_leaf(event).map_or(json!({"exists": false}), condition)]),
        },
        leaf => json!([condition(leaf)]),
    }
}

fn first_leaf(value: &Value) -> Option<&Value> {
    match value {
        Value::Object(_) => None,
        Value::Array(items) => items.iter().find_map(first_leaf),
        leaf => Some(leaf),
    }
}

proptest! {
    #[test]
    fn an_event_matches_the_pattern_made_of_itself(event in events()) {
        let pattern = pattern_of(&event, &Value::clone);
        prop_assert!(matches(&pattern, &event), "{pattern}");
        let existing = pattern_of(&event, &|_| json!({"exists": true}));
        prop_assert!(matches(&existing, &event), "{existing}");
    }

    #[test]
    fn what_one_value_meets_its_negation_does_not(text in "[a-c]{0,6}", part in "[a-c]{0,3}") {
        let event = json!({ "field": text });
        for operator in ["prefix", "suffix", "equals-ignore-case", "wildcard"] {
            let positive = json!({"field": [{ operator: part }]});
            let negative = json!({"field": [{"anything-but": { operator: part }}]});
            prop_assert_ne!(matches(&positive, &event), matches(&negative, &event));
        }
        prop_assert_ne!(
            matches(&json!({"field": [part]}), &event),
            matches(&json!({"field": [{ "anything-but": part }]}), &event)
        );
    }

    #[test]
    fn a_field_exists_or_does_not(event in events(), name in "[a-d]") {
        let exists = |exists: bool| matches(&json!({ &name: [{ "exists": exists }] }), &event);
        prop_assert_ne!(exists(true), exists(false));
    }

    #[test]
    fn or_is_the_same_as_two_patterns(event in events(), one in events(), other in events()) {
        let [one, other] = [one, other].map(|event| pattern_of(&event, &Value::clone));
        let either = json!({ "$or": [one, other] });
        prop_assert_eq!(matches(&either, &event), matches(&one, &event) || matches(&other, &event));
    }

    #[test]
    fn a_wildcard_is_what_a_regular_expression_would_be(text in "[ab]{0,12}", pattern in "[ab]{0,2}(\\*[ab]{1,2}){0,4}\\*?") {
        let matched = matches(&json!({"field": [{ "wildcard": pattern }]}), &json!({ "field": text }));
        prop_assert_eq!(matched, naive(pattern.as_bytes(), text.as_bytes()));
    }
}

fn naive(pattern: &[u8], text: &[u8]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [b'*', rest @ ..] => (0..=text.len()).any(|from| naive(rest, &text[from..])),
        [letter, rest @ ..] => text.first() == Some(letter) && naive(rest, &text[1..]),
    }
}
