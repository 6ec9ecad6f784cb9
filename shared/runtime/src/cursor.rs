//! Cursors: opaque, authenticated, bound to their list and its filters.

use crate::Context;
use crate::config::Secret;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use contracts::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The bytes of the tag that precede the position.
const TAG: usize = 16;

/// Makes and reads cursors of one list: `scope` names the list and everything that filters it, the viewer too where it matters.
///
/// A cursor is the position as JSON behind the first 16 bytes of HMAC-SHA256 over scope and position, in base64url: who has it can read the position,
/// which is that of an item they were shown, but make none. The previous key's cursors are taken too, so that a change of keys interrupts nobody.
#[derive(Debug)]
pub struct Cursor {
    key: hmac::Key,
    previous: Option<hmac::Key>,
    scope: String,
}

impl Cursor {
    /// Cursors of the list `scope`.
    pub fn new(context: &Context, scope: impl Into<String>) -> Self {
        let settings = context.settings();
        let previous = settings.cursor_key_previous.as_ref().map(Secret::reveal);
        Self::with_keys(settings.cursor_key.reveal(), previous, scope)
    }

    fn with_keys(key: &str, previous: Option<&str>, scope: impl Into<String>) -> Self {
        let hmac_key = |key: &str| hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
        Self {
            key: hmac_key(key),
            previous: previous.map(hmac_key),
            scope: scope.into(),
        }
    }

    /// A cursor to `position`.
    pub fn write<P: Serialize>(&self, position: &P) -> String {
        let position = serde_json::to_vec(position).unwrap_or_default();
        let mut bytes = self.tag(&self.key, &position);
        bytes.extend_from_slice(&position);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position of a cursor that a client sent.
    ///
    /// # Errors
    /// 400 `invalid_cursor`: it is not ours, or of another list.
    pub fn read<P: DeserializeOwned>(&self, cursor: &str) -> Result<P, Refusal> {
        let invalid = || Refusal::malformed("invalid_cursor", "the cursor is not one of this list");
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
        let (tag, position) = bytes.split_at_checked(TAG).ok_or_else(invalid)?;
        let made_with =
            |key| aws_lc_rs::constant_time::verify_slices_are_equal(tag, &self.tag(key, position)).is_ok();
        if made_with(&self.key) || self.previous.as_ref().is_some_and(made_with) {
            serde_json::from_slice(position).map_err(|_| invalid())
        } else {
            Err(invalid())
        }
    }

    fn tag(&self, key: &hmac::Key, position: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(key);
        context.update(&(self.scope.len() as u64).to_be_bytes());
        context.update(self.scope.as_bytes());
        context.update(position);
        context.sign().as_ref()[..TAG].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &str = "a key of some length";
    const NEXT: &str = "another key, also long";

    fn cursor(key: &str, scope: &str) -> Cursor {
        Cursor::with_keys(key, None, scope)
    }

    #[test]
    fn a_change_of_keys_interrupts_nobody_and_ends() {
        let position = (7_i64, "some id".to_owned());
        let read = |cursor: Cursor, text: &str| cursor.read::<(i64, String)>(text).ok();
        let between = || Cursor::with_keys(NEXT, Some(KEY), "feed:home");
        let (old, new) = (
            cursor(KEY, "feed:home").write(&position),
            between().write(&position),
        );
        // first every instance learns the new key, then they write with it
        let learning = Cursor::with_keys(KEY, Some(NEXT), "feed:home");
        assert_eq!(read(learning, &new), Some(position.clone()));
        assert_eq!(read(between(), &old), Some(position.clone()));
        assert_eq!(read(cursor(NEXT, "feed:home"), &new), Some(position));
        assert_eq!(read(cursor(NEXT, "feed:home"), &old), None);
        assert_eq!(
            read(Cursor::with_keys(NEXT, Some(KEY), "feed:global"), &old),
            None
        );
    }

    proptest! {
        #[test]
        fn a_cursor_leads_back_to_its_position(millis: i64, id in "[a-z0-9]{0,40}") {
            let cursor = self::cursor(KEY, "feed:home");
            prop_assert_eq!(cursor.read::<(i64, String)>(&cursor.write(&(millis, &id))).unwrap(), (millis, id));
        }

        #[test]
        fn a_changed_or_foreign_one_is_refused(at in 0_usize..40, flip in 1_u8..=255) {
            let cursor = self::cursor(KEY, "feed:home");
            let text = cursor.write(&(7_i64, "some id of a document".to_owned()));
            let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(&text).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= flip;
            prop_assert!(cursor.read::<(i64, String)>(&BASE64_URL_SAFE_NO_PAD.encode(bytes)).is_err());
            prop_assert!(self::cursor(KEY, "feed:global").read::<(i64, String)>(&text).is_err());
            prop_assert!(self::cursor(NEXT, "feed:home").read::<(i64, String)>(&text).is_err());
        }

        #[test]
        fn nonsense_is_refused(text in "\\PC{0,60}") {
            prop_assert!(cursor(KEY, "feed:home").read::<(i64, String)>(&text).is_err());
        }
    }
}
