//! What `posts` answers.

mod create_comment;
mod create_post;
mod create_report;
mod delete_comment;
mod delete_post;
mod list_comments;
mod list_feed;
mod list_reactions;
mod list_replies;
mod list_reports;
mod list_user_posts;
mod react;
mod resolve_report;
mod show_comment;
mod show_post;
mod unreact;
mod update_comment;

pub(crate) use delete_post::remove_post;

use crate::state::Posts;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All of it.
pub(crate) fn all() -> OpenApiRouter<Posts> {
    OpenApiRouter::new()
        .routes(routes!(create_post::create_post))
        .routes(routes!(show_post::show_post, delete_post::delete_post))
        .routes(routes!(list_feed::list_feed))
        .routes(routes!(list_user_posts::list_user_posts))
        .routes(routes!(
            create_comment::create_comment,
            list_comments::list_comments
        ))
        .routes(routes!(
            show_comment::show_comment,
            update_comment::update_comment,
            delete_comment::delete_comment
        ))
        .routes(routes!(list_replies::list_replies))
        .routes(routes!(
            react::react_to_post,
            unreact::unreact_to_post,
            list_reactions::list_post_reactions
        ))
        .routes(routes!(
            react::react_to_comment,
            unreact::unreact_to_comment,
            list_reactions::list_comment_reactions
        ))
        .routes(routes!(create_report::create_report))
        .routes(routes!(list_reports::list_reports))
        .routes(routes!(resolve_report::resolve_report))
}
