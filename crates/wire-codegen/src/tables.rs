//! The static tables.

use std::fmt::Write as _;

use crate::Error;
use crate::model::{Model, Operation, Shape, ShapeRef};
use crate::names::table;

/// Bodies of operations whose limit nobody has recorded.
const BODY_LIMIT: u64 = 10 << 20;

pub(crate) fn write(model: &Model) -> Result<String, Error> {
    let mut out = String::from("mod tables {\n    use ::hob_wire::schema::*;\n\n");
    for (name, shape) in model.shapes.iter().filter(|(_, shape)| !shape.exception) {
        if shape.kind == "structure" {
            structure(&mut out, model, name, shape)?;
        }
        self::shape(&mut out, &table(name), name, shape)?;
    }
    service(&mut out, model)?;
    out.push_str("}\n");
    Ok(out)
}

fn structure(out: &mut String, model: &Model, name: &str, shape: &Shape) -> Result<(), Error> {
    let identifier = table(&format!("{name}_members"));
    let mut own = String::new();
    writeln!(out, "    pub static {identifier}: Structure = Structure {{ name: {name:?}, members: &[")?;
    for (member, reference) in shape.members.parse()? {
        let wire_name = wire_name(model, member, &reference)?;
        writeln!(
            out,
            "        Member {{ name: {member:?}, wire_name: {wire_name:?}, query_name: {:?}, \
             location: Location::{}, required: {}, shape: &{} }},",
            query_name(model.shape(&reference.shape)?).unwrap_or(&wire_name),
            location(shape, member, &reference)?,
            shape.required.iter().any(|required| required == member),
            used_shape(&mut own, model, name, member, &reference)?,
        )?;
    }
    writeln!(out, "    ] }};")?;
    out.push_str(&own);
    Ok(())
}

/// In rest-xml the items of a flattened list keep their own name, if they have one.
fn wire_name(model: &Model, member: &str, reference: &ShapeRef) -> Result<String, Error> {
    let shape = model.shape(&reference.shape)?;
    let is_flattened = shape.flattened || reference.flattened;
    let item = shape.member.as_ref().filter(|_| is_flattened && model.is_rest_xml());
    let name = item.and_then(|item| item.location_name.clone()).or_else(|| reference.location_name.clone());
    Ok(name.unwrap_or_else(|| member.to_owned()))
}

/// The table of a member's shape; one of its own, if this use of the shape differs from others.
fn used_shape(
    own: &mut String,
    model: &Model,
    structure: &str,
    member: &str,
    reference: &ShapeRef,
) -> Result<String, Error> {
    let shape = model.shape(&reference.shape)?;
    if model.is_stream(reference) {
        return Ok("STREAM".to_owned());
    }
    if !reference.flattened || shape.flattened {
        return Ok(table(&reference.shape));
    }
    let identifier = table(&format!("{structure}_{member}_flattened"));
    let flattened = Shape { flattened: true, ..shape.clone() };
    self::shape(own, &identifier, &reference.shape, &flattened)?;
    Ok(identifier)
}

/// What the query protocol calls a member, where its shape decides that: a flattened list has the name of its
/// items, and a flattened map may bring one along.
fn query_name(shape: &Shape) -> Option<&str> {
    match shape.kind.as_str() {
        "list" if shape.flattened => shape.member.as_ref()?.location_name.as_deref(),
        "map" if shape.flattened => shape.location_name.as_deref(),
        _ => None,
    }
}

fn location(shape: &Shape, member: &str, reference: &ShapeRef) -> Result<&'static str, Error> {
    Ok(match reference.location.as_deref() {
        _ if shape.payload.as_deref() == Some(member) => "Payload",
        None if reference.xml_attribute => "Attribute",
        None => "Body",
        Some("uri") => "Uri",
        Some("querystring") => "Query",
        Some("header") => "Header",
        Some("headers") => "Headers",
        Some("statusCode") => "Status",
        Some(other) => return Err(format!("{member} is at the unknown location {other}").into()),
    })
}

