//! Pages of names and generations.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

impl Ordered for BTreeSet<(String, i64)> {
    type Item = String;

    fn seek(&self, name: &str, generation: i64) -> Option<(String, i64, String)> {
        let (name, generation) = self.range((name.to_owned(), generation)..).next()?;
        Some((name.clone(), *generation, format!("{name}#{generation}")))
    }
}

fn names(all: &[&str]) -> BTreeSet<(String, i64)> {
    all.iter().map(|name| ((*name).to_owned(), 1)).collect()
}

fn query(text: &str) -> ListQuery {
    ListQuery::take(&mut Params::parse(text).unwrap()).unwrap()
}

#[test]
fn prefixes_fold_and_offsets_cut() {
    let all = names(&["a/", "a/1", "a/2", "a/b/3", "a/b/4", "b"]);
    for (text, items, prefixes) in [
        ("", vec!["a/", "a/1", "a/2", "a/b/3", "a/b/4", "b"], vec![]),
        ("delimiter=/", vec!["b"], vec!["a/"]),
        (
            "delimiter=/&includeTrailingDelimiter=true",
            vec!["a/", "b"],
            vec!["a/"],
        ),
        ("prefix=a/&delimiter=/", vec!["a/", "a/1", "a/2"], vec!["a/b/"]),
        ("prefix=a/b", vec!["a/b/3", "a/b/4"], vec![]),
        ("startOffset=a/2&endOffset=a/b/4", vec!["a/2", "a/b/3"], vec![]),
        ("prefix=a/&startOffset=a/b/4", vec!["a/b/4"], vec![]),
        ("matchGlob=a/*", vec!["a/", "a/1", "a/2"], vec![]),
        ("matchGlob=**[34]", vec!["a/b/3", "a/b/4"], vec![]),
        ("delimiter=/&matchGlob=a*/", vec![], vec!["a/"]),
        ("prefix=x", vec![], vec![]),
    ] {
        let page = page(&all, &query(text));
        let items: Vec<String> = items.into_iter().map(|name| format!("{name}#1")).collect();
        assert_eq!(
            (page.items, page.prefixes, page.next),
            (items, prefixes.into_iter().map(str::to_owned).collect(), None),
            "{text}"
        );
    }
}

#[test]
fn what_is_not_there_is_refused() {
    for text in [
        "softDeleted=true",
        "pageToken=!",
        "pageToken=YQ",
        "matchGlob=[",
        "versions=yes",
    ] {
        assert!(
            ListQuery::take(&mut Params::parse(text).unwrap()).is_err(),
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn pages_of_any_size_show_everything_once(
        all in proptest::collection::btree_set(("[ab/\u{10ffff}]{1,5}", 1_i64..3), 0..30), delimiter in prop_oneof![Just(""), Just("/")],
        prefix in "[ab]{0,1}", size in 1_usize..5, trailing: bool,
    ) {
        let whole = ListQuery {
            prefix, delimiter: delimiter.into(), page_size: 1000, with_trailing_delimiter: trailing, ..ListQuery::default()
        };
        let expected = page(&all, &whole);
        let (mut items, mut prefixes, mut after) = (Vec::new(), Vec::new(), None);
        loop {
            let next = page(&all, &ListQuery { page_size: size, after: after.take(), ..whole.clone() });
            prop_assert!(next.items.len() + next.prefixes.len() <= size);
            items.extend(next.items);
            prefixes.extend(next.prefixes);
            let Some(token) = next.next else { break };
            after = Some(Mark::from_token(&token).unwrap());
        }
        prop_assert_eq!((items, prefixes), (expected.items, expected.prefixes));
    }

    #[test]
    fn a_page_is_what_a_naive_walk_gives(
        all in proptest::collection::btree_set(("[ab/]{1,5}", 1_i64..3), 0..30), prefix in "[ab/]{0,2}",
        start in "[ab/]{0,2}", end in "[ab/]{0,2}", trailing: bool,
    ) {
        let query = ListQuery {
            prefix: prefix.clone(), delimiter: "/".into(), start: start.clone(), end: end.clone(), page_size: 1000,
            with_trailing_delimiter: trailing, ..ListQuery::default()
        };
        let (mut items, mut prefixes) = (Vec::new(), BTreeSet::new());
        for (name, generation) in &all {
            if !name.starts_with(&prefix) || *name < start || (!end.is_empty() && *name >= end) {
                continue;
            }
            let item = format!("{name}#{generation}");
            match name[prefix.len()..].find('/') {
                None => items.push(item),
                Some(at) => {
                    let folded = &name[..=prefix.len() + at];
                    prefixes.insert(folded.to_owned());
                    if trailing && folded == name {
                        items.push(item);
                    }
                }
            }
        }
        let page = page(&all, &query);
        prop_assert_eq!((page.items, page.prefixes), (items, prefixes.into_iter().collect::<Vec<_>>()));
    }

    #[test]
    fn no_token_brings_it_down(token in ".*") {
        let _ = Mark::from_token(&token);
    }
}
