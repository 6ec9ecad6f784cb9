//! Between whom a block stands: for what is told to many at once.

use crate::Access;
use crate::lenses::EDGES;
use cloud::Result;
use contracts::UserId;

/// The most who are left out of what somebody's doings are told to: it bounds what one costs whom thousands block.
const MOST: usize = 500;

impl Access {
    /// At most 500 of those who block `person` or are blocked by them. One Redis command and no read when it is kept, else one for each; indexes: the fields'
    /// own.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn barred(&self, person: UserId) -> Result<Vec<UserId>> {
        let read = || async {
            let edges = EDGES.query().eq("followerId", person).eq("barred", true);
            let edges = self.cloud.documents().query(edges.limit(MOST)).await?;
            let people: Vec<UserId> = edges.iter().map(|edge| edge.followee_id).collect();
            Ok(Some(people))
        };
        Ok(self.barred.get(person, read).await?.unwrap_or_default())
    }

    /// To be called after one of the two blocked the other, or ceased to.
    pub async fn forget_barred(&self, one: UserId, other: UserId) {
        self.barred.forget(one).await;
        self.barred.forget(other).await;
    }
}
