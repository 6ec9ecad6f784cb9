//! Ids: random UUIDs (version 4), lower case on the wire. Nothing that rises with time may lead a key.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;
use uuid::Uuid;

/// The text is not a UUID in its lower-case, hyphenated form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseIdError;

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a UUID in lower case")
    }
}

impl std::error::Error for ParseIdError {}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String, format = Uuid, example = "7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a")]
        pub struct $name(Uuid);

        impl $name {
            /// A new random id.
            pub fn random() -> Self {
                Self(Uuid::new_v4())
            }

            /// The id with these 16 bytes: for ids that are derived, so that a repetition finds what is already there.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }

            /// The 16 bytes of the id.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let id = Uuid::parse_str(text).map_err(|_| ParseIdError)?;
                let id = Self(id);
                if id.to_string() == text { Ok(id) } else { Err(ParseIdError) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseIdError;

            fn try_from(text: String) -> Result<Self, ParseIdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

id!(/// A person: the `sub` of their tokens.
    UserId);
id!(/// A session: one signed-in device, the `sid` of its tokens.
    SessionId);
id!(/// A post.
    PostId);
id!(/// A comment or a reply.
    CommentId);
id!(/// A video or short.
    VideoId);
id!(/// An uploaded image or file.
    MediaId);
id!(/// A group of notifications in somebody's inbox.
    NotificationId);
id!(/// A report of something that should not be there.
    ReportId);
id!(/// A thing of any kind, where the kind is told beside it.
    ThingId);
id!(/// An account's erasure.
    ErasureId);
id!(/// Everything that is held about somebody, put together for them.
    ExportId);
id!(/// A domain event. Repetitions of one event carry the same id.
    EventId);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_lower_case_form_is_an_id() {
        assert!("7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a".parse::<PostId>().is_ok());
        for bad in [
            "",
            "1",
            "7B0F6D3E-6A34-4C8E-9D55-2F1C1D0C9B7A",
            "7b0f6d3e6a344c8e9d552f1c1d0c9b7a",
            "../x",
        ] {
            assert_eq!(bad.parse::<PostId>(), Err(ParseIdError), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn an_id_survives_the_wire(bytes: [u8; 16]) {
            let id = PostId::from_bytes(bytes);
            prop_assert_eq!(serde_json::from_str::<PostId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
        }
    }
}
