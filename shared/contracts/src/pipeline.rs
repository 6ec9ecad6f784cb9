//! What the function `videos` and the job `transcode` agree on: buckets, names, the variables of a run, and the progress in Redis.

use crate::VideoId;
use crate::resources::VideoType;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The job.
pub const JOB: &str = "transcode";
/// The bucket of what people upload: private, an object per video under the video's id.
pub const UPLOADS: &str = "raw-videos";
/// The bucket of what players read: public.
pub const RENDITIONS: &str = "videos";

/// The name of a file that was made of one generation of a video's bytes. Names never come to mean other bytes, so they may be cached for ever.
pub fn rendition_name(video_id: VideoId, generation: i64, file: &str) -> String {
    format!("{}{generation}/{file}", folder(video_id))
}

/// What the names of all files that are made of a video begin with.
pub fn folder(video_id: VideoId) -> String {
    format!("{video_id}/")
}

/// The key in Redis that holds a [`Progress`] as JSON while a job works.
pub fn progress_key(video_id: VideoId) -> String {
    format!("video_processing:{video_id}")
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The generation of the bytes it works on.
    pub generation: i64,
    /// 0 to 100.
    pub progress: u8,
}

/// What a run of the job is to do. It does not say whose video it is: Cloud Run keeps the variables of runs for long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The video.
    pub video_id: VideoId,
    /// The object in [`UPLOADS`].
    pub object: String,
    /// Its generation.
    pub generation: i64,
    /// What the uploader said it is.
    pub kind: VideoType,
}

/// A variable of a run is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseOrderError(&'static str);

impl fmt::Display for ParseOrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is missing or wrong", self.0)
    }
}

impl std::error::Error for ParseOrderError {}

impl Order {
    /// As variables of a run.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let kind = match self.kind {
            VideoType::LongForm => "long-form",
            VideoType::Short => "short",
        };
        let variables = [
            ("VIDEO_ID", self.video_id.to_string()),
            ("OBJECT", self.object.clone()),
            ("GENERATION", self.generation.to_string()),
            ("KIND", kind.to_owned()),
        ];
        variables.map(|(name, value)| (name.to_owned(), value)).into()
    }

    /// From the variables of a run.
    ///
    /// # Errors
    /// The first variable that is missing or wrong.
    pub fn read<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Result<Self, ParseOrderError> {
        fn parse<T: std::str::FromStr>(text: Option<&str>, name: &'static str) -> Result<T, ParseOrderError> {
            text.and_then(|text| text.parse().ok())
                .ok_or(ParseOrderError(name))
        }
        Ok(Self {
            video_id: parse(variable("VIDEO_ID"), "VIDEO_ID")?,
            object: parse(variable("OBJECT"), "OBJECT")?,
            generation: parse(variable("GENERATION"), "GENERATION")?,
            kind: match variable("KIND") {
                Some("long-form") => VideoType::LongForm,
                Some("short") => VideoType::Short,
                _ => return Err(ParseOrderError("KIND")),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_order_survives_the_environment(video: [u8; 16], object in "\\PC{1,40}", generation: i64, short: bool) {
            let order = Order {
                video_id: VideoId::from_bytes(video),
                object,
                generation,
                kind: if short { VideoType::Short } else { VideoType::LongForm },
            };
            let variables = order.variables();
            prop_assert_eq!(Order::read(|name| variables.get(name).map(String::as_str)), Ok(order.clone()));
            for name in variables.keys() {
                let without = Order::read(|other| variables.get(other).filter(|_| other != name).map(String::as_str));
                prop_assert_eq!(without.unwrap_err().to_string(), format!("{name} is missing or wrong"));
            }
        }
    }
}
