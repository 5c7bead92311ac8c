//! The generated text of a small model. That it compiles and works is what every service shows.

use serde_json::{Value, json};

use crate::{Error, overlay, shapes};

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

/// The model with what only rest-xml has.
fn rest_xml() -> Value {
    let mut model = model();
    model["metadata"]["protocols"] = json!(["rest-xml"]);
    model["metadata"]["hob"] = json!({"virtualHosts": true});
    model["operations"]["MakeThing"]["output"] = json!({"shape": "Thing", "locationName": "ThingResult"});
    let members = &mut model["shapes"]["Thing"]["members"];
    members["Type"] = json!({"shape": "Name", "locationName": "xsi:type", "xmlAttribute": true});
    members["Parts"] = json!({"shape": "Parts", "locationName": "Others", "flattened": true});
    members["Body"] = json!({"shape": "Body", "streaming": true});
    model["shapes"]["Thing"]["payload"] = json!("Body");
    model["shapes"]["Parts"]["member"]["locationName"] = json!("Part");
    model["shapes"]["Body"] = json!({"type": "blob"});
    model
}

fn check_rest_xml(expected: &str) {
    let text = generate(rest_xml()).unwrap();
    assert!(text.contains(expected), "{expected}\nis not in\n{text}");
}

#[test]
fn a_streaming_blob_is_a_stream_and_never_held() {
    check_rest_xml("pub body: Option<::hob_wire::ByteStream>,");
    check_rest_xml(
        r#"Member { name: "Body", wire_name: "Body", query_name: "Body", location: Location::Payload, required: false, shape: &STREAM }"#,
    );
}

#[test]
fn an_attribute_is_written_before_everything_else() {
    check_rest_xml(r#"wire_name: "xsi:type", query_name: "xsi:type", location: Location::Attribute"#);
    check_rest_xml(
        "writer.begin_structure(structure);
        ::hob_wire::write_member(writer, &structure.members[1], &self.r#type);",
    );
}

#[test]
fn a_flattened_use_of_a_list_has_a_table_of_its_own_and_the_name_of_its_items() {
    check_rest_xml(
        r#"Member { name: "Parts", wire_name: "Part", query_name: "Part", location: Location::Body, required: false, shape: &Thing_Parts_flattened_ }"#,
    );
    check_rest_xml(
        r#"static Thing_Parts_flattened_: Shape = Shape { kind: Kind::List { item: &Thing_, item_name: "Part", flattened: true }"#,
    );
}

#[test]
fn the_root_of_an_answer_is_what_the_model_or_the_overlay_calls_it() {
    check_rest_xml(r#"result_wrapper: Some("ThingResult")"#);
    check_rest_xml("virtual_hosts: true");
    let mut model = rest_xml();
    model["operations"]["MakeThing"]["hob"] = json!({"unwrapped": true});
    assert!(generate(model).unwrap().contains("result_wrapper: None"));
}

#[test]
fn the_largest_model_that_there_is_generates() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../services/s3/");
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(folder.to_owned() + name).unwrap()).unwrap()
    };
    let mut model = read("model.json");
    overlay::merge(&mut model, read("overlay.json"));
    let text = generate(model).unwrap();
    for expected in [
        r#"result_wrapper: Some("ListBucketResult")"#,
        r#"xml_namespace: Some("http://s3.amazonaws.com/doc/2006-03-01/")"#,
        "pub struct UploadPartCopy;",
        "pub e_tag: Option<String>,",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
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
