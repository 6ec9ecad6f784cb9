//! How often posts are shared. Shares are posts themselves: whoever writes those says when to count.

use crate::Engagement;
use cloud::Result;
use contracts::{PostId, Subject};

impl Engagement {
    /// Lets `change` happen, which makes the shares of `post` more or fewer by `by`: whoever makes it sees that at once. Redis commands as
    /// [`cloud::Tally::nudge`].
    ///
    /// # Errors
    /// As `change`.
    pub async fn while_shares_change<T>(
        &self,
        post: PostId,
        by: i64,
        change: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let id = Subject::Post(post).to_string();
        self.tally.nudge(&id, &[("shares".to_owned(), by)]).await;
        let outcome = change.await;
        if outcome.is_err() {
            self.tally.forget(&id).await;
        }
        outcome
    }
}
