//! The generated text of a small model. That it compiles and works is what every service shows.

use serde_json::{Value, json};

use crate::{Error, shapes};

fn model() -> Value {
    json!({
        "metadata": {
            "apiVersion": "2015-03-31",
            "endpointPrefix": "workshop",
            "serviceFullName": "AWS Workshop",
            "protocols": ["rest-json"],
        },
        "operations": {
            "MakeThing": {
                "http": {"method": "POST", "requestUri": "/things/{Name}", "responseCode": 201},
                "input": {"shape": "Thing"},
            },
        },
        "unserved": {"BreakThing": "DELETE /things/{Name}"},
        "shapes": {
            "Thing": {
                "type": "structure",
                "required": ["Name"],
                "members": {
                    "Name": {"shape": "Name", "location": "uri", "locationName": "Name"},
                    "Type": {"shape": "Secret"},
                    "Parts": {"shape": "Parts"},
                    "Whole": {"shape": "Thing"},
                },
            },
            "Name": {"type": "string", "min": 1, "max": 8, "pattern": "[a-z]+", "enum": ["oak"]},
            "Secret": {"type": "string", "sensitive": true},
            "Parts": {"type": "list", "member": {"shape": "Thing"}},
            "GoneException": {
                "type": "structure",
                "members": {"Type": {"shape": "Name"}, "Message": {"shape": "Name"}},
                "error": {"httpStatusCode": 410},
                "exception": true,
            },
        },
    })
}

fn generate(model: Value) -> Result<String, Error> {
    shapes(&serde_json::from_value(model)?)
}

fn check(expected: &str) {
    let text = generate(model()).unwrap();
    assert!(text.contains(expected), "{expected}\nis not in\n{text}");
}

#[test]
fn a_structure_is_a_plain_struct_and_boxed_only_where_it_holds_itself() {
    check(
        "#[derive(Clone, Default, PartialEq)]
pub struct Thing {
    pub name: Option<String>,
    pub r#type: Option<String>,
    pub parts: Option<Vec<Thing>>,
    pub whole: Option<Box<Thing>>,
}
",
    );
}

#[test]
fn a_sensitive_member_is_not_shown() {
    check(r#".field("type", &self.r#type.as_ref().map(|_| format_args!("[sensitive]")))"#);
    check(r#".field("name", &self.name)"#);
}

#[test]
fn the_tables_say_where_a_member_is_and_what_it_must_be() {
    check(
        r#"Member { name: "Name", wire_name: "Name", query_name: "Name", location: Location::Uri, required: true, shape: &Name_ }"#,
    );
    check(
        r#"pub static Name_: Shape = Shape { kind: Kind::String, sensitive: false, min: Some(1.0), max: Some(8.0), pattern: Some(&Name_pattern_), values: &["oak"] };"#,
    );
}

#[test]
fn an_operation_has_a_marker_a_route_and_a_status() {
    check("pub struct MakeThing;");
    check("type Input = Thing;\n    type Output = ();");
    check(r#"route: Route { name: "MakeThing", method: "POST", uri: "/things/{Name}" }, status: 201"#);
    check(r#"Route { name: "BreakThing", method: "DELETE", uri: "/things/{Name}" }"#);
}

#[test]
fn an_exception_becomes_a_row_and_no_type() {
    check(
        r#"ErrorModel { name: "GoneException", code: "GoneException", json_type: "GoneException", status: 410, sender_fault: true, message_key: "Message", has_type: true }"#,
    );
    assert!(!generate(model()).unwrap().contains("struct GoneException"));
}

#[test]
fn what_the_query_protocol_calls_a_member_is_decided_by_its_shape() {
    let mut model = model();
    model["shapes"]["Parts"]["flattened"] = json!(true);
    model["shapes"]["Parts"]["member"]["locationName"] = json!("Part");
    let text = generate(model).unwrap();
    assert!(text.contains(r#"name: "Parts", wire_name: "Parts", query_name: "Part""#), "{text}");
}

#[test]
fn an_error_of_a_service_that_spoke_query_says_in_json_which_service_it_is() {
    let mut model = model();
    model["metadata"]["awsQueryCompatible"] = json!({});
    model["shapes"]["GoneException"]["error"]["code"] = json!("Workshop.Gone");
    let text = generate(model.clone()).unwrap();
    assert!(
        text.contains(r#"code: "Workshop.Gone", json_type: "com.amazonaws.workshop#GoneException""#),
        "{text}"
    );
    model["shapes"]["GoneException"]["error"]["namespace"] = json!("com.amazon.coral.service");
    assert!(generate(model).unwrap().contains(r#"json_type: "com.amazon.coral.service#GoneException""#));
}

#[test]
fn what_the_generator_does_not_know_is_an_error_and_not_left_out() {
    let refused = |pointer: &str, value: Value| {
        let mut model = model();
        *model.pointer_mut(pointer).unwrap() = value;
        generate(model).unwrap_err().to_string()
    };
    assert_eq!(refused("/shapes/Secret/type", json!("tensor")), "Secret is of the unknown type tensor");
    assert_eq!(refused("/metadata/protocols", json!(["soap"])), "the protocol soap is unknown");
    assert_eq!(
        refused("/shapes/Thing/members/Name/location", json!("cookie")),
        "Name is at the unknown location cookie"
    );
    assert_eq!(
        refused("/shapes/Parts/member/shape", json!("Nothing")),
        "the model names Nothing and does not describe it"
    );
}
