//! What the name of an object in the bucket of uploads says.

use contracts::{MediaId, UserId};

/// Whose bytes an object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// Of a signed upload.
    Signed(MediaId),
    /// Of a form that a function received (`contracts::media::received_name`).
    Received(Received),
}

/// What the name of a received object says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) owner: UserId,
    pub(crate) media_id: MediaId,
    pub(crate) token: String,
    pub(crate) extension: String,
}

impl Place {
    /// None for a name that nobody here gives.
    pub(crate) fn of(name: &str) -> Option<Self> {
        if let Ok(media_id) = name.parse() {
            return Some(Self::Signed(media_id));
        }
        let mut parts = name.strip_prefix("received/")?.split('/');
        let (owner, media_id, file) = (parts.next()?, parts.next()?, parts.next()?);
        let (token, extension) = file.split_once('.')?;
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (parts.next().is_none() && plain(token) && plain(extension)).then_some(())?;
        Some(Self::Received(Received {
            owner: owner.parse().ok()?,
            media_id: media_id.parse().ok()?,
            token: token.to_owned(),
            extension: extension.to_owned(),
        }))
    }

    pub(crate) const fn media_id(&self) -> MediaId {
        match self {
            Self::Signed(media_id) => *media_id,
            Self::Received(received) => received.media_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::media::received_name;

    #[test]
    fn only_names_that_are_given_here_are_known() {
        let (owner, media_id) = (UserId::from_bytes([1; 16]), MediaId::from_bytes([2; 16]));
        assert_eq!(Place::of(&media_id.to_string()), Some(Place::Signed(media_id)));
        let name = received_name(owner, media_id, "00ff", "jpg");
        let Some(Place::Received(received)) = Place::of(&name) else {
            panic!("{name} is received")
        };
        assert_eq!((received.owner, received.media_id), (owner, media_id));
        assert_eq!(
            (received.token.as_str(), received.extension.as_str()),
            ("00ff", "jpg")
        );
        let foreign = [
            String::new(),
            "x.jpg".to_owned(),
            format!("{media_id}/x"),
            format!("received/{media_id}/t.jpg"),
            format!("{name}/x"),
            name.replace("00ff", ".."),
            name.replace("00ff", ""),
            name.replace(".jpg", ""),
        ];
        for name in foreign {
            assert_eq!(Place::of(&name), None, "{name}");
        }
    }
}
