//! A service called Workshop with the tables that the generator would make of its model, and an app that
//! serves it in each protocol.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use hob_types::{Clock, ManualClock, SeededRandom, Timestamp};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};

use crate::schema::*;
use crate::{
    App, AwsError, Body, Call, Endpoint, Exchange, Guard, Handle, Keys, Malformed, NoKeys, Operation,
    RequestContext, Service, Settings, Value, Wire, Writer, call, read_member, validation, write_member,
};

pub(super) const fn shape(kind: Kind) -> Shape {
    Shape { kind, sensitive: false, min: None, max: None, pattern: None, values: &[] }
}

static LETTERS: Pattern = Pattern::new("[a-z]+");
static NAME: Shape = Shape { min: Some(1.0), max: Some(8.0), pattern: Some(&LETTERS), ..shape(Kind::String) };
static TEXT: Shape = shape(Kind::String);
static SECRET: Shape = Shape { sensitive: true, max: Some(4.0), ..shape(Kind::String) };
static COUNT: Shape = Shape { min: Some(1.0), max: Some(10.0), ..shape(Kind::Integer) };
static WEIGHT: Shape = Shape { min: Some(0.0), max: Some(1.0), ..shape(Kind::Double) };
static KIND: Shape = Shape { values: &["Oak", "Elm"], ..shape(Kind::String) };
static KINDS: Shape =
    Shape { max: Some(2.0), ..shape(Kind::List { item: &KIND, item_name: "member", flattened: false }) };
static WEIGHTS: Shape =
    shape(Kind::Map { key: &NAME, value: &WEIGHT, key_name: "key", value_name: "value", flattened: false });
static DATA: Shape = shape(Kind::Blob);
static WHEN: Shape = shape(Kind::Timestamp(None));
static STATUS: Shape = shape(Kind::Integer);
static PART: Shape = shape(Kind::Structure(&PART_MEMBERS));
static PARTS: Shape = shape(Kind::List { item: &PART, item_name: "member", flattened: false });

pub(super) const fn member(name: &'static str, location: Location, shape: &'static Shape) -> Member {
    Member { name, wire_name: name, query_name: name, location, required: false, shape }
}

static PART_MEMBERS: Structure = Structure {
    name: "Part",
    members: &[
        Member { required: true, ..member("Label", Location::Body, &NAME) },
        member("Secret", Location::Body, &SECRET),
    ],
};

static THING_MEMBERS: Structure = Structure {
    name: "Thing",
    members: &[
        Member { required: true, ..member("Name", Location::Body, &NAME) },
        member("Count", Location::Body, &COUNT),
        member("Kinds", Location::Body, &KINDS),
        member("Weights", Location::Body, &WEIGHTS),
        member("Data", Location::Body, &DATA),
        member("When", Location::Body, &WHEN),
        member("Parts", Location::Body, &PARTS),
    ],
};
static THING: Shape = shape(Kind::Structure(&THING_MEMBERS));

static RUN_MEMBERS: Structure = Structure {
    name: "Run",
    members: &[
        Member { required: true, ..member("Name", Location::Uri, &NAME) },
        member("Qualifier", Location::Query, &TEXT),
        Member { wire_name: "X-Amz-Kind", ..member("Kind", Location::Header, &KIND) },
        member("Status", Location::Status, &STATUS),
        member("Payload", Location::Payload, &DATA),
    ],
};
static RUN: Shape = shape(Kind::Structure(&RUN_MEMBERS));

/// What the generator writes for a structure.
macro_rules! structure {
    ($name:ident, $table:ident, { $($index:literal $field:ident: $type:ty,)+ }) => {
        #[derive(Clone, Debug, Default, PartialEq)]
        pub(super) struct $name { $(pub(super) $field: Option<$type>,)+ }

        impl Wire for $name {
            fn read(value: &dyn Value, _: &'static Shape) -> Result<Self, Malformed> {
                Ok(Self { $($field: read_member(value, &$table.members[$index])?,)+ })
            }

            fn write(&self, writer: &mut dyn Writer, _: &'static Shape) {
                writer.begin_structure(&$table);
                $(write_member(writer, &$table.members[$index], &self.$field);)+
                writer.end_structure(&$table);
            }
        }
    };
}

pub(super) use structure;

structure!(Part, PART_MEMBERS, { 0 label: String, 1 secret: String, });
structure!(Thing, THING_MEMBERS, {
    0 name: String,
    1 count: i32,
    2 kinds: Vec<String>,
    3 weights: BTreeMap<String, f64>,
    4 data: Bytes,
    5 when: Timestamp,
    6 parts: Vec<Part>,
});
structure!(Run, RUN_MEMBERS, {
    0 name: String,
    1 qualifier: String,
    2 kind: String,
    3 status: i32,
    4 payload: Bytes,
});

pub(super) struct MakeThing;
pub(super) struct RunThing;

impl Operation for MakeThing {
    type Input = Thing;
    type Output = Thing;
    const NAME: &'static str = "MakeThing";
}

impl Operation for RunThing {
    type Input = Run;
    type Output = Run;
    const NAME: &'static str = "RunThing";
}

static OPERATIONS: [OperationModel; 2] = [
    OperationModel {
        index: 0,
        route: Route { name: "MakeThing", method: "POST", uri: "/things" },
        status: 201,
        input: &THING,
        output: &THING,
        result_wrapper: Some("MakeThingResult"),
        body_limit: 1000,
        body_limit_name: "MakeThing",
        path_parameter: None,
    },
    OperationModel {
        index: 1,
        route: Route { name: "RunThing", method: "POST", uri: "/things/{Name}/runs" },
        status: 200,
        input: &RUN,
        output: &RUN,
        result_wrapper: None,
        body_limit: 20,
        body_limit_name: "RunThings",
        path_parameter: None,
    },
];

