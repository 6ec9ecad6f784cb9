//! The number of shares, while it changes.

use crate::state::Posts;
use cloud::Result;
use contracts::PostId;

impl Posts {
    /// Lets `change` happen, which makes the shares of `shared` more or fewer.
    pub(crate) async fn share_counted<T>(
        &self,
        shared: Option<PostId>,
        by: i64,
        change: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        // boxed: every handler's future would hold it
        let change = Box::pin(change);
        match shared {
            Some(post) => self.engagement.while_shares_change(post, by, change).await,
            None => change.await,
        }
    }
}
