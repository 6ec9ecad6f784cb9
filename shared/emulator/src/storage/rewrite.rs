//! Rewrites (<https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite>): a copy that may take several calls. As in the cloud only
//! a change of location or class takes more than one; what a token says was rewritten is made when all of it was.

use super::Storage;
use super::attributes::Attributes;
use super::changes::Place;
use super::failure::Failure;
use super::object::Object;
use super::precondition::Preconditions;
use super::session::Target;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// What a call asks for.
#[derive(Debug)]
pub(super) struct Rewrite<'a> {
    pub(super) source: Place<'a>,
    pub(super) source_conditions: Preconditions,
    pub(super) target: Target,
    pub(super) attributes: Option<Attributes>,
    pub(super) per_call: Option<u64>,
    pub(super) token: Option<String>,
}

/// What came of a call.
#[derive(Debug)]
pub(super) struct Rewritten {
    /// So many are rewritten, of `size`.
    pub(super) bytes: u64,
    pub(super) size: u64,
    /// When all of it is done.
    pub(super) object: Option<Object>,
    /// To go on with when it is not.
    pub(super) token: Option<String>,
}

const MIB: u64 = 1024 * 1024;

/// How much a call rewrites when it does not say.
const USUAL: u64 = 1024 * MIB;

impl Storage {
    pub(super) fn rewrite_object(&self, asked: Rewrite<'_>) -> Result<Rewritten, Failure> {
        if asked.per_call.is_some_and(|most| most == 0 || most % MIB != 0) {
            return Err(Failure::invalid(
                "maxBytesRewrittenPerCall must be an integral multiple of 1 MiB.",
            ));
        }
        let (source, moves) = {
            let state = self.state();
            let (bucket, name, generation) = asked.source;
            let source = state.object(bucket, name, generation)?;
            let (from, to) = (state.held(bucket)?, state.held(&asked.target.bucket)?);
            let wanted = asked
                .attributes
                .as_ref()
                .and_then(|own| own.storage_class.as_deref());
            let class = wanted.unwrap_or(if asked.target.bucket == bucket {
                source.storage_class()
            } else {
                &to.bucket.storage_class
            });
            let moves = from.bucket.location != to.bucket.location || class != source.storage_class();
            (source.clone(), moves)
        };
        asked.source_conditions.check(Some(source.version()))?;
        let before = asked
            .token
            .as_deref()
            .map(|token| read(token, &source, &asked.target));
        let most = if moves {
            asked.per_call.unwrap_or(USUAL)
        } else {
            source.size
        };
        let bytes = before
            .transpose()?
            .unwrap_or(0)
            .saturating_add(most)
            .min(source.size);
        if bytes < source.size {
            return Ok(Rewritten {
                bytes,
                size: source.size,
                object: None,
                token: Some(write(bytes, &source, &asked.target)),
            });
        }
        let (bucket, name, _) = asked.source;
        let place = (bucket, name, Some(source.generation));
        let object = self.copy_object(place, &asked.source_conditions, asked.target, asked.attributes)?;
        Ok(Rewritten {
            bytes,
            size: source.size,
            object: Some(object),
            token: None,
        })
    }
}

/// Names are last and hold no line break.
fn write(bytes: u64, source: &Object, target: &Target) -> String {
    let (generation, from, to) = (source.generation, &source.name, &target.name);
    let text = format!(
        "{bytes}\n{generation}\n{}\n{}\n{from}\n{to}",
        source.bucket, target.bucket
    );
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

/// How many bytes a token says are rewritten; it holds for the same source and destination only.
fn read(token: &str, source: &Object, target: &Target) -> Result<u64, Failure> {
    let text = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
    let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
    let bytes = text
        .as_deref()
        .and_then(|text| text.split_once('\n')?.0.parse().ok());
    bytes
        .filter(|bytes| *bytes < source.size && write(*bytes, source, target) == token)
        .ok_or_else(|| Failure::invalid("Invalid rewrite token."))
}
