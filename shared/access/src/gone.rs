//! People whose account was deleted.

use crate::Access;
use cloud::Result;
use contracts::UserId;

impl Access {
    /// Whether one of `people` is erased: to be asked before something of theirs is made of an event, which may come after all is erased. No read for people
    /// whose profile is in Redis, else one each, and one more for each who has none.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn any_erased(&self, people: &[UserId]) -> Result<bool> {
        let known = self.people(people).await?;
        for (user, person) in people.iter().zip(known) {
            if person.is_none() && self.cloud.is_erased(*user).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
