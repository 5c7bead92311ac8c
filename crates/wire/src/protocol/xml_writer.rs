//! Writes values as XML elements.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use hob_types::Timestamp;
use quick_xml::escape::escape;

use super::text;
use crate::schema::{Kind, Location, Member, Shape, Structure, TimestampFormat};
use crate::shape::Writer;

/// What XML Schema calls the attributes that every document may have, such as `xsi:type`.
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Every value is written between its tags, so the writer knows at each point how the next one is called.
#[derive(Default)]
pub(super) struct XmlWriter {
    text: String,
    /// Of the document's first element, until it is written.
    namespace: Option<&'static str>,
    /// Moments have their milliseconds even if there are none.
    precise: bool,
    /// The next value is an attribute of this name.
    attribute: Option<&'static str>,
    /// The name of the next value; `None` for the output itself, which has no element of its own.
    name: Option<&'static str>,
    /// What was begun and not ended.
    open: Vec<Scope>,
}

struct Scope {
    /// Its own element, if it has one.
    element: Option<&'static str>,
    /// The name of each item, for a list.
    item: Option<&'static str>,
    /// The element of each entry and the names of its key and value, for a map.
    entry: Option<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    element: &'static str,
    key: &'static str,
    value: &'static str,
}

impl XmlWriter {
    /// A document of its own: `root` is the name of its first element, `None` if that is its first value's.
    pub(super) fn document(root: Option<&'static str>, namespace: Option<&'static str>) -> Self {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        Self { text, namespace, precise: true, name: root, ..Self::default() }
    }

    /// The value that comes next is the document, whatever else it was meant to be.
    pub(super) fn begin_document(&mut self, root: &'static str) {
        self.name = Some(root);
    }

    pub(super) fn finish(self) -> Bytes {
        self.text.into()
    }

    pub(super) fn open(&mut self, name: &str, namespace: Option<&str>) {
        self.text.push('<');
        self.text.push_str(name);
        if let Some(namespace) = namespace {
            self.text.push_str(&format!(" xmlns=\"{}\"", escape(namespace)));
        }
        self.text.push('>');
    }

    pub(super) fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    pub(super) fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.open(name, None);
        content(self);
        self.close(name);
    }

    /// A reader would take a carriage return that is written as it is for a line break.
    fn characters(&mut self, value: &str) {
        let escaped = escape(value);
        match escaped.contains('\r') {
            true => self.text.push_str(&escaped.replace('\r', "&#13;")),
            false => self.text.push_str(&escaped),
        }
    }

    /// A value's element; the document's first has the namespace.
    fn open_value(&mut self, name: &str) {
        let namespace = self.namespace.take();
        self.open(name, namespace);
    }

    pub(super) fn leaf(&mut self, name: &str, value: &str) {
        self.element(name, |writer| writer.characters(value));
    }

    /// The name of the value that comes now: the member's or value's, or that of the list's items.
    fn next_name(&mut self) -> Option<&'static str> {
        self.name.take().or_else(|| self.open.last().and_then(|scope| scope.item))
    }

    fn begin(&mut self, scope: Scope) {
        if let Some(name) = scope.element {
            self.open_value(name);
        }
        self.open.push(scope);
    }

    fn end(&mut self) {
        if let Some(name) = self.open.pop().and_then(|scope| scope.element) {
            self.close(name);
        }
        self.end_entry();
    }

    fn scalar(&mut self, value: &str) {
        if let Some(name) = self.attribute.take() {
            self.write_attribute(name, value);
        } else if let Some(name) = self.next_name() {
            self.open_value(name);
            self.characters(value);
            self.close(name);
        }
        self.end_entry();
    }

    /// Into the start tag that was written last, which is why attributes are the first members to be written.
    fn write_attribute(&mut self, name: &str, value: &str) {
        if self.text.pop() == Some('>') {
            self.text.push_str(&format!(" xmlns:xsi=\"{XSI}\" {name}=\"{}\">", escape(value)));
        }
    }

    /// A map's value is the last thing of its entry.
    fn end_entry(&mut self) {
        if let Some(entry) = self.open.last().and_then(|scope| scope.entry) {
            self.close(entry.element);
        }
    }
}

impl Writer for XmlWriter {
    fn begin_structure(&mut self, _: &'static Structure) {
        let element = self.next_name();
        self.begin(Scope { element, item: None, entry: None });
    }

    fn member(&mut self, member: &'static Member) {
        match member.location {
            Location::Attribute => self.attribute = Some(member.wire_name),
            _ => self.name = Some(member.query_name),
        }
    }

    fn end_structure(&mut self, _: &'static Structure) {
        self.end();
    }

    fn begin_list(&mut self, shape: &'static Shape, _: usize) {
        let name = self.next_name();
        let scope = match shape.kind {
            Kind::List { item_name, flattened: false, .. } => {
                Scope { element: name, item: Some(item_name), entry: None }
            }
            _ => Scope { element: None, item: name, entry: None },
        };
        self.begin(scope);
    }

    fn end_list(&mut self, _: &'static Shape) {
        self.end();
    }

    fn begin_map(&mut self, shape: &'static Shape, _: usize) {
        let name = self.next_name();
        let Kind::Map { key_name: key, value_name: value, flattened, .. } = shape.kind else { return };
        let scope = if flattened {
            let element = name.unwrap_or("entry");
            Scope { element: None, item: None, entry: Some(Entry { element, key, value }) }
        } else {
            Scope { element: name, item: None, entry: Some(Entry { element: "entry", key, value }) }
        };
        self.begin(scope);
    }

    fn key(&mut self, _: &'static Shape, key: &str) {
        if let Some(entry) = self.open.last().and_then(|scope| scope.entry) {
            self.open(entry.element, None);
            self.leaf(entry.key, key);
            self.name = Some(entry.value);
        }
    }

    fn end_map(&mut self, _: &'static Shape) {
        self.end();
    }

    fn boolean(&mut self, _: &'static Shape, value: bool) {
        self.scalar(if value { "true" } else { "false" });
    }

    fn integer(&mut self, _: &'static Shape, value: i64) {
        self.scalar(&value.to_string());
    }

    fn double(&mut self, _: &'static Shape, value: f64) {
        self.scalar(&text::format_double(value));
    }

    fn string(&mut self, _: &'static Shape, value: &str) {
        self.scalar(value);
    }

    fn blob(&mut self, _: &'static Shape, value: &Bytes) {
        self.scalar(&BASE64.encode(value));
    }

    fn timestamp(&mut self, shape: &'static Shape, value: Timestamp) {
        let format = match shape.kind {
            Kind::Timestamp(Some(format)) => format,
            _ => TimestampFormat::Rfc3339,
        };
        match format {
            TimestampFormat::Rfc3339 if self.precise => self.scalar(&value.to_rfc3339()),
            format => self.scalar(&text::format_timestamp(value, format)),
        }
    }
}
