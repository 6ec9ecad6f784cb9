//! What `profiles` answers.

mod follow;
mod list_followers;
mod list_following;
mod show_own_profile;
mod show_profile;
mod show_profile_by_username;
mod update_profile;

use crate::state::Profiles;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All of it.
pub(crate) fn all() -> OpenApiRouter<Profiles> {
    OpenApiRouter::new()
        .routes(routes!(show_own_profile::show_own_profile))
        .routes(routes!(show_profile_by_username::show_profile_by_username))
        .routes(routes!(
            show_profile::show_profile,
            update_profile::update_profile
        ))
        .routes(routes!(follow::follow, follow::unfollow))
        .routes(routes!(list_followers::list_followers))
        .routes(routes!(list_following::list_following))
}
