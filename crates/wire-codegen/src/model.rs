//! botocore's format, as far as it decides something on the server.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Error;

#[derive(Deserialize)]
pub(crate) struct Model {
    pub metadata: Metadata,
    pub operations: BTreeMap<String, Operation>,
    pub unserved: BTreeMap<String, String>,
    pub shapes: BTreeMap<String, Shape>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    pub api_version: String,
    pub endpoint_prefix: String,
    pub service_full_name: String,
    pub signing_name: Option<String>,
    pub target_prefix: Option<String>,
    pub xml_namespace: Option<String>,
    pub json_version: Option<String>,
    pub aws_query_compatible: Option<serde_json::Value>,
    pub protocols: Vec<String>,
    #[serde(default)]
    pub hob: Hob,
}

/// What the overlay adds to a service or an operation.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hob {
    pub refuse: Option<String>,
    pub body_limit: Option<u64>,
    pub body_limit_name: Option<String>,
    #[serde(default)]
    pub virtual_hosts: bool,
    #[serde(default)]
    pub unwrapped: bool,
    pub path_parameter: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Operation {
    pub http: Http,
    pub input: Option<ShapeRef>,
    pub output: Option<ShapeRef>,
    #[serde(default)]
    pub hob: Hob,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Http {
    pub method: String,
    pub request_uri: String,
    pub response_code: Option<u16>,
}

/// A use of a shape, with what holds for this use only.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShapeRef {
    pub shape: String,
    pub location: Option<String>,
    pub location_name: Option<String>,
    pub result_wrapper: Option<String>,
    #[serde(default)]
    pub streaming: bool,
    #[serde(default)]
    pub flattened: bool,
    #[serde(default)]
    pub xml_attribute: bool,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shape {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub members: Members,
    #[serde(default)]
    pub required: Vec<String>,
    pub payload: Option<String>,
    pub member: Option<ShapeRef>,
    pub key: Option<ShapeRef>,
    pub value: Option<ShapeRef>,
    /// In the query protocol, of a flattened map.
    pub location_name: Option<String>,
    #[serde(default)]
    pub flattened: bool,
    #[serde(default)]
    pub sensitive: bool,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub pattern: Option<String>,
    #[serde(default, rename = "enum")]
    pub values: Vec<String>,
    pub timestamp_format: Option<String>,
    #[serde(default)]
    pub exception: bool,
    #[serde(default)]
    pub fault: bool,
    #[serde(default)]
    pub error: ErrorTraits,
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorTraits {
    pub code: Option<String>,
    pub http_status_code: Option<u16>,
    /// Whose error it is in JSON 1.x, if not the service's own, such as `com.amazon.coral.service`.
    pub namespace: Option<String>,
}

/// In the model's order.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Members(serde_json::Map<String, serde_json::Value>);

impl Members {
    pub(crate) fn parse(&self) -> Result<Vec<(&str, ShapeRef)>, Error> {
        self.0.iter().map(|(name, member)| Ok((name.as_str(), ShapeRef::deserialize(member)?))).collect()
    }

    pub(crate) fn find(&self, mut matches: impl FnMut(&str) -> bool) -> Option<&str> {
        self.0.keys().map(String::as_str).find(|name| matches(name))
    }
}

impl Model {
    pub(crate) fn is_rest_xml(&self) -> bool {
        self.metadata.protocols.iter().any(|protocol| protocol == "rest-xml")
    }

    /// Whether this use of a blob is never held as a whole.
    pub(crate) fn is_stream(&self, reference: &ShapeRef) -> bool {
        reference.streaming && self.is_rest_xml()
    }

    pub(crate) fn shape(&self, name: &str) -> Result<&Shape, Error> {
        self.shapes.get(name).ok_or_else(|| format!("the model names {name} and does not describe it").into())
    }

    /// The structures that become Rust types: all but exceptions.
    pub(crate) fn structures(&self) -> impl Iterator<Item = (&str, &Shape)> {
        self.shapes
            .iter()
            .filter(|(_, shape)| shape.kind == "structure" && !shape.exception)
            .map(|(name, shape)| (name.as_str(), shape))
    }

    pub(crate) fn exceptions(&self) -> impl Iterator<Item = (&str, &Shape)> {
        self.shapes.iter().filter(|(_, shape)| shape.exception).map(|(name, shape)| (name.as_str(), shape))
    }
}
