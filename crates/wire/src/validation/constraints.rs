//! What a shape demands of one value, and how AWS says it.

use crate::schema::{Kind, Shape};

pub(super) const NOT_NULL: &str = "Member must not be null";

/// What is measured and compared of a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Measure<'a> {
    Number(f64),
    Text(&'a str),
    /// The bytes of a blob, the items of a list, the entries of a map.
    Size(usize),
    /// A value that cannot be out of any range.
    Nothing,
}

/// The constraints of `shape` that the value breaks.
pub(super) fn broken(shape: &'static Shape, value: Measure<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    let size = match value {
        Measure::Number(number) => number,
        Measure::Text(text) => text.chars().count() as f64,
        Measure::Size(size) => size as f64,
        Measure::Nothing => return broken,
    };
    broken.extend(shape.max.filter(|&max| size > max).map(|max| at_most(shape, max)));
    broken.extend(shape.min.filter(|&min| size < min).map(|min| at_least(shape, min)));
    if let Measure::Text(text) = value {
        if shape.pattern.is_some_and(|pattern| !pattern.matches(text)) {
            broken.extend(pattern(shape));
        }
        if !shape.values.is_empty() && !shape.values.contains(&text) {
            broken.push(one_of(shape));
        }
    }
    broken
}

/// Every constraint of `shape`: AWS lists them all if an item of a list breaks one. Keys are never null, so
/// that one is not said of them.
pub(super) fn all(shape: &'static Shape, nullable: bool) -> String {
    let mut all = Vec::new();
    all.extend(shape.max.map(|max| at_most(shape, max)));
    all.extend(shape.min.map(|min| at_least(shape, min)));
    all.extend(pattern(shape));
    if !shape.values.is_empty() {
        all.push(one_of(shape));
    }
    all.extend(nullable.then(|| NOT_NULL.to_owned()));
    all.join(", ")
}

fn at_most(shape: &'static Shape, max: f64) -> String {
    format!("Member must have {} less than or equal to {}", measured(shape), bound(shape, max))
}

fn at_least(shape: &'static Shape, min: f64) -> String {
    format!("Member must have {} greater than or equal to {}", measured(shape), bound(shape, min))
}

fn measured(shape: &'static Shape) -> &'static str {
    match shape.kind {
        Kind::Integer | Kind::Long | Kind::Float | Kind::Double => "value",
        _ => "length",
    }
}

/// As Java prints it: `1.0` for a floating-point number.
fn bound(shape: &'static Shape, bound: f64) -> String {
    match shape.kind {
        Kind::Float | Kind::Double => format!("{bound:?}"),
        _ => bound.to_string(),
    }
}

fn pattern(shape: &'static Shape) -> Option<String> {
    let pattern = shape.pattern?;
    Some(format!("Member must satisfy regular expression pattern: {}", pattern.source))
}

fn one_of(shape: &'static Shape) -> String {
    format!("Member must satisfy enum value set: [{}]", shape.values.join(", "))
}
