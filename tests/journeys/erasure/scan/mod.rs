//! Everything that is stored anywhere, searched: whatever collections, buckets, keys, messages, runs and tables there are.

mod database;
mod documents;
mod keys;
mod messages;
mod objects;
mod runs;

use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use testkit::Kith;

/// Where one of `words` is found, in any case, in names or contents: each place, and what is there. Of an id, also where it stands as bytes.
pub(crate) async fn found(kith: &Kith, words: &[&str]) -> Vec<String> {
    let found = search(kith, words).await.found;
    found.into_iter().map(|(_, what)| what).collect()
}

/// The kinds of places where one of `words` is found: collections, buckets, the first parts of keys, tables.
pub(crate) async fn kinds(kith: &Kith, words: &[&str]) -> BTreeSet<String> {
    let found = search(kith, words).await.found;
    found.into_iter().map(|(kind, _)| kind).collect()
}

async fn search(kith: &Kith, words: &[&str]) -> Search {
    let mut search = Search::new(words);
    documents::search(kith, &mut search).await;
    objects::search(kith, &mut search).await;
    keys::search(kith, &mut search).await;
    messages::search(kith, &mut search).await;
    runs::search(kith, &mut search).await;
    database::search(&mut search);
    assert!(search.looked > 0, "there is nothing at all");
    search
}

struct Search {
    /// In lower case.
    words: Vec<Vec<u8>>,
    looked: usize,
    /// The kind of place, and what is there.
    found: Vec<(String, String)>,
}

impl Search {
    fn new(words: &[&str]) -> Self {
        let bytes = |word: &&str| uuid::Uuid::parse_str(word).ok().map(|id| id.as_bytes().to_vec());
        let as_bytes: Vec<Vec<u8>> = words.iter().filter_map(bytes).collect();
        let as_text = words.iter().map(|word| word.to_lowercase().into_bytes());
        Self {
            words: as_text.chain(as_bytes).collect(),
            looked: 0,
            found: Vec::new(),
        }
    }

    /// Looks at one thing of a kind: its name and its content, as it is and in lower case.
    fn look(&mut self, kind: &str, name: &str, content: &[u8]) {
        self.looked += 1;
        let whole = [name.as_bytes(), b" ", content].concat();
        let lower = whole.to_ascii_lowercase();
        let holds = |word: &&Vec<u8>| {
            let in_it = |bytes: &[u8]| bytes.windows(word.len()).any(|window| window == word.as_slice());
            in_it(&lower) || in_it(&whole)
        };
        if let Some(word) = self.words.iter().find(holds) {
            let (word, shown) = (String::from_utf8_lossy(word), String::from_utf8_lossy(content));
            let shown: String = shown.chars().take(1500).collect();
            self.found
                .push((kind.to_owned(), format!("{word} in {kind}: {name}: {shown}")));
        }
    }
}

async fn get(kith: &Kith, path: &str) -> Value {
    kith.emulator(Method::GET, path, None).await.ok()
}
