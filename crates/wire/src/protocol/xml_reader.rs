//! XML documents, as far as AWS's requests use them: elements, attributes and text. Namespaces are not looked at.

use bytes::Bytes;
use hob_types::Timestamp;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::text::Text;
use crate::schema::{Kind, Location, Member, Shape, Structure, TimestampFormat};
use crate::shape::{Malformed, Value, VisitEntry, VisitItem};

/// How deep elements may stand within each other. The deepest request of S3 has seven levels.
const DEPTH_MAX: usize = 32;

/// Of one element: each is compared with those before it.
const ATTRIBUTES_MAX: usize = 16;

/// How many elements and attributes a document may have: one of four bytes takes thirty times as much memory. The
/// longest request of S3, of 10000 parts with four checksums, has seventy thousand.
const NODES_MAX: usize = 200_000;

/// One element. Its name and those of its attributes are without a prefix.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Self>,
}

impl Element {
    /// The root of a document.
    pub(crate) fn parse(document: &[u8]) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(document).map_err(broken)?;
        let mut parser = Parser { open: Vec::new(), root: None, nodes: 0 };
        let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
        loop {
            match reader.read_event().map_err(broken)? {
                Event::Eof => break,
                event => parser.take(&event)?,
            }
        }
        match (parser.root, parser.open.is_empty()) {
            (Some(root), true) => Ok(root),
            _ => Err(broken("the document has no end")),
        }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name == local(name)
    }

    /// Whether the element has nothing that its shape does not have.
    pub(super) fn fits(&self, shape: &'static Shape) -> bool {
        match shape.kind {
            Kind::Structure(structure) => self.children.iter().all(|child| child.is_member_of(structure)),
            Kind::List { item, item_name, .. } => {
                self.children.iter().all(|child| child.is(item_name) && child.fits(item))
            }
            Kind::Map { .. } => true,
            _ => self.children.is_empty(),
        }
    }

    fn is_member_of(&self, structure: &'static Structure) -> bool {
        let mut members = structure.members.iter();
        let Some(member) =
            members.find(|member| member.location != Location::Attribute && self.is(member.wire_name))
        else {
            return false;
        };
        match member.shape.kind {
            Kind::List { item, flattened: true, .. } => self.fits(item),
            _ => self.fits(member.shape),
        }
    }

    fn children<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.is(name))
    }

    fn text(&self) -> Text<'_> {
        Text { text: &self.text, timestamps: TimestampFormat::Rfc3339 }
    }

    /// Line breaks and indentation around a number do not matter.
    fn word(&self) -> Text<'_> {
        Text { text: self.text.trim_ascii(), ..self.text() }
    }
}

