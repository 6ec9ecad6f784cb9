//! The fields of the form.

use super::file::Which;
use crate::model::{Attached, MOST_MEDIA, NewPost, StoredMedia};
use crate::state::Posts;
use contracts::media::UPLOADS;
use contracts::resources::{ReplyPolicy, Visibility};
use contracts::{FieldError, MediaId, Refusal, UserId};
use futures::future::join_all;
use runtime::{Form, Result};
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WrongValue, StrDeserializer};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A post and its pictures.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "only described: the form is read part by part")]
pub(crate) struct PostForm {
    /// Up to 5,000 characters, and not empty unless there are pictures.
    #[schema(example = "first light over the bay with @bob #dawn")]
    text: Option<String>,
    /// Who may see it.
    visibility: Option<Visibility>,
    /// Who may comment on it.
    reply_policy: Option<ReplyPolicy>,
    /// People to tag: a part each, 20 at most.
    tagged_user_ids: Option<Vec<UserId>>,
    /// What is to be seen in the pictures: a part each, in their order.
    alt: Option<Vec<String>>,
    /// The pictures, JPEG, PNG, GIF or WebP: a part each, ten at most, 10 MiB each and 30 MiB in all.
    #[schema(value_type = Option<Vec<String>>, format = Binary)]
    media: Option<Vec<u8>>,
}

/// A post as a form brought it. Its pictures are in the bucket of uploads: `media` looks at them and says what they are.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) new: NewPost,
    pub(crate) media: Vec<StoredMedia>,
    /// What was asked for: the fields, and digests of the files.
    pub(crate) parts: Vec<Vec<u8>>,
    /// Where the pictures are, or may be.
    pub(crate) objects: Vec<String>,
    fields: BTreeSet<String>,
    alts: Vec<String>,
    files: Vec<MediaId>,
    bytes: u64,
}

impl From<NewPost> for Received {
    /// A post that came as JSON.
    fn from(new: NewPost) -> Self {
        Self {
            new,
            ..Self::default()
        }
    }
}

impl Posts {
    /// Reads a form and stores its files as they arrive, or only compares them when the form was answered before. One write of Cloud Storage a file that
    /// is stored.
    ///
    /// # Errors
    /// 400 for what is no such form, 413 for what is too large, 422 for files that are no pictures. Then nothing stays of it.
    pub(crate) async fn receive(&self, owner: UserId, form: Form, stores: bool) -> Result<Received> {
        let mut received = Received::default();
        match self.read(owner, form, stores, &mut received).await {
            Ok(()) => Ok(received),
            Err(refused) => {
                self.discard(&received.objects).await;
                Err(refused)
            }
        }
    }

    async fn read(&self, owner: UserId, mut form: Form, stores: bool, received: &mut Received) -> Result<()> {
        while let Some(part) = form.next().await? {
            let name = part.name().to_owned();
            if name != "media" {
                let text = part.text().await?;
                received.take_text(&name, text)?;
                continue;
            }
            let which = Which {
                owner,
                index: received.next_file()?,
                before: received.bytes,
                objects: stores.then_some(&mut received.objects),
            };
            let taken = self.take_file(which, part).await?;
            received.bytes += taken.bytes;
            received.parts.push(taken.digest.to_vec());
            received.files.push(taken.media_id);
        }
        Ok(received.complete()?)
    }

    /// Takes away what came with a form that nobody will see. What is left all the same goes with everything that nothing shows. Free.
    pub(crate) async fn discard(&self, objects: &[String]) {
        let bucket = self.cloud.bucket(UPLOADS);
        let storage = self.cloud.objects();
        let deletes = objects.iter().map(|object| storage.delete(&bucket, object, None));
        for outcome in join_all(deletes).await {
            if let Err(error) = outcome {
                tracing::warn!(%error, "a picture of a form is left for the sweep");
            }
        }
    }
}