fn shape(out: &mut String, identifier: &str, name: &str, shape: &Shape) -> Result<(), Error> {
    let pattern = match &shape.pattern {
        Some(pattern) => {
            let identifier = table(&format!("{identifier}pattern"));
            writeln!(out, "    static {identifier}: Pattern = Pattern::new({pattern:?});")?;
            format!("Some(&{identifier})")
        }
        None => "None".to_owned(),
    };
    writeln!(
        out,
        "    pub static {}: Shape = Shape {{ kind: {}, sensitive: {}, min: {:?}, max: {:?}, pattern: {pattern}, \
         values: &{:?} }};",
        identifier,
        kind(name, shape)?,
        shape.sensitive,
        shape.min,
        shape.max,
        shape.values,
    )?;
    Ok(())
}

fn kind(name: &str, shape: &Shape) -> Result<String, Error> {
    let part = |reference: &Option<ShapeRef>, default: &str| -> Result<(String, String), Error> {
        let reference = reference.as_ref().ok_or_else(|| format!("{name} lacks a part"))?;
        Ok((table(&reference.shape), reference.location_name.clone().unwrap_or_else(|| default.to_owned())))
    };
    Ok(match shape.kind.as_str() {
        "boolean" => "Kind::Boolean".to_owned(),
        "integer" => "Kind::Integer".to_owned(),
        "long" => "Kind::Long".to_owned(),
        "float" => "Kind::Float".to_owned(),
        "double" => "Kind::Double".to_owned(),
        "string" | "character" => "Kind::String".to_owned(),
        "blob" => "Kind::Blob".to_owned(),
        "timestamp" => format!("Kind::Timestamp({})", timestamp_format(shape)?),
        "list" => {
            let (item, item_name) = part(&shape.member, "member")?;
            format!(
                "Kind::List {{ item: &{item}, item_name: {item_name:?}, flattened: {} }}",
                shape.flattened
            )
        }
        "map" => {
            let (key, key_name) = part(&shape.key, "key")?;
            let (value, value_name) = part(&shape.value, "value")?;
            format!(
                "Kind::Map {{ key: &{key}, value: &{value}, key_name: {key_name:?}, \
                 value_name: {value_name:?}, flattened: {} }}",
                shape.flattened
            )
        }
        "structure" => format!("Kind::Structure(&{})", table(&format!("{name}_members"))),
        other => return Err(format!("{name} is of the unknown type {other}").into()),
    })
}

fn timestamp_format(shape: &Shape) -> Result<&'static str, Error> {
    Ok(match shape.timestamp_format.as_deref() {
        None => "None",
        Some("unixTimestamp") => "Some(TimestampFormat::UnixSeconds)",
        Some("iso8601") => "Some(TimestampFormat::Rfc3339)",
        Some("rfc822") => "Some(TimestampFormat::HttpDate)",
        Some(other) => return Err(format!("the timestamp format {other} is unknown").into()),
    })
}

fn service(out: &mut String, model: &Model) -> Result<(), Error> {
    let metadata = &model.metadata;
    writeln!(out, "    pub static MODEL: Model = Model {{")?;
    writeln!(out, "        full_name: {:?},", metadata.service_full_name)?;
    writeln!(out, "        endpoint_prefix: {:?},", metadata.endpoint_prefix)?;
    let signing_name = metadata.signing_name.as_ref().unwrap_or(&metadata.endpoint_prefix);
    writeln!(out, "        signing_name: {signing_name:?},")?;
    writeln!(out, "        target_prefix: {:?},", metadata.target_prefix)?;
    writeln!(out, "        api_version: {:?},", metadata.api_version)?;
    writeln!(out, "        xml_namespace: {:?},", metadata.xml_namespace)?;
    writeln!(out, "        query_compatible: {},", metadata.aws_query_compatible.is_some())?;
    writeln!(out, "        protocols: &[{}],", protocols(model)?)?;
    writeln!(out, "        operations: &OPERATIONS,")?;
    unserved(out, model)?;
    errors(out, model)?;
    let refuse = metadata.hob.refuse.as_deref().unwrap_or("::hob_wire::validation::validation_exception");
    writeln!(out, "        refuse: {refuse},")?;
    writeln!(out, "        virtual_hosts: {},\n    }};", metadata.hob.virtual_hosts)?;
    writeln!(out, "    pub static OPERATIONS: [OperationModel; {}] = [", model.operations.len())?;
    for (index, (name, operation)) in model.operations.iter().enumerate() {
        self::operation(out, model, index, name, operation)?;
    }
    writeln!(out, "    ];")?;
    Ok(())
}

