//! People whose account is deactivated are hidden, until it is restored.

use crate::state::Profiles;
use crate::store::{self, PROFILES};
use cloud::Result;
use contracts::{Timestamp, UserId};

impl Profiles {
    /// Hides or shows somebody as it was said `at`: whatever order the two come in, the later word counts. One read, and one write when it is news.
    pub(crate) async fn hide(&self, user: UserId, hidden: bool, at: Timestamp) -> Result<()> {
        cloud::on_contention(|| async {
            // who has no profile shows nothing
            let Some(stored) = store::profile(self.documents(), user).await? else {
                return Ok(());
            };
            let next = stored.clone().into_inner().with_hidden(hidden, at);
            if next != *stored {
                self.cloud.commit().save(PROFILES, Some(&stored), &next).await?;
            }
            Ok(())
        })
        .await?;
        self.access.forget_profile(user).await;
        Ok(())
    }
}
