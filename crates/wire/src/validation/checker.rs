//! Walks a value beside its shape.

use bytes::Bytes;
use hob_types::Timestamp;

use super::Violation;
use super::constraints::{self, Measure, NOT_NULL};
use crate::schema::{Kind, Member, Shape, Structure};
use crate::shape::Writer;

/// A refusal does not repeat more of a request than this, in characters.
const SHOWN_MAX: usize = 4096;

/// Nor does it name more faults: one of a million empty items would be a hundred times as long as the request.
const VIOLATIONS_MAX: usize = 100;

/// A writer that writes nothing and looks at everything.
#[derive(Default)]
pub(super) struct Checker {
    violations: Vec<Violation>,
    /// The way to the value at hand.
    path: Vec<Step>,
    open: Vec<Scope>,
}

enum Step {
    Member(&'static Member),
    /// Of a list its number, of a map its key.
    Item(String),
}

enum Scope {
    /// The members that have been there.
    Structure {
        seen: Vec<&'static str>,
    },
    List(Collection),
    Map(Collection),
}

/// A list or map whose items are looked at one by one, and blamed as a whole.
#[derive(Default)]
struct Collection {
    length: usize,
    /// Each item as text; only of scalars.
    shown: Vec<String>,
    /// The key whose value comes next.
    key: Option<String>,
    broken_item: bool,
    broken_key: bool,
    sensitive: bool,
}

impl Checker {
    pub(super) fn finish(self) -> Vec<Violation> {
        self.violations
    }

    fn blame(&mut self, value: Option<String>, constraint: String) {
        let value = value.map(|value| match value.char_indices().nth(SHOWN_MAX) {
            Some((cut, _)) => format!(" '{}…'", &value[..cut]),
            None => format!(" '{value}'"),
        });
        self.push(value, constraint);
    }

    fn push(&mut self, value: Option<String>, constraint: String) {
        if self.violations.len() == VIOLATIONS_MAX {
            return;
        }
        let steps: Vec<String> = self.path.iter().map(Step::name).collect();
        self.violations.push(Violation { path: steps.join("."), value, constraint });
    }

    /// A value that is no list, map or structure.
    fn scalar(&mut self, shape: &'static Shape, measure: Measure<'_>, shown: impl FnOnce() -> String) {
        let broken = constraints::broken(shape, measure);
        match self.open.last_mut() {
            Some(Scope::List(list)) => list.item(&broken, shape.sensitive, shown),
            Some(Scope::Map(map)) => map.item(&broken, shape.sensitive, shown),
            _ => {
                let shown = (!shape.sensitive && !broken.is_empty()).then(shown);
                broken.into_iter().for_each(|constraint| self.blame(shown.clone(), constraint));
                self.path.pop();
            }
        }
    }

    /// Items that are no scalars have a place of their own: `tags.1.member.key`.
    fn enter_item(&mut self) {
        match self.open.last_mut() {
            Some(Scope::List(list)) => {
                list.length += 1;
                self.path.push(Step::Item(list.length.to_string()));
            }
            Some(Scope::Map(map)) => {
                map.length += 1;
                self.path.push(Step::Item(map.key.take().unwrap_or_default()));
            }
            _ => {}
        }
    }

    fn end_collection(&mut self, shape: &'static Shape) {
        let Some(Scope::List(collection) | Scope::Map(collection)) = self.open.pop() else { return };
        for constraint in collection.broken(shape) {
            self.blame(collection.shown(shape), constraint);
        }
        self.path.pop();
    }
}

impl Step {
    /// `FunctionName` is `functionName`.
    fn name(&self) -> String {
        match self {
            Self::Item(item) => format!("{item}.member"),
            Self::Member(member) => {
                let (first, rest) = member.name.split_at_checked(1).unwrap_or_default();
                first.to_ascii_lowercase() + rest
            }
        }
    }
}

impl Collection {
    fn item(&mut self, broken: &[String], sensitive: bool, shown: impl FnOnce() -> String) {
        self.length += 1;
        self.broken_item |= !broken.is_empty();
        self.sensitive |= sensitive;
        let shown = shown();
        self.shown.push(match self.key.take() {
            Some(key) => format!("{key}={shown}"),
            None => shown,
        });
    }

