//! What `videos` answers.

mod begin_short;
mod begin_video;
mod create_comment;
mod describe_video;
mod list_comments;
mod list_reactions;
mod react;
mod show_video;
mod stream_video;

use crate::state::Videos;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All of it.
pub(crate) fn all() -> OpenApiRouter<Videos> {
    OpenApiRouter::new()
        .routes(routes!(begin_video::begin_video))
        .routes(routes!(begin_short::begin_short))
        .routes(routes!(describe_video::describe_video))
        .routes(routes!(show_video::show_video))
        .routes(routes!(stream_video::stream_video))
        .routes(routes!(
            create_comment::create_comment,
            list_comments::list_comments
        ))
        .routes(routes!(
            react::react,
            react::unreact,
            list_reactions::list_reactions
        ))
}
