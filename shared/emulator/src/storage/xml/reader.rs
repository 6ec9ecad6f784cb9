//! The little of XML that requests hold: elements and text. Namespaces and attributes are stepped over, entities of the outside are refused.

use crate::storage::failure::{Failure, Kind};

/// An element with its text and its children.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

/// Elements may not be nested deeper.
const DEEPEST: usize = 8;

impl Element {
    /// The root element of a document.
    pub(super) fn parse(document: &[u8]) -> Result<Self, Failure> {
        let wrong = || {
            Failure::new(
                Kind::MalformedXml,
                "The XML you provided was not well-formed or did not validate against our published schema.",
            )
        };
        let text = std::str::from_utf8(document).map_err(|_| wrong())?;
        let mut rest = text.trim_start_matches('\u{feff}');
        skip_prolog(&mut rest).ok_or_else(wrong)?;
        let root = element(&mut rest, 0).ok_or_else(wrong)?;
        skip_prolog(&mut rest).ok_or_else(wrong)?;
        if rest.is_empty() { Ok(root) } else { Err(wrong()) }
    }

    /// The children of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of a name.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.children
            .iter()
            .find(|child| child.name == name)
            .map(|child| child.text.trim())
    }
}

/// Steps over white space, comments and `<?..?>`.
fn skip_prolog(rest: &mut &str) -> Option<()> {
    loop {
        *rest = rest.trim_start();
        if let Some(tail) = rest.strip_prefix("<?") {
            *rest = tail.split_once("?>")?.1;
        } else if let Some(tail) = rest.strip_prefix("<!--") {
            *rest = tail.split_once("-->")?.1;
        } else {
            return Some(());
        }
    }
}

fn element(rest: &mut &str, depth: usize) -> Option<Element> {
    let (tag, tail) = rest.strip_prefix('<')?.split_once('>')?;
    *rest = tail;
    let empty = tag.ends_with('/');
    let tag = tag.trim_end_matches('/');
    let name = tag.split_whitespace().next()?;
    // Whatever the prefix of the namespace is.
    let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
    let mut found = Element {
        name: local.to_owned(),
        ..Element::default()
    };
    if local.is_empty() || local.starts_with(['!', '?', '/']) || depth > DEEPEST {
        return None;
    }
    if empty {
        return Some(found);
    }
    loop {
        let at = rest.find('<')?;
        let (text, tail) = rest.split_at(at);
        found.text.push_str(&unescaped(text)?);
        *rest = tail;
        if let Some(tail) = rest.strip_prefix("</") {
            let (end, tail) = tail.split_once('>')?;
            *rest = tail;
            return (end.trim() == name).then_some(found);
        }
        if let Some(tail) = rest.strip_prefix("<!--") {
            *rest = tail.split_once("-->")?.1;
        } else if let Some(tail) = rest.strip_prefix("<![CDATA[") {
            let (text, tail) = tail.split_once("]]>")?;
            found.text.push_str(text);
            *rest = tail;
        } else {
            found.children.push(element(rest, depth + 1)?);
        }
    }
}

/// The text behind the five entities of XML and character references.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('&') {
        out.push_str(before);
        let (entity, tail) = tail.split_once(';')?;
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            other => {
                let digits = other.strip_prefix('#')?;
                let number = match digits.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => digits.parse().ok()?,
                };
                char::from_u32(number)?
            }
        });
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::failure::escape;
    use proptest::prelude::*;

    #[test]
    fn a_completion_is_read_whatever_its_dress() {
        let text = "<?xml version=\"1.0\"?>\n<!-- c --><a:List xmlns:a=\"urn:x\">\n <Part><N>1</N><E>&quot;x&#38;&#x79;&quot;</E></Part>\
                    <Part><N>2</N><E><![CDATA[<z>]]></E><!-- c --><O/></Part></a:List>\n";
        let root = Element::parse(text.as_bytes()).unwrap();
        let parts: Vec<_> = root
            .all("Part")
            .map(|part| (part.text_of("N"), part.text_of("E")))
            .collect();
        assert_eq!(root.name, "List");
        assert_eq!(parts, [(Some("1"), Some("\"x&y\"")), (Some("2"), Some("<z>"))]);
        for wrong in [
            "",
            "x",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<!DOCTYPE a><a/>",
            "<a>&outside;</a>",
            "<a>&#xD800;</a>",
            "<></>",
            "</a>",
        ] {
            assert!(Element::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_document_brings_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..60), text in "(<a>|</a>|<b|/>|<!--|-->|<!\\[CDATA\\[|\\]\\]>|&lt;|&#|;|x|:){0,40}") {
            let _ = Element::parse(&bytes);
            let _ = Element::parse(text.as_bytes());
        }

        #[test]
        fn text_comes_back(text in "[ -~äß€]{0,30}") {
            let document = format!("<a>{}</a>", escape(&text));
            prop_assert_eq!(Element::parse(document.as_bytes()).unwrap().text, text);
        }
    }
}
