//! The entries that a document has in its project's indexes: a pure function, asked before and after each change.
//!
//! A key is `be32(collection or group)`, `be32(index)`, the index's values, and the document: its id in entries of one collection, its
//! path in those of a collection group. Limits: <https://firebase.google.com/docs/firestore/quotas#indexes>; sizes of entries:
//! <https://firebase.google.com/docs/firestore/storage-size#index-entry-size>.

use super::declared::{Composite, Declared, Scope};
use super::definition::{IndexDefinition, IndexPart, PartKind};
use super::intern::Intern;
use crate::firestore::key::{self, directed};
use crate::firestore::name::{Database, database_of, split_last};
use crate::firestore::order;
use crate::firestore::path::{FieldPath, Fields};
use crate::firestore::value::{name_size, value_size};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{Document, Value};
use std::collections::BTreeSet;
use tonic::Status;

/// The most entries of one document.
const MOST: usize = 40_000;
/// The largest entry, in bytes (7.5 KiB).
const LARGEST: usize = 7680;
/// The most bytes of a document's entries together (8 MiB).
const LARGEST_SUM: usize = 8 * 1024 * 1024;
/// The most bytes of a value in an entry.
const LARGEST_VALUE: usize = 1500;

/// What keys of one index over one collection, or over all of an id, begin with.
pub(crate) fn header(collection: u32, index: u32) -> Vec<u8> {
    [collection.to_be_bytes(), index.to_be_bytes()].concat()
}

/// All keys that the document has in `firestore_entries`. A document with too many or too large ones is refused (`INVALID_ARGUMENT`).
pub(crate) fn entries_of(
    document: &Document,
    declared: &Declared,
    ids: &mut dyn Intern,
) -> Result<BTreeSet<Vec<u8>>, Status> {
    let database = database_of(&document.name)?;
    let (collection, id) = split_last(&document.name);
    let (parent, collection_id) = split_last(collection);
    let fixed_size = name_size(&document.name) + 32;
    let mut writer = Writer {
        collection,
        collection_id,
        id: key::name::encoded_id(id),
        path: key::name::encoded_path(&database, &document.name),
        size_in_group: fixed_size,
        size_in_collection: fixed_size
            + if parent == database.root() {
                0
            } else {
                name_size(parent)
            },
        database,
        ids,
        keys: BTreeSet::new(),
        size: 0,
    };
    let mut fields = Vec::new();
    collect(None, &document.fields, &mut fields);
    for (path, value) in &fields {
        writer.single(path, value, declared)?;
    }
    for composite in declared.of_collection(collection_id) {
        writer.composite(composite, &document.fields)?;
    }
    Ok(writer.keys)
}

/// Every field and every field inside maps, maps themselves included.
fn collect<'a>(outer: Option<&FieldPath>, fields: &'a Fields, out: &mut Vec<(FieldPath, &'a Value)>) {
    for (name, value) in fields {
        let path = outer.map_or_else(|| FieldPath::of(name), |outer| outer.inner(name));
        if let Some(ValueType::MapValue(map)) = value.value_type.as_ref()
            && order::vector(map).is_none()
        {
            collect(Some(&path), &map.fields, out);
        }
        out.push((path, value));
    }
}

struct Writer<'a> {
    database: Database,
    collection: &'a str,
    collection_id: &'a str,
    id: Vec<u8>,
    path: Vec<u8>,
    size_in_group: usize,
    size_in_collection: usize,
    ids: &'a mut dyn Intern,
    keys: BTreeSet<Vec<u8>>,
    size: usize,
}

/// One value of an entry: its bytes, and its size as the cloud counts it.
type Part = (Vec<u8>, usize);

