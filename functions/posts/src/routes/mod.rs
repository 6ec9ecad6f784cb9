//! What `posts` answers.

mod bookmark_post;
mod create_comment;
mod create_post;
mod create_report;
mod delete_comment;
mod delete_post;
mod list_bookmarks;
mod list_comments;
mod list_feed;
mod list_reactions;
mod list_replies;
mod list_reports;
mod list_revisions;
mod list_tag_posts;
mod list_trending_tags;
mod list_user_posts;
mod pin_post;
mod react;
mod resolve_report;
mod share_post;
mod show_comment;
mod show_post;
mod unbookmark_post;
mod unpin_post;
mod unreact;
mod update_comment;
mod update_post;

pub(crate) use delete_post::remove_post;

use crate::state::Posts;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All of it.
pub(crate) fn all() -> OpenApiRouter<Posts> {
    OpenApiRouter::new()
        .routes(routes!(create_post::create_post))
        .routes(routes!(
            show_post::show_post,
            update_post::update_post,
            delete_post::delete_post
        ))
        .routes(routes!(list_revisions::list_revisions))
        .routes(routes!(share_post::share_post))
        .routes(routes!(
            bookmark_post::bookmark_post,
            unbookmark_post::unbookmark_post
        ))
        .routes(routes!(list_bookmarks::list_bookmarks))
        .routes(routes!(pin_post::pin_post, unpin_post::unpin_post))
        .routes(routes!(list_tag_posts::list_tag_posts))
        .routes(routes!(list_trending_tags::list_trending_tags))
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
