//! The plain structs and how each is read and written.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::Error;
use crate::model::{Model, Shape, ShapeRef};
use crate::names;

pub(crate) fn write(model: &Model) -> Result<String, Error> {
    let mut out = String::new();
    let mut taken: BTreeSet<String> = model.operations.keys().cloned().collect();
    for (name, shape) in model.structures() {
        let rust_name = names::type_name(name);
        if !taken.insert(rust_name.clone()) {
            return Err(format!("two shapes or operations are called {rust_name}").into());
        }
        let members = shape.members.parse()?;
        definition(&mut out, model, name, &members)?;
        debug(&mut out, model, name, &members)?;
        wire(&mut out, name, &members);
    }
    Ok(out)
}

fn definition(
    out: &mut String,
    model: &Model,
    name: &str,
    members: &[(&str, ShapeRef)],
) -> Result<(), Error> {
    let derives = if hides_something(model, members)? { "" } else { ", Debug" };
    writeln!(out, "#[derive(Clone, Default, PartialEq{derives})]")?;
    writeln!(out, "pub struct {} {{", names::type_name(name))?;
    for (member, reference) in members {
        let recursive = reaches(model, &reference.shape, name, &mut BTreeSet::new())?;
        let mut rust = match model.is_stream(reference) {
            true => "::hob_wire::ByteStream".to_owned(),
            false => rust_type(model, &reference.shape)?,
        };
        if recursive && model.shape(&reference.shape)?.kind == "structure" {
            rust = format!("Box<{rust}>");
        }
        writeln!(out, "    pub {}: Option<{rust}>,", names::field(member))?;
    }
    writeln!(out, "}}\n")?;
    Ok(())
}

/// Whether a value of shape `from` holds, without a list or map in between, one of shape `to`.
fn reaches<'m>(
    model: &'m Model,
    from: &'m str,
    to: &str,
    seen: &mut BTreeSet<String>,
) -> Result<bool, Error> {
    if from == to {
        return Ok(true);
    }
    let shape = model.shape(from)?;
    if shape.kind != "structure" || !seen.insert(from.to_owned()) {
        return Ok(false);
    }
    for (_, reference) in shape.members.parse()? {
        // The name is owned by `reference`, which ends here; look it up again.
        let Some((next, _)) = model.shapes.get_key_value(&reference.shape) else { continue };
        if reaches(model, next, to, seen)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn rust_type(model: &Model, name: &str) -> Result<String, Error> {
    let shape = model.shape(name)?;
    let inner = |reference: &Option<ShapeRef>| -> Result<String, Error> {
        rust_type(model, &reference.as_ref().ok_or("a list or map without its parts")?.shape)
    };
    Ok(match shape.kind.as_str() {
        "boolean" => "bool".to_owned(),
        "integer" => "i32".to_owned(),
        "long" => "i64".to_owned(),
        "float" => "f32".to_owned(),
        "double" => "f64".to_owned(),
        "string" | "character" => "String".to_owned(),
        "blob" => "::bytes::Bytes".to_owned(),
        "timestamp" => "::hob_types::Timestamp".to_owned(),
        "list" => format!("Vec<{}>", inner(&shape.member)?),
        "map" => format!("::std::collections::BTreeMap<String, {}>", inner(&shape.value)?),
        "structure" => names::type_name(name),
        other => return Err(format!("{name} is of the unknown type {other}").into()),
    })
}

fn hides_something(model: &Model, members: &[(&str, ShapeRef)]) -> Result<bool, Error> {
    for (_, reference) in members {
        if is_sensitive(model, model.shape(&reference.shape)?)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Itself, or the items of a list, or the keys or values of a map. A structure hides its own members.
fn is_sensitive(model: &Model, shape: &Shape) -> Result<bool, Error> {
    let parts = [&shape.member, &shape.key, &shape.value];
    for reference in parts.into_iter().flatten() {
        let part = model.shape(&reference.shape)?;
        if part.kind != "structure" && is_sensitive(model, part)? {
            return Ok(true);
        }
    }
    Ok(shape.sensitive)
}

/// Shows that a sensitive member is there, and not what it says.
fn debug(out: &mut String, model: &Model, name: &str, members: &[(&str, ShapeRef)]) -> Result<(), Error> {
    if !hides_something(model, members)? {
        return Ok(());
    }
    let rust_name = names::type_name(name);
    writeln!(out, "impl ::std::fmt::Debug for {rust_name} {{")?;
    writeln!(out, "    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {{")?;
    writeln!(out, "        f.debug_struct({rust_name:?})")?;
    for (member, reference) in members {
        let field = names::field(member);
        let shown = if is_sensitive(model, model.shape(&reference.shape)?)? {
            format!("&self.{field}.as_ref().map(|_| format_args!(\"[sensitive]\"))")
        } else {
            format!("&self.{field}")
        };
        writeln!(out, "            .field({:?}, {shown})", field.trim_start_matches("r#"))?;
    }
    writeln!(out, "            .finish()\n    }}\n}}\n")?;
    Ok(())
}

fn wire(out: &mut String, name: &str, members: &[(&str, ShapeRef)]) {
    let fields: Vec<String> = members.iter().map(|(member, _)| names::field(member)).collect();
    let reads: String = fields
        .iter()
        .enumerate()
        .map(|(i, field)| {
            format!("            {field}: ::hob_wire::read_member(value, &structure.members[{i}])?,\n")
        })
        .collect();
    let mut in_order: Vec<(usize, &String)> = fields.iter().enumerate().collect();
    // Attributes stand in the start tag, before anything else is written.
    in_order.sort_by_key(|(i, _)| !members[*i].1.xml_attribute);
    let writes: String = in_order
        .into_iter()
        .map(|(i, field)| {
            format!("        ::hob_wire::write_member(writer, &structure.members[{i}], &self.{field});\n")
        })
        .collect();
    let rust_name = names::type_name(name);
    let members_of = format!("tables::{}", names::table(&format!("{name}_members")));
    out.push_str(&format!(
        "impl ::hob_wire::Wire for {rust_name} {{
    fn read(
        value: &dyn ::hob_wire::Value,
        _: &'static ::hob_wire::schema::Shape,
    ) -> Result<Self, ::hob_wire::Malformed> {{
        let structure = &{members_of};
        Ok(Self {{
{reads}        }})
    }}

    fn write(&self, writer: &mut dyn ::hob_wire::Writer, _: &'static ::hob_wire::schema::Shape) {{
        let structure = &{members_of};
        writer.begin_structure(structure);
{writes}        writer.end_structure(structure);
    }}
}}

"
    ));
}
