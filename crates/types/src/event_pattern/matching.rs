//! Whether an event is what a pattern wants, as Event Ruler says, the program that EventBridge runs.
//!
//! A pattern's field is compared with the *leaves* of the event at that name: a value that is no object, or each such
//! value of an array, also of arrays in it. What a pattern wants of the objects in an array must be found together in
//! one of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{EventPattern, Fields, Pattern};

type Object = Map<String, Value>;
type All = BTreeMap<String, Pattern>;

/// How something was found, from worse to better. Alternatives are as good as the best of them.
///
/// Presence is a matter of one object in an array, absence of all of them: of `[{"a": 1}, {"b": 1}]` nobody says that
/// it has no `a`, and yet there is one object with a `b` and no `a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    No,
    /// Nothing that was wanted to be absent is there.
    ByAbsence,
    /// Something that was wanted is there.
    ByPresence,
}

impl Match {
    fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No => Self::No,
            found => match other() {
                Self::No => Self::No,
                other => found.max(other),
            },
        }
    }

    /// Whether all are found; no more are looked for after the first that is not.
    fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut found = Self::ByAbsence;
        for part in parts {
            found = found.and(|| part);
            if found == Self::No {
                break;
            }
        }
        found
    }

    /// The best; no more are looked for after the first that cannot be surpassed.
    fn best(alternatives: impl IntoIterator<Item = Self>) -> Self {
        let mut best = Self::No;
        for alternative in alternatives {
            best = best.max(alternative);
            if best == Self::ByPresence {
                break;
            }
        }
        best
    }
}

impl EventPattern {
    /// Whether the event is wanted. Takes no more than a number of steps that is the product of the event's size, the
    /// pattern's size and its combinations of alternatives, of which there are 1000 at most.
    ///
    /// What is no object has no fields.
    pub fn matches(&self, event: &Value) -> bool {
        object(&[&self.0], event) != Match::No
    }
}

/// One object that meets all of the wanted, which may come from several branches of the pattern.
fn object(wanted: &[&Fields], value: &Value) -> Match {
    match value {
        Value::Object(object) => fields(wanted, object),
        Value::Array(items) if !items.is_empty() => in_array(wanted, items),
        _ => fields(wanted, &Object::new()),
    }
}

fn in_array(wanted: &[&Fields], items: &[Value]) -> Match {
    let mut absent = true;
    for item in items {
        match object(wanted, item) {
            Match::ByPresence => return Match::ByPresence,
            Match::ByAbsence => {}
            Match::No => absent = false,
        }
    }
    if absent { Match::ByAbsence } else { Match::No }
}

fn fields(wanted: &[&Fields], object: &Object) -> Match {
    let mut all: Vec<&All> = wanted.iter().map(|fields| &fields.all).collect();
    let any: Vec<&[Fields]> =
        wanted.iter().map(|fields| fields.any.as_slice()).filter(|any| !any.is_empty()).collect();
    with_alternatives(&mut all, &any, object)
}

/// Tries each alternative together with what is wanted anyhow, because both may speak of objects of the same array.
fn with_alternatives<'a>(all: &mut Vec<&'a All>, any: &[&'a [Fields]], object: &Object) -> Match {
    let Some((alternatives, others)) = any.split_first() else { return every_field(all, object) };
    Match::best(alternatives.iter().map(|alternative| {
        let mut any = others.to_vec();
        any.extend((!alternative.any.is_empty()).then_some(alternative.any.as_slice()));
        all.push(&alternative.all);
        let found = with_alternatives(all, &any, object);
        all.pop();
        found
    }))
}

fn every_field(all: &[&All], object: &Object) -> Match {
    let names = all.iter().enumerate().flat_map(|(index, fields)| {
        fields.keys().filter(move |&name| !all[..index].iter().any(|earlier| earlier.contains_key(name)))
    });
    Match::all(names.map(|name| {
        let patterns = all.iter().filter_map(|fields| fields.get(name));
        field(patterns, object.get(name).unwrap_or(&Value::Array(Vec::new())))
    }))
}

/// A field that is not there is the same as an empty array.
fn field<'a>(patterns: impl Iterator<Item = &'a Pattern>, value: &Value) -> Match {
    let (mut found, mut objects) = (Match::ByAbsence, Vec::new());
    for pattern in patterns {
        match pattern {
            Pattern::Object(fields) => objects.push(fields),
            Pattern::OneOf(conditions) => {
                found = found.and(|| Match::best(conditions.iter().map(|condition| leaf(condition, value))));
            }
        }
    }
    if objects.is_empty() { found } else { found.and(|| object(&objects, value)) }
}

fn leaf(condition: &super::Condition, value: &Value) -> Match {
    use super::Condition::Exists;
    match condition {
        Exists(false) if any_leaf(value, &|_| true) => Match::No,
        Exists(false) => Match::ByAbsence,
        condition if any_leaf(value, &|leaf| condition.is_met_by(leaf)) => Match::ByPresence,
        _ => Match::No,
    }
}

fn any_leaf(value: &Value, wanted: &impl Fn(&Value) -> bool) -> bool {
    match value {
        Value::Object(_) => false,
        Value::Array(items) => items.iter().any(|item| any_leaf(item, wanted)),
        leaf => wanted(leaf),
    }
}
