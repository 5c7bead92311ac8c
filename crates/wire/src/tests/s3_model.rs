//! The routes of S3's model, which tell operations apart in every way that there is.

use http::{Method, Request};
use serde_json::Value;

use super::fixture::shape;
use crate::routing::{Found, Hints, RoutingTable};
use crate::schema::*;
use crate::{Call, Exchange, Service, validation};

struct Storage(&'static Model);

impl Service for Storage {
    fn model(&self) -> &'static Model {
        self.0
    }

    fn call<'a>(&'a self, exchange: Exchange<'a>) -> Call<'a> {
        crate::no_such_operation(exchange)
    }
}

fn keep<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn text(value: &Value) -> &'static str {
    keep(value.as_str().unwrap_or_default().to_owned())
}

/// Of an input only what it requires counts.
fn input(shapes: &Value, operation: &Value) -> &'static Shape {
    let input = &shapes[text(&operation["input"]["shape"])];
    let required = input["required"].as_array().into_iter().flatten().map(text);
    let members: Vec<Member> = required
        .map(|name| {
            let member = &input["members"][name];
            let location = match text(&member["location"]) {
                "uri" => Location::Uri,
                "querystring" => Location::Query,
                "header" => Location::Header,
                _ => Location::Payload,
            };
            let shape = keep(shape(Kind::String));
            let wire_name = text(&member["locationName"]);
            Member { name, wire_name, query_name: wire_name, location, required: true, shape }
        })
        .collect();
    keep(shape(Kind::Structure(keep(Structure { name: "", members: members.leak() }))))
}

fn operation(index: usize, name: &str, operation: &Value, shapes: &Value) -> OperationModel {
    let http = &operation["http"];
    OperationModel {
        index,
        route: Route {
            name: keep(name.to_owned()),
            method: text(&http["method"]),
            uri: text(&http["requestUri"]),
        },
        status: 200,
        input: input(shapes, operation),
        output: &NOTHING,
        result_wrapper: None,
        body_limit: 0,
        body_limit_name: "",
        path_parameter: None,
    }
}

fn storage() -> &'static Model {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../services/s3/model.json");
    let json: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let operations = json["operations"].as_object().unwrap().iter().enumerate();
    let operations: Vec<OperationModel> =
        operations.map(|(index, (name, value))| operation(index, name, value, &json["shapes"])).collect();
    let unserved = json["unserved"].as_object().unwrap().iter().map(|(name, route)| {
        let (method, uri) = text(route).split_once(' ').unwrap();
        Route { name: keep(name.clone()), method, uri }
    });
    keep(Model {
        full_name: "Amazon Simple Storage Service",
        endpoint_prefix: "s3",
        signing_name: "s3",
        target_prefix: None,
        api_version: "2006-03-01",
        xml_namespace: None,
        protocols: &[ProtocolName::RestXml],
        operations: operations.leak(),
        unserved: unserved.collect::<Vec<_>>().leak(),
        errors: &[],
        refuse: validation::malformed_xml_or_invalid_argument,
        virtual_hosts: true,
        query_compatible: false,
    })
}

/// The operation, and its labels.
fn route(table: &RoutingTable, request: http::request::Builder) -> (String, Vec<String>) {
    let parts = request.body(()).unwrap().into_parts().0;
    let target = table.settled(&Hints::of(&parts, &[])).expect("a service");
    match table.operation(&target, &parts, b"") {
        Found::Operation { operation, labels } => {
            (operation.route.name.to_owned(), labels.into_iter().map(|(_, label)| label).collect())
        }
        Found::Unserved(name) => (format!("{name} (unserved)"), Vec::new()),
        Found::Unknown(name) => (format!("{name} (unknown)"), Vec::new()),
    }
}

fn table(model: &'static Model) -> RoutingTable {
    let mut table = RoutingTable::default();
    table.add(Box::new(Storage(model)));
    table
}