impl Received {
    fn next_file(&self) -> Result<usize, Refusal> {
        if self.files.len() < MOST_MEDIA {
            Ok(self.files.len())
        } else {
            let message = format!("at most {MOST_MEDIA} pictures");
            Err(Refusal::Invalid(vec![FieldError::new(
                "/media", "too_many", message,
            )]))
        }
    }

    fn take_text(&mut self, name: &str, text: String) -> Result<(), Refusal> {
        self.parts.push([name.as_bytes(), b"=", text.as_bytes()].concat());
        let list = matches!(name, "taggedUserIds" | "alt");
        if !self.fields.insert(name.to_owned()) && !list {
            return Err(malformed(name, "repeated", "this field comes once"));
        }
        match name {
            "text" => self.new.text = text,
            "visibility" => self.new.visibility = word(name, &text)?,
            "replyPolicy" => self.new.reply_policy = word(name, &text)?,
            "taggedUserIds" => self.new.tagged_user_ids.push(word(name, &text)?),
            "alt" => self.alts.push(text),
            _ => return Err(malformed(name, "unknown_field", "there is no such field")),
        }
        Ok(())
    }

    /// All is there: each picture gets its description.
    fn complete(&mut self) -> Result<(), Refusal> {
        if self.alts.len() > self.files.len() {
            return Err(malformed("alt", "too_many", "there are not so many pictures"));
        }
        let mut alts = std::mem::take(&mut self.alts).into_iter();
        for media_id in &self.files {
            self.new.media.push(Attached {
                media_id: *media_id,
                alt: alts.next(),
            });
            self.media.push(StoredMedia::waiting(*media_id));
        }
        Ok(())
    }
}

fn word<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, Refusal> {
    T::deserialize(StrDeserializer::<WrongValue>::new(text))
        .map_err(|error| malformed(name, "wrong_type", &error.to_string()))
}

fn malformed(name: &str, code: &'static str, message: &str) -> Refusal {
    Refusal::Malformed {
        code: "malformed_body",
        detail: format!("the form is not as asked for: {message}"),
        errors: vec![FieldError::new(format!("/{name}"), code, message.to_owned())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&str, &str)]) -> Result<Received, Refusal> {
        let mut received = Received::default();
        for (name, text) in fields {
            received.take_text(name, (*text).to_owned())?;
        }
        received.complete()?;
        Ok(received)
    }

    #[test]
    fn fields_are_those_of_the_json() {
        let bob = UserId::random();
        let id = bob.to_string();
        let fields = [
            ("text", "hi"),
            ("visibility", "followers"),
            ("replyPolicy", "mentioned"),
            ("taggedUserIds", id.as_str()),
        ];
        let expected = NewPost {
            text: "hi".to_owned(),
            visibility: Visibility::Followers,
            reply_policy: ReplyPolicy::Mentioned,
            tagged_user_ids: vec![bob],
            ..NewPost::default()
        };
        assert_eq!(read(&fields).unwrap().new, expected);
    }

    #[test]
    fn what_is_unknown_repeated_or_of_no_picture_is_refused() {
        for (fields, pointer) in [
            (&[("name", "x")][..], "/name"),
            (&[("text", "x"), ("text", "y")], "/text"),
            (&[("visibility", "all")], "/visibility"),
            (&[("taggedUserIds", "bob")], "/taggedUserIds"),
            (&[("alt", "a dog")], "/alt"),
        ] {
            let Err(Refusal::Malformed { errors, .. }) = read(fields) else {
                panic!("{fields:?} is taken");
            };
            assert_eq!(errors[0].pointer, pointer);
        }
    }

    #[test]
    fn descriptions_belong_to_pictures_in_their_order() {
        let mut received = Received {
            files: vec![MediaId::random(), MediaId::random()],
            ..Received::default()
        };
        received.take_text("alt", "first".to_owned()).unwrap();
        received.complete().unwrap();
        let alts: Vec<Option<&str>> = received
            .new
            .media
            .iter()
            .map(|media| media.alt.as_deref())
            .collect();
        assert_eq!(alts, [Some("first"), None]);
        assert_eq!(received.media.len(), 2);
    }
}
