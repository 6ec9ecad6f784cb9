use super::parser::MAX_BYTES;
use super::*;
use proptest::prelude::*;

fn passes(filter: &str, attributes: &[(&str, &str)]) -> bool {
    let attributes = attributes
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    Filter::parse(filter).unwrap().unwrap().matches(&attributes)
}

#[test]
fn filters_as_the_documentation_has_them() {
    type Case = (&'static str, &'static [(&'static str, &'static str)], bool);
    let table: [Case; 19] = [
        ("attributes:domain", &[("domain", "")], true),
        ("attributes:domain", &[("other", "x")], false),
        ("attributes.domain = \"com\"", &[("domain", "com")], true),
        ("attributes.domain=\"com\"", &[("domain", "org")], false),
        ("attributes.domain = \"com\"", &[], false),
        ("attributes.domain != \"com\"", &[("domain", "org")], true),
        ("attributes.domain != \"com\"", &[], true),
        ("attributes.domain != \"com\"", &[("domain", "com")], false),
        ("hasPrefix(attributes.domain, \"co\")", &[("domain", "com")], true),
        (
            "hasPrefix(attributes.domain, \"co\")",
            &[("domain", "oco")],
            false,
        ),
        ("NOT attributes:a", &[("b", "")], true),
        ("-attributes:a", &[("a", "")], false),
        ("attributes:a AND attributes:b", &[("a", ""), ("b", "")], true),
        (
            "attributes:a AND attributes:b AND NOT attributes:c",
            &[("a", ""), ("b", ""), ("c", "")],
            false,
        ),
        ("attributes:a OR attributes:b", &[("b", "")], true),
        (
            "attributes:a AND (attributes:b OR attributes:c)",
            &[("a", ""), ("c", "")],
            true,
        ),
        (
            "attributes.\"iana.org/language_tag\" = \"en\"",
            &[("iana.org/language_tag", "en")],
            true,
        ),
        (
            "attributes.a = \"say \\\"hi\\\" \\\\\"",
            &[("a", "say \"hi\" \\")],
            true,
        ),
        ("attributes:NOTE", &[("NOTE", "")], true),
    ];
    for (filter, attributes, expected) in table {
        assert_eq!(
            passes(filter, attributes),
            expected,
            "{filter} over {attributes:?}"
        );
    }
}

#[test]
fn what_is_no_filter_is_refused_with_its_place() {
    let wrong = [
        "attributes",
        "attributes.a",
        "attributes.a = b",
        "attributes.a = \"b",
        "attributes:a AND",
        "data = \"x\"",
        "attributes:a AND attributes:b OR attributes:c",
        "(attributes:a",
        "attributes:a attributes:b",
        "attributes.a > \"b\"",
        "hasPrefix(attributes.a)",
        "attributes.1a = \"x\"",
        "attributes.a = \"\\n\"",
        "NOT",
    ];
    for filter in wrong {
        assert!(Filter::parse(filter).is_err(), "{filter}");
    }
    assert!(Filter::parse(&format!("attributes.a = \"{}\"", "x".repeat(256))).is_err());
    assert!(Filter::parse(&"-".repeat(255)).is_err());
    assert_eq!(Filter::parse("  ").unwrap(), None);
    assert_eq!(Filter::parse("attributes.a < \"\"").unwrap_err().at, 13);
}

fn filters() -> impl Strategy<Value = Filter> {
    let text = "[a-z\"\\\\ é=()]{0,4}";
    let leaf = prop_oneof![
        text.prop_map(Filter::Has),
        (text, text).prop_map(|(key, value)| Filter::Equals(key, value)),
        (text, text).prop_map(|(key, value)| Filter::HasPrefix(key, value)),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|part| Filter::Not(Box::new(part))),
            proptest::collection::vec(inner.clone(), 2..3).prop_map(Filter::All),
            proptest::collection::vec(inner, 2..3).prop_map(Filter::Any),
        ]
    })
}

proptest! {
    #[test]
    fn a_printed_filter_reads_as_itself(filter in filters()) {
        let text = filter.to_string();
        prop_assume!(text.len() <= MAX_BYTES);
        prop_assert_eq!(Filter::parse(&text).unwrap(), Some(filter));
    }

    #[test]
    fn no_text_brings_the_parser_down(text in "(attributes|[.:=\"\\\\() -]|AND|OR|NOT|hasPrefix|[aé]){0,30}") {
        let _ = Filter::parse(&text);
    }

    #[test]
    fn a_negation_passes_exactly_what_the_filter_does_not(
        filter in filters(),
        attributes in proptest::collection::hash_map("[a-z]{0,2}", "[a-z]{0,3}", 0..4),
    ) {
        let negated = Filter::Not(Box::new(filter.clone()));
        prop_assert_ne!(filter.matches(&attributes), negated.matches(&attributes));
    }
}