impl Writer<'_> {
    fn single(&mut self, path: &FieldPath, value: &Value, declared: &Declared) -> Result<(), Status> {
        let singles = declared.singles(self.collection_id, path);
        for scope in [Scope::Collection, Scope::CollectionGroup] {
            let mut of_scope = singles.iter().filter(|single| single.query_scope == scope);
            let (ordered, elements) =
                of_scope
                    .by_ref()
                    .fold((false, false), |(ordered, elements), single| {
                        (
                            ordered || single.order.is_some(),
                            elements || single.array_config.is_some(),
                        )
                    });
            for (wanted, element) in [(ordered, false), (elements && is_array(value), true)] {
                if wanted {
                    let definition = IndexDefinition::single(path.clone(), element);
                    let name_size = path.to_string().len() + 1;
                    let values = parts(definition.parts[0].kind, value);
                    let values = values
                        .into_iter()
                        .map(|(bytes, size)| vec![(bytes, size + name_size)]);
                    self.put(&definition, scope, values.collect())?;
                }
            }
        }
        Ok(())
    }

    /// An entry for each choice of elements; none if a field is not there.
    fn composite(&mut self, composite: &Composite, fields: &Fields) -> Result<(), Status> {
        let definition = composite.definition();
        let mut rows: Vec<Vec<Part>> = vec![Vec::new()];
        for IndexPart { path, kind } in &definition.parts {
            let Some(value) = path.get(fields) else {
                return Ok(());
            };
            let choices = parts(*kind, value);
            if rows.len().saturating_mul(choices.len()) > MOST {
                return Err(self.too_many());
            }
            let with = |row: &Vec<Part>| {
                let row = row.clone();
                choices
                    .iter()
                    .map(move |choice| [row.as_slice(), std::slice::from_ref(choice)].concat())
                    .collect::<Vec<_>>()
            };
            rows = rows.iter().flat_map(with).collect();
        }
        self.put(&definition, composite.query_scope, rows)
    }

    fn put(
        &mut self,
        definition: &IndexDefinition,
        scope: Scope,
        rows: Vec<Vec<Part>>,
    ) -> Result<(), Status> {
        if rows.is_empty() {
            return Ok(());
        }
        let (owner, tail, fixed_size) = match scope {
            Scope::Collection => (
                self.ids.collection(self.collection)?,
                &self.id,
                self.size_in_collection,
            ),
            Scope::CollectionGroup => (
                self.ids.group(&self.database, self.collection_id)?,
                &self.path,
                self.size_in_group,
            ),
        };
        let header = header(owner, self.ids.index(definition)?);
        let tail = directed(tail.clone(), definition.name_descending);
        for row in rows {
            let size = fixed_size + row.iter().map(|(_, size)| size).sum::<usize>();
            if size > LARGEST {
                let text = format!(
                    "An index entry of {} has {size} bytes; the most is {LARGEST}.",
                    self.collection
                );
                return Err(Status::invalid_argument(text));
            }
            let values = row.iter().flat_map(|(bytes, _)| bytes);
            if self
                .keys
                .insert(header.iter().chain(values).chain(&tail).copied().collect())
            {
                self.size += size;
            }
        }
        if self.keys.len() > MOST || self.size > LARGEST_SUM {
            return Err(self.too_many());
        }
        Ok(())
    }

    fn too_many(&self) -> Status {
        Status::invalid_argument(format!(
            "too many index entries for entity in {}",
            self.collection
        ))
    }
}

fn is_array(value: &Value) -> bool {
    matches!(value.value_type, Some(ValueType::ArrayValue(_)))
}

/// What an index holds of a value: the value itself, or each different element.
fn parts(kind: PartKind, value: &Value) -> Vec<Part> {
    let sized = |value: &Value| value_size(value).min(LARGEST_VALUE);
    match (kind, value.value_type.as_ref()) {
        (PartKind::Contains, Some(ValueType::ArrayValue(array))) => {
            let mut elements: Vec<Part> = array
                .values
                .iter()
                .map(|element| (key::value::encoded(element), sized(element)))
                .collect();
            elements.sort_unstable();
            elements.dedup_by(|a, b| a.0 == b.0);
            elements
        }
        (PartKind::Contains, _) => Vec::new(),
        (kind, _) => vec![(
            directed(key::value::encoded(value), kind == PartKind::Descending),
            sized(value),
        )],
    }
}
