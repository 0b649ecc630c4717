//! XML as a small tree, for APIs that answer in it: namespaces are resolved, depth and number of elements are bounded.

use std::ops::Range;

use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// No element of an answer is read that stands deeper than this.
const DEEPEST: usize = 100;

/// No more elements than this are read: a small document may hold millions, each of which takes memory.
const MOST: usize = 400_000;

/// The namespace of `xsi:type` and `xsi:nil`.
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An element: its name without a prefix, its own text, its attributes, and the elements in it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub name: String,
    pub text: String,
    pub children: Vec<Element>,
    attributes: Vec<Attribute>,
    /// Where it stands in the document, from its `<` to its `>`.
    place: Range<usize>,
}

#[derive(Debug)]
struct Attribute {
    /// Whether it is one of XML Schema's own, whatever prefix is bound to them.
    is_instance: bool,
    name: String,
    value: String,
}

impl Element {
    /// Reads a document, as far as it goes where it is cut off. `None` for what is not XML, declares a document type,
    /// which could define entities, is nested too deep or has too many elements.
    pub(crate) fn parse(document: &str) -> Option<Element> {
        let document = without_mark(document);
        let mut reader = NsReader::from_str(document);
        // The elements that are open; the first stands for the document.
        let mut open = vec![Element::default()];
        let mut left = MOST;
        loop {
            let before = usize::try_from(reader.buffer_position()).ok()?;
            let event = reader.read_event().ok()?;
            let depth = open.len();
            let text = &mut open.last_mut()?.text;
            match event {
                Event::Start(start) => {
                    left = left.checked_sub(1).filter(|_| depth <= DEEPEST)?;
                    open.push(Element::begin(&reader, &start, before));
                }
                Event::Empty(empty) => {
                    left = left.checked_sub(1).filter(|_| depth <= DEEPEST)?;
                    open.push(Element::begin(&reader, &empty, before));
                    close(&mut open, usize::try_from(reader.buffer_position()).ok()?)?;
                }
                Event::End(_) => close(&mut open, usize::try_from(reader.buffer_position()).ok()?)?,
                Event::Text(part) => text.push_str(&part.xml10_content()),
                Event::CData(part) => text.push_str(&part.xml10_content()),
                Event::GeneralRef(entity) => {
                    text.push_str(&unescape(&format!("&{};", &*entity)).unwrap_or_default());
                }
                Event::DocType(_) => return None,
                Event::Eof => break,
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            }
        }
        while open.len() > 1 {
            close(&mut open, document.len())?;
        }
        open.pop()?.children.into_iter().next()
    }

    fn begin(reader: &NsReader<&[u8]>, start: &BytesStart<'_>, at: usize) -> Element {
        let mut element =
            Element { name: start.local_name().as_ref().to_owned(), place: at..at, ..Element::default() };
        for attribute in start.attributes().flatten() {
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            element.attributes.push(Attribute {
                is_instance: matches!(namespace, ResolveResult::Bound(bound) if bound.as_ref() == INSTANCE),
                name: name.as_ref().to_owned(),
                value: unescape(&attribute.value).unwrap_or_default().into_owned(),
            });
        }
        element
    }

    /// The first element of this name among those directly in it.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.all(name).next()
    }

    /// Every element of this name among those directly in it.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Takes out every element of this name among those directly in it.
    pub(crate) fn take_all(&mut self, name: &str) -> impl Iterator<Item = Element> + use<> {
        let (taken, left) =
            std::mem::take(&mut self.children).into_iter().partition(|child| child.name == name);
        self.children = left;
        Vec::into_iter(taken)
    }

    /// The text of the first element of this name among those directly in it; `None` where it is empty.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str()).filter(|text| !text.is_empty())
    }

    /// The first element of this name in the order of the document, itself included.
    pub(crate) fn find(&self, name: &str) -> Option<&Element> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }

    /// The value of an attribute that is in no namespace.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.value_of(false, name)
    }

    /// The type that the element says it is of (`xsi:type`), without its prefix.
    pub(crate) fn instance_type(&self) -> Option<&str> {
        self.value_of(true, "type").and_then(|name| name.rsplit(':').next())
    }

    fn value_of(&self, is_instance: bool, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|known| known.is_instance == is_instance && known.name == name)?;
        Some(found.value.as_str())
    }

    /// The element as it stands in the document that it was read from.
    pub(crate) fn source<'a>(&self, document: &'a str) -> &'a str {
        without_mark(document).get(self.place.clone()).unwrap_or_default()
    }
}

/// The reader does not count the byte order mark that it skips.
fn without_mark(document: &str) -> &str {
    document.trim_start_matches('\u{feff}')
}

/// Puts the element that was opened last into the one around it.
fn close(open: &mut Vec<Element>, at: usize) -> Option<()> {
    let mut closed = open.pop()?;
    closed.text = closed.text.trim().to_owned();
    closed.place.end = at;
    open.last_mut()?.children.push(closed);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_decoded_and_prefixes_dropped() {
        let document = "\u{feff}<?xml version=\"1.0\"?><a:r xmlns:a=\"u\"> x &amp; <![CDATA[<y>]]> &#228; <b/><c>1</c></a:r>";
        let root = Element::parse(document).expect("XML");
        assert_eq!((root.name.as_str(), root.text.as_str()), ("r", "x & <y> \u{e4}"));
        assert_eq!(root.find("c").map(|c| c.text.as_str()), Some("1"));
        assert!(root.child("b").is_some() && root.child("d").is_none());
    }

    #[test]
    fn a_type_is_known_by_its_namespace_whatever_its_prefix() {
        let document = "<r xmlns:_x='http://www.w3.org/2001/XMLSchema-instance' xmlns:xsi='urn:other'>\
            <a _x:type='v:Task&amp;Info' type='Task' xsi:type='wrong'>1</a><b xsi:type='wrong'/><c>2</c></r>";
        let root = Element::parse(document).expect("XML");
        let types: Vec<_> = root.children.iter().map(Element::instance_type).collect();
        assert_eq!(types, [Some("Task&Info"), None, None]);
        assert_eq!(root.child("a").and_then(|a| a.attribute("type")), Some("Task"));
    }

    #[test]
    fn an_element_is_found_again_in_its_document_byte_for_byte() {
        let document = "\u{feff}<r><a\n x = '1' ><!-- > -->\u{e4}&amp;</a ><b/><a>2</a></r>";
        let root = Element::parse(document).expect("XML");
        let sources: Vec<_> = root.children.iter().map(|child| child.source(document)).collect();
        assert_eq!(sources, ["<a\n x = '1' ><!-- > -->\u{e4}&amp;</a >", "<b/>", "<a>2</a>"]);
    }

    #[test]
    fn what_is_cut_off_is_read_as_far_as_it_goes() {
        let root = Element::parse("<error><code>1004</code><description>no su").expect("XML");
        assert_eq!(root.child("code").map(|code| code.text.as_str()), Some("1004"));
    }

    #[test]
    fn what_is_no_xml_too_deep_too_much_or_declares_entities_is_refused() {
        let deep = "<a>".repeat(DEEPEST + 1);
        let much = format!("<a>{}</a>", "<b/>".repeat(MOST));
        for document in
            ["", "text", "{}", "<a></b>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", &deep, &much]
        {
            assert!(Element::parse(document).is_none(), "{}", &document[..document.len().min(50)]);
        }
    }
}