const fn model(
    signing_name: &'static str,
    target_prefix: Option<&'static str>,
    protocols: &'static [ProtocolName],
) -> Model {
    Model {
        full_name: "AWS Workshop",
        endpoint_prefix: signing_name,
        signing_name,
        target_prefix,
        api_version: "2015-03-31",
        query_compatible: false,
        xml_namespace: Some("https://workshop.amazonaws.com/doc/2015-03-31/"),
        protocols,
        operations: &OPERATIONS,
        unserved: &[Route { name: "BreakThing", method: "DELETE", uri: "/things/{Name}" }],
        errors: &[
            ErrorModel {
                name: "ThingNotFoundException",
                code: "ThingNotFoundException",
                json_type: "ThingNotFoundException",
                status: 404,
                sender_fault: true,
                message_key: "Message",
                has_type: true,
            },
            ErrorModel {
                name: "WorkshopBurntDownException",
                code: "WorkshopBurntDownException",
                json_type: "WorkshopBurntDownException",
                status: 500,
                sender_fault: false,
                message_key: "message",
                has_type: true,
            },
        ],
        refuse: validation::validation_exception,
        virtual_hosts: false,
    }
}

static REST_JSON: Model = model("workshop", None, &[ProtocolName::RestJson]);
static AWS_JSON: Model = model("jsonshop", Some("Shop_2015"), &[ProtocolName::Json11]);
static QUERY: Model = model("formshop", None, &[ProtocolName::Query]);

/// Echoes what it is given, except for names that stand for failures.
#[derive(Clone, Copy)]
struct Workshop(&'static Model);

impl Handle<MakeThing> for Workshop {
    async fn handle(&self, _: &RequestContext, input: Thing) -> Result<Thing, AwsError> {
        match input.name.as_deref() {
            Some("clumsy") => panic!("dropped it"),
            Some("missing") => Err(AwsError::new("ThingNotFoundException", "No <such> thing")),
            Some("burnt") => Err(AwsError::new("WorkshopBurntDownException", "All gone")),
            Some("denied") => Err(AwsError {
                message: None,
                ..AwsError::new("ThingNotFoundException", "").without_type().with_member("Reason", "X")
            }),
            _ => Ok(input),
        }
    }
}

impl Handle<RunThing> for Workshop {
    async fn handle(&self, context: &RequestContext, input: Run) -> Result<Run, AwsError> {
        if input.qualifier.as_deref() == Some("who") {
            let RequestContext { account, region, caller, base_url, .. } = context;
            let text = format!("{account} {region} {} {base_url}", caller.arn);
            return Ok(Run { payload: Some(text.into()), ..Default::default() });
        }
        Ok(Run { status: input.qualifier.as_deref().and_then(|status| status.parse().ok()), ..input })
    }
}

impl Service for Workshop {
    fn model(&self) -> &'static Model {
        self.0
    }

    fn call<'a>(&'a self, exchange: Exchange<'a>) -> Call<'a> {
        match exchange.operation.index {
            0 => call::<MakeThing, _>(self, exchange),
            _ => call::<RunThing, _>(self, exchange),
        }
    }
}

/// 2026-01-02T03:04:05Z
pub(super) fn now() -> Timestamp {
    Timestamp::from_millis(1_767_323_045_000)
}

pub(super) fn settings(keys: Arc<dyn Keys>, verify_signatures: bool) -> Settings {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(now()));
    let random = Arc::new(SeededRandom::new(1));
    Settings { clock, random, keys, verify_signatures, guard: Guard::default() }
}

pub(super) fn app(settings: Settings) -> App {
    App::new(settings)
        .with_service(Workshop(&REST_JSON))
        .with_service(Workshop(&AWS_JSON))
        .with_service(Workshop(&QUERY))
}

pub(super) fn peer() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 50_000))
}

pub(super) fn endpoint() -> Endpoint {
    Endpoint::Network(SocketAddr::from(([127, 0, 0, 1], 4566)))
}

/// Sends a request to an app that believes everybody.
pub(super) async fn send(request: Request<Full<Bytes>>) -> String {
    let app = app(settings(Arc::new(NoKeys), false));
    render(app.handle(&endpoint(), peer(), request).await).await
}

/// Status, headers and body, the request id by its name.
pub(super) async fn render(response: Response<Body>) -> String {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("an answer's body is whole").to_bytes();
    let id = parts.headers.get("x-amzn-requestid").and_then(|id| id.to_str().ok()).unwrap_or("none");
    let mut headers: Vec<String> = parts
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap_or("?")))
        .collect();
    headers.sort();
    let text = format!("{}\n{}\n{}", parts.status, headers.concat(), String::from_utf8_lossy(&body));
    text.replace(id, "REQUEST-ID").trim_end().to_owned()
}

pub(super) fn post(uri: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let request = Request::post(uri).header("host", "127.0.0.1:4566");
    request.body(Full::new(body.into())).expect("a request")
}

pub(super) trait With {
    fn with(self, name: &'static str, value: &str) -> Self;
}

impl With for Request<Full<Bytes>> {
    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers_mut().insert(name, value.parse().expect("a header"));
        self
    }
}