    /// `[a, b]` or `{k=v}`; nothing if it is sensitive or its items are more than scalars.
    fn shown(&self, shape: &'static Shape) -> Option<String> {
        if shape.sensitive || self.sensitive || self.shown.len() < self.length {
            return None;
        }
        let items = self.shown.join(", ");
        Some(if matches!(shape.kind, Kind::Map { .. }) {
            format!("{{{items}}}")
        } else {
            format!("[{items}]")
        })
    }

    fn broken(&self, shape: &'static Shape) -> Vec<String> {
        let mut broken = constraints::broken(shape, Measure::Size(self.length));
        match shape.kind {
            Kind::List { item, .. } if self.broken_item => {
                let all = constraints::all(item, true);
                broken.push(format!("Member must satisfy constraint: [{all}]"));
            }
            Kind::Map { key, value, .. } => {
                if self.broken_key {
                    let all = constraints::all(key, false);
                    broken.push(format!("Map keys must satisfy constraint: [{all}]"));
                }
                if self.broken_item {
                    let all = constraints::all(value, true);
                    broken.push(format!("Map value must satisfy constraint: [{all}]"));
                }
            }
            _ => {}
        }
        broken
    }
}

impl Writer for Checker {
    fn begin_structure(&mut self, _: &'static Structure) {
        self.enter_item();
        self.open.push(Scope::Structure { seen: Vec::new() });
    }

    fn member(&mut self, member: &'static Member) {
        if let Some(Scope::Structure { seen }) = self.open.last_mut() {
            seen.push(member.name);
        }
        self.path.push(Step::Member(member));
    }

    fn end_structure(&mut self, structure: &'static Structure) {
        let Some(Scope::Structure { seen }) = self.open.pop() else { return };
        for member in structure.members.iter().filter(|member| member.required) {
            if !seen.contains(&member.name) {
                self.path.push(Step::Member(member));
                self.push(Some(" null".to_owned()), NOT_NULL.to_owned());
                self.path.pop();
            }
        }
        self.path.pop();
    }

    fn begin_list(&mut self, _: &'static Shape, _: usize) {
        self.enter_item();
        self.open.push(Scope::List(Collection::default()));
    }

    fn end_list(&mut self, shape: &'static Shape) {
        self.end_collection(shape);
    }

    fn begin_map(&mut self, _: &'static Shape, _: usize) {
        self.enter_item();
        self.open.push(Scope::Map(Collection::default()));
    }

    fn key(&mut self, shape: &'static Shape, key: &str) {
        if let Some(Scope::Map(map)) = self.open.last_mut() {
            map.broken_key |= !constraints::broken(shape, Measure::Text(key)).is_empty();
            map.sensitive |= shape.sensitive;
            map.key = Some(key.to_owned());
        }
    }

    fn end_map(&mut self, shape: &'static Shape) {
        self.end_collection(shape);
    }

    fn boolean(&mut self, shape: &'static Shape, value: bool) {
        self.scalar(shape, Measure::Nothing, || value.to_string());
    }

    fn integer(&mut self, shape: &'static Shape, value: i64) {
        self.scalar(shape, Measure::Number(value as f64), || value.to_string());
    }

    fn double(&mut self, shape: &'static Shape, value: f64) {
        self.scalar(shape, Measure::Number(value), || format!("{value:?}"));
    }

    fn string(&mut self, shape: &'static Shape, value: &str) {
        self.scalar(shape, Measure::Text(value), || value.to_owned());
    }

    fn blob(&mut self, shape: &'static Shape, value: &Bytes) {
        self.scalar(shape, Measure::Size(value.len()), || format!("{} bytes", value.len()));
    }

    fn timestamp(&mut self, shape: &'static Shape, value: Timestamp) {
        self.scalar(shape, Measure::Number(value.as_millis() as f64), || value.to_rfc3339());
    }
}
