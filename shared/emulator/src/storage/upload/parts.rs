//! Multipart uploads of the XML API: begun, filled in any order, completed or given up. A part is stored before it is acknowledged.

use super::whole::{cut_off, drain};
use crate::storage::Storage;
use crate::storage::changes::Ends;
use crate::storage::checksum::Claimed;
use crate::storage::failure::{Failure, Kind};
use crate::storage::object::Object;
use crate::storage::parts::{MOST_PARTS, Part, PartsUpload};
use crate::storage::session::Target;
use crate::storage::store;
use axum::body::Body;
use futures::StreamExt as _;
use std::collections::BTreeMap;

impl Storage {
    /// Begins an upload and answers its id.
    pub(in crate::storage) fn start_parts(&self, target: Target) -> Result<String, Failure> {
        self.begin(&target)?;
        let upload = PartsUpload {
            id: format!(
                "{}{}",
                uuid::Uuid::new_v4().simple(),
                uuid::Uuid::new_v4().simple()
            ),
            target,
            started: self.inner.core.clock.now_micros(),
            parts: BTreeMap::new(),
        };
        let mut state = self.state();
        let stored = self
            .inner
            .core
            .db
            .write(|transaction| store::put_parts(transaction, &upload));
        stored?;
        let id = upload.id.clone();
        state.parts.insert(id.clone(), upload);
        Ok(id)
    }

    /// The upload of that id, if it is one to the object.
    pub(in crate::storage) fn parts(
        &self,
        id: &str,
        (bucket, name): (&str, &str),
    ) -> Result<PartsUpload, Failure> {
        let state = self.state();
        let upload = state.parts.get(id);
        let own = upload.filter(|upload| upload.target.bucket == bucket && upload.target.name == name);
        own.cloned().ok_or_else(no_upload)
    }

    /// Uploads to a bucket that are under way, by object name.
    pub(in crate::storage) fn parts_of(&self, bucket: &str) -> Result<Vec<PartsUpload>, Failure> {
        let state = self.state();
        state.held(bucket)?;
        let own = state
            .parts
            .values()
            .filter(|upload| upload.target.bucket == bucket);
        let mut own: Vec<PartsUpload> = own.cloned().collect();
        own.sort_by(|one, other| (&one.target.name, one.started).cmp(&(&other.target.name, other.started)));
        Ok(own)
    }

    /// Takes a part; one of the same number is replaced.
    pub(in crate::storage) async fn put_part(
        &self,
        id: &str,
        number: u32,
        claimed: Claimed,
        body: Body,
    ) -> Result<Part, Failure> {
        if !(1..=MOST_PARTS).contains(&number) {
            return Err(Failure::invalid(format!(
                "Part number must be an integer between 1 and {MOST_PARTS}, inclusive."
            )));
        }
        let mut body = body.into_data_stream();
        let mut incoming = self.inner.files.create().await?;
        while let Some(chunk) = body.next().await {
            incoming.write(&chunk.map_err(|error| cut_off(&error))?).await?;
        }
        drain(&mut body).await;
        let stored = self.inner.files.finish(incoming).await?;
        let file = stored.file.clone();
        let part = Part {
            upload: id.to_owned(),
            number,
            file: stored.file,
            size: stored.size,
            sums: stored.sums,
            modified: self.inner.core.clock.now_micros(),
        };
        let kept = claimed
            .check(&part.sums)
            .and_then(|()| self.keep_part(part.clone()));
        match kept {
            Ok(replaced) => {
                if let Some(old) = replaced {
                    self.inner.files.remove(&old.file);
                }
                Ok(part)
            }
            Err(failure) => {
                self.inner.files.remove(&file);
                Err(failure)
            }
        }
    }

    fn keep_part(&self, part: Part) -> Result<Option<Part>, Failure> {
        let mut state = self.state();
        let upload = state.parts.get_mut(&part.upload).ok_or_else(no_upload)?;
        let stored = self
            .inner
            .core
            .db
            .write(|transaction| store::put_part(transaction, &part));
        stored?;
        Ok(upload.parts.insert(part.number, part))
    }

    /// Puts the named parts together; the others go with the upload.
    pub(in crate::storage) async fn complete_parts(
        &self,
        id: &str,
        place: (&str, &str),
        named: &[(u32, String)],
    ) -> Result<Object, Failure> {
        let upload = self.parts(id, place)?;
        let chosen = upload.chosen(named)?;
        let mut files = Vec::with_capacity(chosen.len());
        for part in &chosen {
            files.push((self.inner.files.read(&part.file)?, part.size, part.sums.crc32c));
        }
        let count = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
        let stored = self.joined(files, count).await?;
        let object = self.finalize(&upload.target, stored, Ends::Parts(id))?;
        for part in upload.parts.values() {
            self.inner.files.remove(&part.file);
        }
        Ok(object)
    }

    /// Gives an upload up, its parts with it.
    pub(in crate::storage) fn abort_parts(&self, id: &str) -> Result<(), Failure> {
        let mut state = self.state();
        if !state.parts.contains_key(id) {
            return Err(no_upload());
        }
        let stored = self
            .inner
            .core
            .db
            .write(|transaction| store::delete_parts(transaction, id));
        stored?;
        let files = state.parts.remove(id);
        for file in files.iter().flat_map(PartsUpload::files) {
            self.inner.files.remove(file);
        }
        Ok(())
    }
}

fn no_upload() -> Failure {
    Failure::new(
        Kind::NoSuchUpload,
        "The specified multipart upload does not exist. The upload ID might be invalid, or the multipart upload might have been aborted or completed.",
    )
}
