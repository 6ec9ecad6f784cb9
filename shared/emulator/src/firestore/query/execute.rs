//! Running a plan: the branches' results merged in the plan's order, cut by offset and limit.
//!
//! A branch whose index is missing is possible only where a project declared none: then whatever its fields' own indexes find is
//! read, filtered and sorted.

use super::plan::{Order, Plan};
use super::run::{self, Found};
use super::source::Source;
use super::stream::{Hit, Hits, stream};
use crate::firestore::indexes::{Declared, Need};
use crate::firestore::path::FieldPath;
use gcloud_sdk::google::firestore::v1::Document;
use std::collections::BTreeSet;
use std::iter::Peekable;
use std::sync::Arc;
use tonic::Status;

/// How many documents are looked at before those that cannot be results are forgotten.
const BATCH: usize = 1000;

/// The results. What the project declared has been asked before whether it serves the plan; none: it declared nothing.
pub(crate) fn run(plan: &Plan, declared: Option<&Declared>, source: &dyn Source) -> Result<Found, Status> {
    let mut documents = Vec::new();
    let skipped = each(plan, declared, source, &mut |document| documents.push(document))?;
    Ok(Found { documents, skipped })
}

/// Gives each result in turn; answers how many the offset left out.
pub(crate) fn each(
    plan: &Plan,
    declared: Option<&Declared>,
    source: &dyn Source,
    take: &mut dyn FnMut(Arc<Document>),
) -> Result<usize, Status> {
    let Some(hits) = hits(plan, declared, source) else {
        let found = sorted_in_memory(plan, source)?;
        found.documents.into_iter().for_each(take);
        return Ok(found.skipped);
    };
    let mut hits = merged(hits);
    let skipped = skip(&mut hits, plan.offset)?;
    for hit in hits.take(plan.limit.unwrap_or(usize::MAX)) {
        take(read(source, &hit?)?);
    }
    Ok(skipped)
}

/// How many results there are, at most so many: no document is read where indexes serve the plan.
pub(crate) fn count(
    plan: &Plan,
    most: usize,
    declared: Option<&Declared>,
    source: &dyn Source,
) -> Result<usize, Status> {
    let most = plan.limit.map_or(most, |limit| limit.min(most));
    let Some(hits) = hits(plan, declared, source) else {
        let found = sorted_in_memory(plan, source)?;
        return Ok(found.documents.len().min(most));
    };
    let mut hits = merged(hits);
    skip(&mut hits, plan.offset)?;
    skip(&mut hits, most)
}

fn skip(hits: &mut impl Iterator<Item = Result<Hit, Status>>, most: usize) -> Result<usize, Status> {
    hits.take(most).try_fold(0, |count, hit| hit.map(|_| count + 1))
}

fn read(source: &dyn Source, hit: &Hit) -> Result<Arc<Document>, Status> {
    let lost = || Status::internal(format!("{} has an index entry but is not there", hit.name));
    source.document(&hit.name)?.ok_or_else(lost)
}

/// The branches' results; none if a branch has no index.
fn hits<'a>(plan: &Plan, declared: Option<&Declared>, source: &'a dyn Source) -> Option<Vec<Hits<'a>>> {
    let usual = Declared::default();
    let declared = declared.unwrap_or(&usual);
    let each = plan.branches.iter().map(|branch| {
        let need = Need::of(plan, branch);
        let chosen = need.choose(declared)?;
        Some(stream(plan, branch, &need.sorted, &chosen, source))
    });
    each.collect()
}

/// Results of all branches, each once.
fn merged<'a>(branches: Vec<Hits<'a>>) -> impl Iterator<Item = Result<Hit, Status>> + 'a {
    let mut branches: Vec<Peekable<Hits<'a>>> = branches.into_iter().map(Iterator::peekable).collect();
    let mut last: Option<Vec<u8>> = None;
    std::iter::from_fn(move || {
        loop {
            match first(&mut branches)? {
                Ok(hit) if last.as_ref() == Some(&hit.position) => {}
                Ok(hit) => {
                    last = Some(hit.position.clone());
                    return Some(Ok(hit));
                }
                Err(status) => return Some(Err(status)),
            }
        }
    })
}

/// The first result of any branch; an error comes before all.
fn first(branches: &mut [Peekable<Hits<'_>>]) -> Option<Result<Hit, Status>> {
    let mut least: Option<(usize, Option<Vec<u8>>)> = None;
    for (at, branch) in branches.iter_mut().enumerate() {
        let position = match branch.peek() {
            None => continue,
            Some(Ok(hit)) => Some(&hit.position),
            Some(Err(_)) => None,
        };
        if least.as_ref().is_none_or(|(_, known)| position < known.as_ref()) {
            least = Some((at, position.cloned()));
        }
    }
    branches[least?.0].next()
}

/// The results without the indexes that a plan would need.
fn sorted_in_memory(plan: &Plan, source: &dyn Source) -> Result<Found, Status> {
    let most = plan.limit.map(|limit| plan.offset.saturating_add(limit));
    let head = Plan {
        offset: 0,
        limit: most,
        ..plan.clone()
    };
    let mut kept: Vec<Arc<Document>> = Vec::new();
    let mut room = most.unwrap_or(usize::MAX).saturating_add(BATCH);
    let mut seen = BTreeSet::new();
    for hit in candidates(plan, source) {
        let hit = hit?;
        if plan.branches.len() > 1 && !seen.insert(hit.name.clone()) {
            continue;
        }
        kept.push(read(source, &hit)?);
        if kept.len() >= room {
            kept = run::select(&head, kept.iter()).documents;
            room = kept.len().saturating_mul(2).saturating_add(BATCH);
        }
    }
    Ok(run::select(plan, kept.iter()))
}

/// All documents that may be results, and others.
fn candidates<'a>(plan: &'a Plan, source: &'a dyn Source) -> impl Iterator<Item = Result<Hit, Status>> + 'a {
    plan.branches.iter().flat_map(move |branch| {
        let mut need = Need::of(plan, branch).loosened();
        let chosen = need.choose(&Declared::default()).unwrap_or_else(|| {
            need.sorted.clear();
            Vec::new()
        });
        let name = Order {
            path: FieldPath::of("__name__"),
            descending: need.sorted.first().is_some_and(|order| order.descending),
        };
        let loose = Plan {
            orders: need.sorted.iter().cloned().chain([name]).collect(),
            start: None,
            end: None,
            ..plan.clone()
        };
        stream(&loose, branch, &need.sorted, &chosen, source)
    })
}
