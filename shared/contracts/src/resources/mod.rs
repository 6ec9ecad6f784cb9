//! Resources as clients see them.

mod account;
mod comment;
mod erasure;
mod export;
mod media;
mod notification;
mod page;
mod post;
mod post_media;
mod post_parts;
mod profile;
mod reaction;
mod report;
mod video;

pub use account::{Account, Role, Session, Tokens};
pub use comment::{Comment, CommentCounters, CommentViewer};
pub use erasure::{ErasedPart, ErasureReport, ErasureState, Remaining};
pub use export::{Export, ExportState};
pub use media::{Media, MediaFailure, MediaKind, MediaStatus, MediaUpload, MediaVariant, MediaView};
pub use notification::{Notification, NotificationKind, UnreadCount};
pub use page::Page;
pub use post::{Post, PostCounters, PostViewer, ReplyPolicy, Visibility};
pub use post_media::PostMedia;
pub use post_parts::{Mention, PostRevision, SharedPost, SharedPostStatus, TrendingTag};
pub use profile::{Bell, Profile, ProfileCounts, ProfileSummary, ProfileViewer};
pub use reaction::{Reaction, ReactionCounts, ReactionType};
pub use report::{Report, ReportAction, ReportReceipt, ReportSnapshot, ReportStatus, Resolution};
pub use video::{
    UploadStatus, Video, VideoFailure, VideoQuality, VideoRendition, VideoStream, VideoType, VideoUpload,
    VideoVisibility,
};
