//! What only this function is told.

use runtime::{Environment, SetupError};
use std::time::Duration;

/// What only this function is told.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// `FAN_OUT_FOLLOWERS`, default 5000, the same in `realtime`: posts of authors with more followers are put into nobody's timeline, but merged when
    /// it is read, and told of through one channel.
    pub(crate) fan_out_followers: u64,
    /// `FAN_OUT_PAGE`, default 500: how many followers one message tells.
    pub(crate) fan_out_page: usize,
    /// `FEED_ACTIVE_SECONDS`, default 604800 (a week), the same in `realtime`: how long after reading a feed somebody is told of new posts.
    pub(crate) feed_active: Duration,
    /// `TIMELINE_SECONDS`, default 21600 (six hours): how long a timeline is kept before it is built anew. Should Redis lose what it was told of a post,
    /// the post is missing for no longer.
    pub(crate) timeline_kept: Duration,
}

impl Settings {
    /// Reads them all.
    ///
    /// # Errors
    /// Every variable that is wrong.
    pub(crate) fn read(environment: &Environment) -> Result<Self, SetupError> {
        let mut reader = environment.reader();
        let fan_out_page = reader.or("FAN_OUT_PAGE", 500);
        if fan_out_page == 0 {
            reader.refuse("FAN_OUT_PAGE", "at least 1");
        }
        let settings = Self {
            fan_out_followers: reader.or("FAN_OUT_FOLLOWERS", 5000),
            fan_out_page,
            feed_active: Duration::from_secs(reader.or("FEED_ACTIVE_SECONDS", 604_800)),
            timeline_kept: Duration::from_secs(reader.or("TIMELINE_SECONDS", 21_600)),
        };
        reader.done()?;
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_somebody() {
        let read = |page: &str| Settings::read(&Environment::default().with("FAN_OUT_PAGE", page));
        assert_eq!(read("7").unwrap().fan_out_page, 7);
        let message = read("0").unwrap_err().to_string();
        assert!(message.contains("FAN_OUT_PAGE is wrong"), "{message}");
    }
}