fn broken(reason: impl ToString) -> Malformed {
    Malformed(reason.to_string())
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// What is known of a document up to one of its events.
struct Parser {
    open: Vec<Element>,
    root: Option<Element>,
    nodes: usize,
}

impl Parser {
    fn take(&mut self, event: &Event<'_>) -> Result<(), Malformed> {
        match event {
            Event::Start(start) => self.begin(start),
            Event::Empty(start) => {
                self.begin(start)?;
                self.end()
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.add(&text.xml_content(XmlVersion::Explicit1_0)),
            Event::CData(text) => self.add(&text.xml_content(XmlVersion::Explicit1_0)),
            Event::GeneralRef(reference) => self.add(resolve(reference)?.as_ref()),
            Event::DocType(_) => Err(broken("a document type is not allowed")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), Malformed> {
        let mut element = Element { name: start.local_name().as_ref().to_owned(), ..Element::default() };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(broken)?;
            if element.attributes.len() == ATTRIBUTES_MAX {
                return Err(broken("an element has too many attributes"));
            }
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(broken)?;
            element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
        }
        self.nodes += 1 + element.attributes.len();
        if self.root.is_some() || self.open.len() == DEPTH_MAX || self.nodes > NODES_MAX {
            return Err(broken("the document has too many elements"));
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Malformed> {
        let element = self.open.pop().ok_or_else(|| broken("an element ends that did not begin"))?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn add(&mut self, text: &str) -> Result<(), Malformed> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim_ascii().is_empty() => {}
            None => return Err(broken("there is text outside of the document")),
        }
        Ok(())
    }
}

/// A character by its number, or one of XML's own five. There are no others, because there is no document type.
fn resolve(reference: &BytesRef<'_>) -> Result<String, Malformed> {
    if let Some(character) = reference.resolve_char_ref().map_err(broken)? {
        return Ok(character.to_string());
    }
    let text = quick_xml::escape::resolve_predefined_entity(reference);
    text.map(str::to_owned).ok_or_else(|| broken("an entity is not known"))
}

impl Value for Element {
    fn boolean(&self) -> Result<bool, Malformed> {
        self.word().boolean()
    }

    fn integer(&self) -> Result<i64, Malformed> {
        self.word().integer()
    }

    fn double(&self) -> Result<f64, Malformed> {
        self.word().double()
    }

    fn string(&self) -> Result<String, Malformed> {
        self.text().string()
    }

    fn blob(&self) -> Result<Bytes, Malformed> {
        self.word().blob()
    }

    fn timestamp(&self, format: Option<TimestampFormat>) -> Result<Timestamp, Malformed> {
        self.word().timestamp(format)
    }

    fn items(&self, shape: &'static Shape, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        let Kind::List { item_name, .. } = shape.kind else { return Ok(()) };
        self.children(item_name).try_for_each(|item| visit(item))
    }

    fn entries(&self, shape: &'static Shape, visit: &mut VisitEntry<'_>) -> Result<(), Malformed> {
        let entries: Vec<&Self> = self.children("entry").collect();
        Siblings(&entries).entries(shape, visit)
    }

    fn member(&self, member: &'static Member, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        if member.location == Location::Attribute {
            let found = self.attributes.iter().find(|(name, _)| name == local(member.wire_name));
            return found
                .map_or(Ok(()), |(_, text)| visit(&Text { text, timestamps: TimestampFormat::Rfc3339 }));
        }
        let found: Vec<&Self> = self.children(member.wire_name).collect();
        match (member.shape.kind.is_flattened(), found.first()) {
            (_, None) => Ok(()),
            (true, Some(_)) => visit(&Siblings(&found)),
            (false, Some(child)) => visit(*child),
        }
    }
}

/// The items of a flattened list or map, which has no element of its own.
struct Siblings<'a>(&'a [&'a Element]);

impl Value for Siblings<'_> {
    fn items(&self, _: &'static Shape, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        self.0.iter().try_for_each(|item| visit(*item))
    }

    fn entries(&self, shape: &'static Shape, visit: &mut VisitEntry<'_>) -> Result<(), Malformed> {
        let Kind::Map { key_name, value_name, .. } = shape.kind else { return Ok(()) };
        for entry in self.0 {
            let (key, value) = (entry.children(key_name).next(), entry.children(value_name).next());
            let (Some(key), Some(value)) = (key, value) else {
                return Err(broken("an entry lacks its key or value"));
            };
            visit(&key.text, value)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_have_attributes_text_and_children_without_prefixes() {
        let document = r#"<?xml version="1.0"?><!-- x --><s:A xmlns:s="u"><B xsi:type="a&amp;b"> c&lt;&#33;<![CDATA[<d>]]></B><E/></s:A>"#;
        let root = Element::parse(document.as_bytes()).unwrap();
        assert!(root.is("A") && root.children[1].is("E"));
        assert_eq!(root.children[0].attributes, [("type".to_owned(), "a&b".to_owned())]);
        assert_eq!(root.children[0].text, " c<!<d>");
    }

    #[test]
    fn what_is_no_single_document_is_refused() {
        let deep = "<a>".repeat(DEPTH_MAX + 1) + &"</a>".repeat(DEPTH_MAX + 1);
        let bomb = r#"<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>"#;
        let full =
            format!("<a {}/>", (0..=ATTRIBUTES_MAX).map(|i| format!("b{i}=\"\" ")).collect::<String>());
        let wide = format!("<a>{}</a>", "<b/>".repeat(NODES_MAX));
        for document in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "</a>",
            "<a/><b/>",
            "<a/>x",
            "<a>&b;</a>",
            bomb,
            &deep,
            &wide,
            &full,
        ] {
            assert!(Element::parse(document.as_bytes()).is_err(), "{:.40}", document);
        }
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_read_back(text in "[^\u{0}-\u{1f}\u{85}\u{2028}]{0,40}") {
            let document = format!("<a>{}</a>", quick_xml::escape::escape(&text));
            prop_assert_eq!(Element::parse(document.as_bytes()).unwrap().text, text);
        }

        #[test]
        fn any_bytes_are_read_or_refused_without_a_panic(document: Vec<u8>) {
            let _ = Element::parse(&document);
        }
    }
}
