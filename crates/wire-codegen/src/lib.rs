//! Turns a service's `model.json` into Rust. Called from the service crate's `build.rs`:
//!
//! ```text
//! fn main() -> Result<(), hob_wire_codegen::Error> {
//!     hob_wire_codegen::generate()
//! }
//! ```
//!
//! An `overlay.json` beside the model, if there is one, is applied to it as a JSON merge patch (RFC 7396):
//! recorded behaviour of AWS wins over its model. Besides botocore's own keys it may say
//! - `metadata.hob.refuse`: the path of a `fn(&[Violation]) -> AwsError` that words broken constraints;
//! - `metadata.hob.bodyLimit` and `operations.X.hob.bodyLimit`: the largest request body in bytes;
//! - `metadata.hob.virtualHosts`: hosts may begin with the first segment of the paths, such as a bucket's name;
//! - `operations.X.hob.unwrapped`: in rest-xml, the output's only member is the document;
//! - `operations.X.hob.bodyLimitName`: what the refusal of a larger body calls the operation;
//! - `metadata.hob.pathParameter`: the member that a query request may give as its path;
//! - `shapes.X.error.namespace`: whose error it is in JSON 1.x, if not the service's own.

mod dispatcher;
mod model;
mod names;
mod overlay;
mod structures;
mod tables;

use std::path::Path;

use serde_json::Value;

use self::model::Model;

pub type Error = Box<dyn std::error::Error>;

/// Reads `model.json` and `overlay.json` of the crate being built; writes `$OUT_DIR/shapes.rs`.
pub fn generate() -> Result<(), Error> {
    let mut model: Value = read_json("model.json")?;
    println!("cargo::rerun-if-changed=overlay.json");
    if Path::new("overlay.json").exists() {
        overlay::merge(&mut model, read_json("overlay.json")?);
    }
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&out).join("shapes.rs"), shapes(&serde_json::from_value(model)?)?)?;
    Ok(())
}

fn read_json(path: &str) -> Result<Value, Error> {
    println!("cargo::rerun-if-changed={path}");
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}

/// The whole module. Lints do not hold for generated code; the tables lie in a module of their own, so that
/// a shape may have any name.
fn shapes(model: &Model) -> Result<String, Error> {
    Ok([
        "// Generated from model.json and overlay.json by wire-codegen; change those, not this.\n\n",
        "#[allow(warnings, clippy::all)]\nmod generated {\n\n",
        &structures::write(model)?,
        &dispatcher::write(model),
        &tables::write(model)?,
        "}\n\n#[allow(unused_imports)]\npub(crate) use self::generated::*;\n",
    ]
    .concat())
}

#[cfg(test)]
mod tests;
