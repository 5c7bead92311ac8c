//! A service of rest-xml called Cellar, whose boxes hold what users put into them: the tables that the generator would
//! make of its model, and an app that serves it beside Workshop.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use hob_types::Timestamp;
use http::{Method, Request};
use http_body_util::Full;

use super::fixture::{app, endpoint, member, peer, render, settings, shape, structure};
use crate::schema::*;
use crate::{
    App, AwsError, ByteStream, Call, Exchange, Handle, Keys, Malformed, NoKeys, Operation, RequestContext,
    Service, Value, Wire, Writer, call, read_member, validation, write_member,
};

static TEXT: Shape = shape(Kind::String);
static NUMBER: Shape = shape(Kind::Integer);
static LONG: Shape = shape(Kind::Long);
static WHEN: Shape = shape(Kind::Timestamp(None));
static COLOUR: Shape = Shape { values: &["red", "white"], ..shape(Kind::String) };
static METADATA: Shape =
    shape(Kind::Map { key: &TEXT, value: &TEXT, key_name: "key", value_name: "value", flattened: false });
static OWNER: Shape = shape(Kind::Structure(&OWNER_MEMBERS));
static ENTRY: Shape = shape(Kind::Structure(&ENTRY_MEMBERS));
static ENTRIES: Shape = shape(Kind::List { item: &ENTRY, item_name: "member", flattened: true });
static TAGS: Shape = shape(Kind::List { item: &TEXT, item_name: "Tag", flattened: false });
static RULES: Shape = shape(Kind::Structure(&RULES_MEMBERS));
static PUT: Shape = shape(Kind::Structure(&PUT_MEMBERS));
static COPY: Shape = shape(Kind::Structure(&COPY_MEMBERS));
static BOTTLE: Shape = shape(Kind::Structure(&BOTTLE_MEMBERS));
static BOX: Shape = shape(Kind::Structure(&BOX_MEMBERS));
static LISTING: Shape = shape(Kind::Structure(&LISTING_MEMBERS));
static RULED: Shape = shape(Kind::Structure(&RULED_MEMBERS));
static PLACE: Shape = shape(Kind::Structure(&PLACE_MEMBERS));

const fn header(name: &'static str, wire_name: &'static str, shape: &'static Shape) -> Member {
    Member { wire_name, ..member(name, Location::Header, shape) }
}

const fn label(name: &'static str) -> Member {
    Member { required: true, ..member(name, Location::Uri, &TEXT) }
}

static OWNER_MEMBERS: Structure = Structure {
    name: "Owner",
    members: &[
        member("Name", Location::Body, &TEXT),
        Member { wire_name: "xsi:type", ..member("Type", Location::Attribute, &TEXT) },
    ],
};
static ENTRY_MEMBERS: Structure = Structure {
    name: "Entry",
    members: &[
        Member { required: true, ..member("Key", Location::Body, &TEXT) },
        member("LastModified", Location::Body, &WHEN),
        member("Size", Location::Body, &LONG),
    ],
};
static RULES_MEMBERS: Structure = Structure {
    name: "Rules",
    members: &[
        Member { wire_name: "Entry", query_name: "Entry", ..member("Entries", Location::Body, &ENTRIES) },
        member("Tags", Location::Body, &TAGS),
        member("Owner", Location::Body, &OWNER),
        member("Colour", Location::Body, &COLOUR),
    ],
};
static PUT_MEMBERS: Structure = Structure {
    name: "PutBottleRequest",
    members: &[
        label("Box"),
        label("Key"),
        header("Colour", "x-amz-colour", &COLOUR),
        Member { wire_name: "x-amz-meta-", ..member("Metadata", Location::Headers, &METADATA) },
        header("ContentLength", "Content-Length", &LONG),
        header("ContentEncoding", "Content-Encoding", &TEXT),
        header("NotAfter", "x-amz-not-after", &WHEN),
        member("Body", Location::Payload, &STREAM),
    ],
};
static COPY_MEMBERS: Structure = Structure {
    name: "CopyBottleRequest",
    members: &[
        label("Box"),
        label("Key"),
        Member { required: true, ..header("Source", "x-amz-copy-source", &TEXT) },
    ],
};
static BOTTLE_MEMBERS: Structure = Structure {
    name: "Bottle",
    members: &[
        header("ETag", "ETag", &TEXT),
        header("ContentLength", "Content-Length", &LONG),
        header("LastModified", "Last-Modified", &WHEN),
        Member { wire_name: "x-amz-meta-", ..member("Metadata", Location::Headers, &METADATA) },
        header("Seen", "x-seen", &TEXT),
        member("Body", Location::Payload, &STREAM),
    ],
};
static BOX_MEMBERS: Structure = Structure {
    name: "BoxRequest",
    members: &[label("Box"), Member { wire_name: "max-keys", ..member("MaxKeys", Location::Query, &NUMBER) }],
};
static LISTING_MEMBERS: Structure = Structure {
    name: "Listing",
    members: &[
        member("Name", Location::Body, &TEXT),
        Member {
            wire_name: "Contents",
            query_name: "Contents",
            ..member("Entries", Location::Body, &ENTRIES)
        },
        member("Tags", Location::Body, &TAGS),
        header("Charged", "x-amz-request-charged", &TEXT),
    ],
};
static RULED_MEMBERS: Structure = Structure {
    name: "RuledBox",
    members: &[label("Box"), Member { required: true, ..member("Rules", Location::Payload, &RULES) }],
};
static PLACE_MEMBERS: Structure =
    Structure { name: "Place", members: &[member("Place", Location::Body, &TEXT)] };

