//! What indexes answer, held against filtering and sorting.

use super::generate::{documents, query};
use crate::firestore::indexes::{Declared, Indexes};
use crate::firestore::name::split_last;
use crate::firestore::query::memory::Memory;
use crate::firestore::query::plan::Plan;
use crate::firestore::query::{execute, run};
use gcloud_sdk::google::firestore::v1::{Document, StructuredQuery};
use proptest::prelude::*;
use std::sync::Arc;

/// Whether a query is about the document's collection at all.
fn looks_at(plan: &Plan, document: &Document) -> bool {
    let (collection, _) = split_last(&document.name);
    let (parent, id) = split_last(collection);
    let there = if plan.group {
        collection.starts_with(&format!("{}/", plan.parent))
    } else {
        parent == plan.parent
    };
    there && (plan.collection.is_empty() || id == plan.collection)
}

fn names(documents: &[Arc<Document>]) -> Vec<String> {
    documents.iter().map(|document| document.name.clone()).collect()
}

fn by_definition(plan: &Plan, documents: &[Document]) -> (Vec<String>, usize) {
    let all: Vec<_> = documents
        .iter()
        .filter(|document| looks_at(plan, document))
        .cloned()
        .map(Arc::new)
        .collect();
    let found = run::select(plan, all.iter());
    (names(&found.documents), found.skipped)
}

/// What a project must declare for a query: what it is told to, until nothing is missing.
fn what_it_needs(plan: &Plan, mut json: serde_json::Value) -> serde_json::Value {
    for _ in 0..100 {
        let mut indexes = Indexes::default();
        indexes.set("p".to_owned(), serde_json::from_value(json.clone()).unwrap());
        let Err(refused) = indexes.check("p", plan) else {
            return json;
        };
        let told: serde_json::Value =
            serde_json::from_str(refused.message().split_once("json: ").unwrap().1).unwrap();
        for key in ["indexes", "fieldOverrides"] {
            let more = told[key].as_array().cloned().unwrap_or_default();
            let overridden = |known: &serde_json::Value| {
                more.iter()
                    .any(|new| new["fieldPath"].is_string() && new["fieldPath"] == known["fieldPath"])
            };
            let list = json[key].as_array_mut().unwrap();
            list.retain(|known| !overridden(known));
            list.extend(more);
        }
    }
    panic!("{json} is not enough for {plan:?}");
}

fn exempted(fields: &[&str]) -> serde_json::Value {
    let exempt =
        |field: &&str| serde_json::json!({"collectionGroup": "x", "fieldPath": field, "indexes": []});
    serde_json::json!({"indexes": [], "fieldOverrides": fields.iter().map(exempt).collect::<Vec<_>>()})
}

fn answer(plan: &Plan, declared: Option<&Declared>, documents: &[Document]) -> (Vec<String>, usize) {
    let memory = Memory::of(documents, declared.unwrap_or(&Declared::default()));
    let found = execute::run(plan, declared, &memory).unwrap();
    (names(&found.documents), found.skipped)
}

fn plan((parent, query): &(String, StructuredQuery)) -> Plan {
    Plan::read(parent, query).unwrap().1
}

proptest! {
    #[test]
    fn indexes_answer_what_filtering_and_sorting_does(
        query in query(),
        documents in documents(),
        exempt in proptest::sample::subsequence(vec!["a", "b", "c", "c.a"], 0..3),
        others in proptest::collection::vec(query_alone(), 0..3),
    ) {
        let plan = plan(&query);
        let mut json = exempted(&exempt);
        for other in &others {
            json = what_it_needs(other, json);
        }
        let declared: Declared = serde_json::from_value(what_it_needs(&plan, json)).unwrap();
        prop_assert_eq!(answer(&plan, Some(&declared), &documents), by_definition(&plan, &documents));
    }

    #[test]
    fn a_project_without_declared_indexes_is_answered_too(query in query(), documents in documents()) {
        let plan = plan(&query);
        prop_assert_eq!(answer(&plan, None, &documents), by_definition(&plan, &documents));
    }

    #[test]
    fn counting_is_as_long_as_the_answer(query in query(), documents in documents(), most in 0_usize..6) {
        let plan = plan(&query);
        let memory = Memory::of(&documents, &Declared::default());
        let whole = by_definition(&plan, &documents).0.len();
        prop_assert_eq!(execute::count(&plan, usize::MAX, None, &memory).unwrap(), whole);
        prop_assert_eq!(execute::count(&plan, most, None, &memory).unwrap(), whole.min(most));
    }

    #[test]
    fn a_document_is_covered_if_it_alone_is_found(query in query(), documents in documents()) {
        let plan = Plan { offset: 0, limit: None, ..plan(&query) };
        for document in &documents {
            let alone = by_definition(&plan, std::slice::from_ref(document)).0.len() == 1;
            prop_assert_eq!(plan.covers(document), alone, "{}", document.name);
        }
    }
}

fn query_alone() -> impl Strategy<Value = Plan> {
    query().prop_map(|query| plan(&query))
}