/// As an SDK writes it, path style and virtual-host style.
fn requests(route: &Route, input: &Shape) -> [http::request::Builder; 2] {
    let (path, mut query) = route
        .uri
        .split_once('?')
        .map_or((route.uri, String::new()), |(path, query)| (path, query.to_owned()));
    let Kind::Structure(input) = &input.kind else { unreachable!("an input is a structure") };
    let members = |location| input.members.iter().filter(move |member| member.location == location);
    for member in members(Location::Query) {
        query += &format!("&{}=1", member.wire_name);
    }
    query += &format!("&x-id={}", route.name);
    let path = path.replace("{Key+}", "a/b%20c");
    [
        ("s3.localhost", path.replace("{Bucket}", "photos")),
        ("photos.s3.localhost", path.replacen("/{Bucket}", "", 1)),
    ]
    .map(|(host, path)| {
        let path = if path.is_empty() { "/" } else { &path };
        let request = Request::builder()
            .method(Method::from_bytes(route.method.as_bytes()).unwrap())
            .uri(format!("{path}?{query}"))
            .header("host", host);
        members(Location::Header).fold(request, |request, member| request.header(member.wire_name, "1"))
    })
}

#[test]
fn every_operation_that_is_served_is_found_in_both_styles() {
    let model = storage();
    let table = table(model);
    assert_eq!(model.operations.len(), 59);
    for operation in model.operations {
        for request in requests(&operation.route, operation.input) {
            let style = format!("{request:?}");
            if operation.route.uri == "/" && style.contains("photos.") {
                continue;
            }
            let (name, labels) = route(&table, request);
            assert_eq!(name, operation.route.name, "{style}");
            let expected: &[&str] = match operation.route.uri.split('?').next() {
                Some("/{Bucket}/{Key+}") => &["photos", "a/b c"],
                Some("/{Bucket}") => &["photos"],
                _ => &[],
            };
            assert_eq!(labels, expected, "{style}");
        }
    }
}

/// Those that share their route with a served one are not told from it.
#[test]
fn every_operation_that_is_not_served_is_found_too() {
    let model = storage();
    let table = table(model);
    for unserved in model.unserved {
        let [request, _] = requests(unserved, &NOTHING);
        let (name, _) = route(&table, request);
        let twin = |route: &&Route| route.method == unserved.method && route.uri == unserved.uri;
        let served = model.operations.iter().map(|operation| &operation.route).find(twin);
        let expected = match (served, model.unserved.iter().find(twin)) {
            (Some(served), _) => served.name.to_owned(),
            (None, first) => format!("{} (unserved)", first.unwrap().name),
        };
        assert_eq!(name, expected);
    }
}

#[test]
fn what_is_asked_of_a_bucket_is_never_taken_for_the_bucket() {
    let table = table(storage());
    let name = |method: &str, uri: &str| {
        route(&table, Request::builder().method(method).uri(uri).header("host", "s3.localhost")).0
    };
    assert_eq!(name("DELETE", "/photos?versioning"), "DELETE /photos (unknown)");
    assert_eq!(name("PUT", "/photos/a?uploads"), "PUT /photos/a (unknown)");
    assert_eq!(name("PUT", "/"), "PUT / (unknown)");
    assert_eq!(name("POST", "/photos"), "POST /photos (unknown)");
    assert_eq!(name("GET", "/photos/"), "ListObjects");
    assert_eq!(name("GET", "/photos?list-type=2&prefix=a"), "ListObjectsV2");
    assert_eq!(name("GET", "/photos?list-type=1"), "ListObjects");
    assert_eq!(name("GET", "/photos?acl="), "GetBucketAcl");
    assert_eq!(name("GET", "/photos//"), "GetObject");
    assert_eq!(name("GET", "/photos/a?partNumber=1"), "GetObject");
    assert_eq!(name("GET", "/photos/a?attributes"), "GetObjectAttributes");
    assert_eq!(name("HEAD", "/photos/a/"), "HeadObject");
}
