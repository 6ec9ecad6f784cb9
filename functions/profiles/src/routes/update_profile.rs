//! `PUT /api/profiles/{userId}`

use crate::model::{Edit, Images, Profile};
use crate::state::Profiles;
use crate::store::{self, PROFILES};
use axum::extract::State;
use cloud::Error;
use contracts::events::graph::{ProfileOpened, ProfileUpdated};
use contracts::{MediaId, Refusal, UserId, resources};
use runtime::{Body, Caller, IfMatch, Path, Result, Tagged, Viewer};

/// Write one's own profile.
///
/// The whole of it: what is left out is removed, but `isPrivate`, which stays. Pictures are one's own images that are ready. Somebody else's profile is
/// 403. The same again changes nothing. Whoever asked to follow an account that becomes public follows it. One read, and one for each new picture; two
/// writes when it changes anything.
#[utoipa::path(put, path = "/api/profiles/{userId}", tag = "profiles", request_body = Edit,
    responses((status = 200, body = resources::Profile), (status = 403), (status = 412), (status = 422)), security(("bearer" = [])))]
pub(crate) async fn update_profile(
    caller: Caller,
    Path(user_id): Path<UserId>,
    if_match: IfMatch,
    State(profiles): State<Profiles>,
    Body(edit): Body<Edit>,
) -> Result<Tagged<resources::Profile>> {
    if caller.user_id != user_id {
        return Err(Refusal::denied("not_yours", "only its owner may write a profile").into());
    }
    let profile = cloud::on_contention(|| write(&profiles, &caller, &if_match, &edit)).await?;
    profiles.access.forget_profile(user_id).await;
    Ok(profiles.view(profile, &Viewer(Some(caller))).await?)
}

async fn write(
    profiles: &Profiles,
    caller: &Caller,
    if_match: &IfMatch,
    edit: &Edit,
) -> cloud::Result<Profile> {
    let stored = store::profile(profiles.documents(), caller.user_id).await?;
    let current = stored
        .as_deref()
        .cloned()
        .unwrap_or_else(|| profiles.first(caller));
    if_match.allows(current.version)?;
    let (edit, images) = checked(profiles, &current, edit).await?;
    let written = current.clone().with_edit(edit, images);
    if written != current {
        let event = ProfileUpdated {
            user_id: caller.user_id,
            media_ids: [current.shows(), written.shows()].concat(),
        };
        let mut commit = profiles
            .cloud
            .commit()
            .save(PROFILES, stored.as_ref(), &written)
            .emit(&event);
        if current.is_private && !written.is_private {
            commit = commit.emit(&ProfileOpened {
                user_id: caller.user_id,
            });
        }
        if written.is_private && !current.is_private {
            commit = commit.conceal(caller.user_id);
        }
        commit.await?;
    }
    Ok(written)
}

/// Words and pictures by the rules; everything that breaks one at once.
async fn checked(profiles: &Profiles, current: &Profile, edit: &Edit) -> cloud::Result<(Edit, Images)> {
    let words = edit.checked();
    let pictures = pictures(profiles, current, edit).await;
    match (words, pictures) {
        (Ok(edit), Ok(images)) => Ok((edit, images)),
        (Err(Refusal::Invalid(words)), Err(Error::Refused(Refusal::Invalid(pictures)))) => {
            Err(Refusal::Invalid([words, pictures].concat()).into())
        }
        (Err(refusal), _) => Err(refusal.into()),
        (_, Err(error)) => Err(error),
    }
}

/// The pictures that the edit names. What is shown already stays as it is; of what is new, one read each.
async fn pictures(profiles: &Profiles, current: &Profile, edit: &Edit) -> cloud::Result<Images> {
    let shown = [&current.avatar, &current.banner];
    let wanted = [
        ("/avatarMediaId", edit.avatar_media_id),
        ("/bannerMediaId", edit.banner_media_id),
    ];
    let known = |id: MediaId| {
        let mut shown = shown.into_iter().flatten();
        shown.find(|image| image.media_id == id)
    };
    let new: Vec<(String, MediaId)> = wanted
        .iter()
        .filter_map(|(pointer, id)| Some(((*pointer).to_owned(), (*id)?)))
        .filter(|(_, id)| known(*id).is_none())
        .collect();
    let found = profiles.access.images(current.user_id, &new).await?;
    let image = |id: Option<MediaId>| {
        let id = id?;
        let new = found.iter().find(|image| image.media_id == id);
        known(id).or(new).cloned()
    };
    Ok(Images {
        avatar: image(edit.avatar_media_id),
        banner: image(edit.banner_media_id),
    })
}
