//! What `profiles` answers.

mod accept_request;
mod block;
mod follow;
mod list_blocks;
mod list_follow_requests;
mod list_followers;
mod list_following;
mod list_mutes;
mod list_profiles;
mod list_suggestions;
mod mute;
mod reject_request;
mod remove_follower;
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
        .routes(routes!(remove_follower::remove_follower))
        .routes(routes!(block::block, block::unblock))
        .routes(routes!(mute::mute, mute::unmute))
        .routes(routes!(list_blocks::list_blocks))
        .routes(routes!(list_mutes::list_mutes))
        .routes(routes!(list_follow_requests::list_follow_requests))
        .routes(routes!(accept_request::accept_request))
        .routes(routes!(reject_request::reject_request))
        .routes(routes!(list_suggestions::list_suggestions))
        .routes(routes!(list_profiles::list_profiles))
}