structure!(Owner, OWNER_MEMBERS, { 1 r#type: String, 0 name: String, });
structure!(Entry, ENTRY_MEMBERS, { 0 key: String, 1 last_modified: Timestamp, 2 size: i64, });
structure!(Rules, RULES_MEMBERS, {
    0 entries: Vec<Entry>, 1 tags: Vec<String>, 2 owner: Owner, 3 colour: String,
});
structure!(PutBottle, PUT_MEMBERS, {
    0 r#box: String,
    1 key: String,
    2 colour: String,
    3 metadata: BTreeMap<String, String>,
    4 content_length: i64,
    5 content_encoding: String,
    6 not_after: Timestamp,
    7 body: ByteStream,
});
structure!(CopyBottle, COPY_MEMBERS, { 0 r#box: String, 1 key: String, 2 source: String, });
structure!(Bottle, BOTTLE_MEMBERS, {
    0 e_tag: String,
    1 content_length: i64,
    2 last_modified: Timestamp,
    3 metadata: BTreeMap<String, String>,
    4 seen: String,
    5 body: ByteStream,
});
structure!(BoxRequest, BOX_MEMBERS, { 0 r#box: String, 1 max_keys: i32, });
structure!(Listing, LISTING_MEMBERS, {
    0 name: String, 1 entries: Vec<Entry>, 2 tags: Vec<String>, 3 charged: String,
});
structure!(RuledBox, RULED_MEMBERS, { 0 r#box: String, 1 rules: Rules, });
structure!(Place, PLACE_MEMBERS, { 0 place: String, });

macro_rules! operations {
    ($($index:literal $marker:ident: $input:ident => $output:ty, $method:literal $uri:literal, $in:expr, $out:expr, $root:expr;)+) => {
        $(
            pub(super) struct $marker;
            impl Operation for $marker {
                type Input = $input;
                type Output = $output;
                const NAME: &'static str = stringify!($marker);
            }
        )+
        static OPERATIONS: &[OperationModel] = &[$(OperationModel {
            index: $index,
            route: Route { name: stringify!($marker), method: $method, uri: $uri },
            status: 200,
            input: $in,
            output: $out,
            result_wrapper: $root,
            body_limit: 2000,
            body_limit_name: stringify!($marker),
            path_parameter: None,
        },)+];

        impl Service for Cellar {
            fn model(&self) -> &'static Model {
                &MODEL
            }

            fn call<'a>(&'a self, exchange: Exchange<'a>) -> Call<'a> {
                match exchange.operation.index {
                    $($index => call::<$marker, _>(self, exchange),)+
                    _ => crate::no_such_operation(exchange),
                }
            }
        }
    };
}

operations! {
    0 PutBottle_: PutBottle => Bottle, "PUT" "/{Box}/{Key+}", &PUT, &BOTTLE, Some("Bottle");
    1 CopyBottle_: CopyBottle => Bottle, "PUT" "/{Box}/{Key+}", &COPY, &BOTTLE, Some("Bottle");
    2 GetBottle: PutBottle => Bottle, "GET" "/{Box}/{Key+}", &PUT, &BOTTLE, Some("Bottle");
    3 HeadBottle: PutBottle => Bottle, "HEAD" "/{Box}/{Key+}", &PUT, &BOTTLE, Some("Bottle");
    4 ListBottles: BoxRequest => Listing, "GET" "/{Box}", &BOX, &LISTING, Some("ListBoxResult");
    5 PutRules: RuledBox => (), "PUT" "/{Box}?rules", &RULED, &NOTHING, None;
    6 GetRules: BoxRequest => RuledBox, "GET" "/{Box}?rules", &BOX, &RULED, Some("RuledBox");
    7 GetPlace: BoxRequest => Place, "GET" "/{Box}?place", &BOX, &PLACE, None;
    8 DeleteBox: BoxRequest => (), "DELETE" "/{Box}", &BOX, &NOTHING, None;
}

static MODEL: Model = Model {
    full_name: "AWS Cellar",
    endpoint_prefix: "cellar",
    signing_name: "s3",
    target_prefix: None,
    api_version: "2006-03-01",
    xml_namespace: Some("http://cellar.amazonaws.com/doc/2006-03-01/"),
    protocols: &[ProtocolName::RestXml],
    operations: OPERATIONS,
    unserved: &[Route { name: "DeletePlace", method: "DELETE", uri: "/{Box}?place" }],
    errors: &[ErrorModel {
        name: "NoSuchBottle",
        code: "NoSuchBottle",
        json_type: "NoSuchBottle",
        status: 404,
        sender_fault: true,
        message_key: "message",
        has_type: false,
    }],
    refuse: validation::malformed_xml_or_invalid_argument,
    virtual_hosts: true,
    query_compatible: false,
};

/// Keeps nothing: says what it was given.
#[derive(Clone, Copy)]
pub(super) struct Cellar;

fn missing(key: &str) -> AwsError {
    AwsError::new("NoSuchBottle", "There is no such bottle.").with_member("Key", key)
}

impl Handle<PutBottle_> for Cellar {
    async fn handle(&self, _: &RequestContext, input: PutBottle) -> Result<Bottle, AwsError> {
        let key = input.key.unwrap_or_default();
        if key == "refused" {
            return Err(missing(&key));
        }
        let body = input.body.unwrap_or_default();
        let announced = body.remaining();
        if key == "half" {
            let first = body.next().await?.unwrap_or_default();
            return Ok(Bottle { seen: Some(format!("{} bytes", first.len())), ..Bottle::default() });
        }
        let (mut length, mut last) = (0, Vec::new());
        while let Some(piece) = body.next().await? {
            length += piece.len();
            last = piece[piece.len().saturating_sub(8)..].to_vec();
        }
        let trailers: Vec<String> = body
            .trailers()
            .iter()
            .map(|(name, value)| format!("{name}={}", value.to_str().unwrap_or("?")))
            .collect();
        let seen = format!(
            "{}/{key} {length} of {announced:?} ~{} length={:?} encoding={:?} not-after={:?} trailers={trailers:?}",
            input.r#box.unwrap_or_default(),
            String::from_utf8_lossy(&last).escape_default(),
            input.content_length,
            input.content_encoding,
            input.not_after.map(Timestamp::as_millis),
        );
        Ok(Bottle {
            e_tag: Some("\"e\"".into()),
            seen: Some(seen),
            metadata: input.metadata,
            ..Bottle::default()
        })
    }
}

impl Handle<CopyBottle_> for Cellar {
    async fn handle(&self, _: &RequestContext, input: CopyBottle) -> Result<Bottle, AwsError> {
        Ok(Bottle { seen: input.source.map(|source| format!("copy of {source}")), ..Bottle::default() })
    }
}

impl Handle<GetBottle> for Cellar {
    async fn handle(&self, context: &RequestContext, input: PutBottle) -> Result<Bottle, AwsError> {
        let key = input.key.unwrap_or_default();
        match key.as_str() {
            "missing" => Err(missing(&key)),
            "clumsy" => panic!("dropped it"),
            "same" => Err(AwsError::new("NotModified", "Not Modified").with_status(304)),
            "who" => {
                let RequestContext { account, region, caller, .. } = context;
                let text = format!("{account} {region} {}", caller.arn);
                Ok(Bottle { body: Some(Bytes::from(text).into()), ..Bottle::default() })
            }
            key => {
                let length: u64 = key.parse().unwrap_or(0);
                Ok(Bottle {
                    last_modified: Some(Timestamp::from_millis(1_767_323_045_000)),
                    content_length: Some(length as i64),
                    metadata: Some(BTreeMap::from([("grape".into(), "Grüner".into())])),
                    body: Some(cork(length)),
                    ..Bottle::default()
                })
            }
        }
    }
}

/// A stream of so many bytes, a thousand at a time.
pub(super) fn cork(length: u64) -> ByteStream {
    ByteStream::unfold(length, length, |left| async move {
        let piece = vec![b'x'; left.min(1000) as usize];
        Ok((left > 0).then(|| (piece.into(), left - left.min(1000))))
    })
}

impl Handle<HeadBottle> for Cellar {
    async fn handle(&self, _: &RequestContext, input: PutBottle) -> Result<Bottle, AwsError> {
        match input.key.as_deref() {
            Some("missing") => Err(missing("missing")),
            _ => Ok(Bottle { content_length: Some(5_000_000_000), ..Bottle::default() }),
        }
    }
}

impl Handle<ListBottles> for Cellar {
    async fn handle(&self, _: &RequestContext, input: BoxRequest) -> Result<Listing, AwsError> {
        let entry = |key: &str| Entry {
            key: Some(key.into()),
            last_modified: Some(Timestamp::from_millis(1_767_323_045_000)),
            size: Some(7),
        };
        Ok(Listing {
            name: input.r#box,
            entries: Some(vec![entry("a<b"), entry("c\r")]),
            tags: input.max_keys.map(|keys| vec![keys.to_string(), "x".into()]),
            charged: Some("requester".into()),
        })
    }
}

impl Handle<PutRules> for Cellar {
    async fn handle(&self, _: &RequestContext, input: RuledBox) -> Result<(), AwsError> {
        Err(AwsError::new("Seen", format!("{:?}", input.rules.unwrap_or_default())))
    }
}

impl Handle<GetRules> for Cellar {
    async fn handle(&self, _: &RequestContext, _: BoxRequest) -> Result<RuledBox, AwsError> {
        let owner = Owner { name: Some("Ann".into()), r#type: Some("Canonical\"User".into()) };
        let rules = Rules { owner: Some(owner), tags: Some(vec!["a".into()]), ..Rules::default() };
        Ok(RuledBox { r#box: None, rules: Some(rules) })
    }
}

impl Handle<GetPlace> for Cellar {
    async fn handle(&self, _: &RequestContext, _: BoxRequest) -> Result<Place, AwsError> {
        Ok(Place { place: Some("eu-west-1".into()) })
    }
}

impl Handle<DeleteBox> for Cellar {
    async fn handle(&self, _: &RequestContext, _: BoxRequest) -> Result<(), AwsError> {
        Ok(())
    }
}

pub(super) fn cellar(keys: Arc<dyn Keys>, verify: bool) -> App {
    app(settings(keys, verify)).with_service(Cellar)
}

pub(super) fn request(method: Method, uri: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri(uri).header("host", "cellar.localhost:4566");
    request.body(Full::new(body.into())).expect("a request")
}

pub(super) fn get(uri: &str) -> Request<Full<Bytes>> {
    request(Method::GET, uri, "")
}

pub(super) fn put(uri: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    request(Method::PUT, uri, body)
}

/// What an app that believes everybody answers.
pub(super) async fn ask(request: Request<Full<Bytes>>) -> String {
    ask_app(&cellar(Arc::new(NoKeys), false), request).await
}

/// With both ids by their names.
pub(super) async fn ask_app(app: &App, request: Request<Full<Bytes>>) -> String {
    let answer = app.handle(&endpoint(), peer(), request).await;
    let ids: Vec<String> = ["x-amz-id-2", "x-amz-request-id"]
        .into_iter()
        .filter_map(|name| Some(answer.headers().get(name)?.to_str().ok()?.to_owned()))
        .collect();
    let names = ["HOST-ID", "REQUEST-ID"];
    ids.iter().zip(names).fold(render(answer).await, |text, (id, name)| text.replace(id, name))
}
