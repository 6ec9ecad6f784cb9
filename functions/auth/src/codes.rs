//! One-time codes as requests use them.

use crate::letters::post;
use crate::model::{Code, Letter, Purpose, Try};
use crate::state::Auth;
use crate::store::{self, CODES};
use cloud::{Commit, Result, Stored};
use contracts::{Refusal, UserId};

/// A code that somebody asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) purpose: Purpose,
    /// See [`Purpose`].
    pub(crate) subject: &'a str,
    /// Whose, where that is known.
    pub(crate) user_id: Option<UserId>,
    /// Where it is mailed to.
    pub(crate) to: &'a str,
    /// See [`Code::about`].
    pub(crate) about: Option<&'a str>,
}

impl Auth {
    /// `commit` with a new code and the letter that brings it, in the place of `previous` (as [`store::code`] read it). Two writes, one
    /// message. A lost race is contention.
    ///
    /// # Errors
    /// 429 while the previous one is younger than a minute.
    pub(crate) fn with_code(
        &self,
        commit: Commit,
        previous: Option<&Stored<Code>>,
        wanted: Wanted<'_>,
    ) -> Result<Commit, Refusal> {
        let now = self.now();
        self.code_rules.may_issue(previous.map(|code| &**code), now)?;
        let code = Code {
            user_id: wanted.user_id,
            about: wanted.about.map(str::to_owned),
            ..Code::new(wanted.purpose, wanted.subject, now, &self.code_rules)
        };
        let letter = Letter::with_code(&code, wanted.to, self.letter_due);
        Ok(post(commit.save(CODES, previous, &code), &letter))
    }

    /// The code's record when `given` is the code; whoever uses it deletes the record in the commit that it allows. A wrong try is counted before
    /// it is answered, so that however many come at once, no more than five are. One read; a wrong try costs a write.
    ///
    /// # Errors
    /// 422 `invalid_code`, the same whether it is wrong, over, or never was.
    pub(crate) async fn proven_code(
        &self,
        purpose: Purpose,
        subject: &str,
        given: &str,
    ) -> Result<Stored<Code>> {
        let id = Code::id_of(purpose, subject);
        let code = store::code(self.cloud.documents(), &id)
            .await?
            .ok_or_else(invalid_code)?;
        match code.judge(given.trim(), &self.code_key, self.now(), &self.code_rules) {
            Try::Right => Ok(code),
            Try::Wrong(counted) => {
                self.commit().update(&code, &counted).await?;
                Err(invalid_code().into())
            }
            Try::Over => Err(invalid_code().into()),
        }
    }
}

/// One answer for a code that is wrong, used, too old, or never was.
pub(crate) fn invalid_code() -> Refusal {
    Refusal::unprocessable(
        "invalid_code",
        "the code is wrong, was used, or is too old; ask for a new one",
    )
}
