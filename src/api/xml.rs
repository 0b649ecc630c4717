//! XML as a small tree, for APIs that answer in it.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;

/// No element of an answer is read that stands deeper than this.
const DEEPEST: usize = 100;

/// An element: its name without a prefix, its own text, and the elements in it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub name: String,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// Reads a document, as far as it goes where it is cut off. `None` for what is not XML, declares a document type,
    /// which could define entities, or is nested too deep.
    pub(crate) fn parse(document: &str) -> Option<Element> {
        let mut reader = Reader::from_str(document.trim_start_matches('\u{feff}'));
        // The elements that are open; the first stands for the document.
        let mut open = vec![Element::default()];
        loop {
            let event = reader.read_event().ok()?;
            let depth = open.len();
            let text = &mut open.last_mut()?.text;
            match event {
                Event::Start(_) if depth > DEEPEST => return None,
                Event::Start(start) => open.push(Element::named(start.local_name().as_ref())),
                Event::Empty(empty) => {
                    open.last_mut()?.children.push(Element::named(empty.local_name().as_ref()));
                }
                Event::End(_) => close(&mut open)?,
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
            close(&mut open)?;
        }
        open.pop()?.children.into_iter().next()
    }

    fn named(name: &str) -> Element {
        Element { name: name.to_owned(), ..Element::default() }
    }

    /// The first element of this name among those directly in it.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The first element of this name in the order of the document, itself included.
    pub(crate) fn find(&self, name: &str) -> Option<&Element> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }
}

/// Puts the element that was opened last into the one around it.
fn close(open: &mut Vec<Element>) -> Option<()> {
    let mut closed = open.pop()?;
    closed.text = closed.text.trim().to_owned();
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
    fn what_is_cut_off_is_read_as_far_as_it_goes() {
        let root = Element::parse("<error><code>1004</code><description>no su").expect("XML");
        assert_eq!(root.child("code").map(|code| code.text.as_str()), Some("1004"));
    }

    #[test]
    fn what_is_no_xml_too_deep_or_declares_entities_is_refused() {
        let deep = "<a>".repeat(DEEPEST + 1);
        for document in ["", "text", "{}", "<a></b>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", &deep] {
            assert!(Element::parse(document).is_none(), "{document}");
        }
    }
}