fn protocols(model: &Model) -> Result<String, Error> {
    let mut names = Vec::new();
    for protocol in &model.metadata.protocols {
        names.push(match (protocol.as_str(), model.metadata.json_version.as_deref()) {
            ("rest-json", _) => "ProtocolName::RestJson",
            ("json", Some("1.0")) => "ProtocolName::Json10",
            ("json", _) => "ProtocolName::Json11",
            ("rest-xml", _) => "ProtocolName::RestXml",
            ("query", _) => "ProtocolName::Query",
            (other, _) => return Err(format!("the protocol {other} is unknown").into()),
        });
    }
    Ok(names.join(", "))
}

fn unserved(out: &mut String, model: &Model) -> Result<(), Error> {
    writeln!(out, "        unserved: &[")?;
    for (name, route) in &model.unserved {
        let (method, uri) = route.split_once(' ').ok_or_else(|| format!("{name} has the route {route:?}"))?;
        writeln!(out, "            Route {{ name: {name:?}, method: {method:?}, uri: {uri:?} }},")?;
    }
    writeln!(out, "        ],")?;
    Ok(())
}

fn errors(out: &mut String, model: &Model) -> Result<(), Error> {
    writeln!(out, "        errors: &[")?;
    for (name, shape) in model.exceptions() {
        let status = shape.error.http_status_code.unwrap_or(if shape.fault { 500 } else { 400 });
        let code = shape.error.code.as_deref().unwrap_or(name);
        let message_key = shape.members.find(|member| member.eq_ignore_ascii_case("message"));
        writeln!(
            out,
            "            ErrorModel {{ name: {name:?}, code: {code:?}, json_type: {:?}, status: {status}, sender_fault: {}, \
             message_key: {:?}, has_type: {} }},",
            json_type(model, name, shape),
            !shape.fault,
            message_key.unwrap_or("message"),
            shape.members.find(|member| member == "Type").is_some(),
        )?;
    }
    writeln!(out, "        ],")?;
    Ok(())
}

/// The element around the output.
fn wrapper<'m>(model: &Model, operation: &'m Operation) -> Option<&'m str> {
    let output = operation.output.as_ref()?;
    if !model.is_rest_xml() {
        return output.result_wrapper.as_deref();
    }
    let name = output.location_name.as_deref().unwrap_or(&output.shape);
    (!operation.hob.unwrapped).then_some(name)
}

/// Services that speak the query protocol, too, say there which service it is, and the shape's own name.
fn json_type(model: &Model, name: &str, shape: &Shape) -> String {
    let metadata = &model.metadata;
    match (&metadata.aws_query_compatible, &shape.error.namespace) {
        (None, _) => shape.error.code.as_deref().unwrap_or(name).to_owned(),
        (Some(_), Some(namespace)) => format!("{namespace}#{name}"),
        (Some(_), None) => format!("com.amazonaws.{}#{name}", metadata.endpoint_prefix),
    }
}

fn operation(
    out: &mut String,
    model: &Model,
    index: usize,
    name: &str,
    operation: &Operation,
) -> Result<(), Error> {
    let shape = |reference: &Option<ShapeRef>| match reference {
        Some(reference) => format!("&{}", table(&reference.shape)),
        None => "&NOTHING".to_owned(),
    };
    let limit = operation.hob.body_limit.or(model.metadata.hob.body_limit).unwrap_or(BODY_LIMIT);
    writeln!(
        out,
        "        OperationModel {{ index: {index}, route: Route {{ name: {name:?}, method: {:?}, uri: {:?} }}, \
         status: {}, input: {}, output: {}, result_wrapper: {:?}, body_limit: {limit}, \
         body_limit_name: {:?}, path_parameter: {:?} }},",
        operation.http.method,
        operation.http.request_uri,
        operation.http.response_code.unwrap_or(200),
        shape(&operation.input),
        shape(&operation.output),
        wrapper(model, operation),
        operation.hob.body_limit_name.as_deref().unwrap_or(name),
        model.metadata.hob.path_parameter,
    )?;
    Ok(())
}
