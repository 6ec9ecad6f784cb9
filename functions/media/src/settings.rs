//! What only this function is told.

use crate::model::{Policy, Rule, Times};
use imaging::Limits;
use runtime::{Environment, Reader, SetupError};
use std::time::Duration;

/// Image types by default: all that can be examined.
const IMAGE_TYPES: &str = "image/jpeg,image/png,image/webp,image/gif";
/// File types by default: documents and archives; nothing that a browser or a computer would run.
const FILE_TYPES: &str = "application/pdf,text/plain,text/csv,text/markdown,application/json,application/zip,application/gzip,\
    application/x-7z-compressed,application/epub+zip,\
    application/vnd.openxmlformats-officedocument.wordprocessingml.document,\
    application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,\
    application/vnd.openxmlformats-officedocument.presentationml.presentation,\
    application/vnd.oasis.opendocument.text,application/vnd.oasis.opendocument.spreadsheet,application/vnd.oasis.opendocument.presentation";

/// What only this function is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// `MEDIA_IMAGE_TYPES`, `MEDIA_FILE_TYPES`: comma-separated media types, of those that can be told by their bytes;
    /// `MEDIA_IMAGE_LARGEST_BYTES`, default 10 MiB, `MEDIA_FILE_LARGEST_BYTES`, default 100 MiB.
    pub(crate) policy: Policy,
    /// `MEDIA_OVERDUE_SECONDS`, default 3,600: when the sweep first looks for an upload that was not heard of, later than addresses are good.
    /// `MEDIA_UNATTACHED_SECONDS`, default 86,400: how long something is kept that nothing shows. `MEDIA_ATTACHABLE_SECONDS`, default 43,200: how long it
    /// may be attached; as much shorter as events may be late.
    pub(crate) times: Times,
    /// `IMAGE_MOST_PIXELS`, default 50,000,000; what else images may be is [`Limits`]' own.
    pub(crate) limits: Limits,
    /// `UPLOAD_URL_SECONDS`, default 900: how long an address to upload to is good.
    pub(crate) good_for: Duration,
    /// `MEDIA_RESUMABLE_ABOVE_BYTES`, default 8 MiB: above how many bytes an upload is a resumable session.
    pub(crate) resumable_above: u64,
    /// `IMAGE_EXAMINATIONS`, default 2: how many images are examined at a time; each needs up to 700 MB, most a tenth of that.
    pub(crate) examinations: u8,
    /// `IMAGE_EXAMINATION_SECONDS`, default 20, below the time limit of a request: how long one examination may take.
    pub(crate) patience: Duration,
}

impl Settings {
    /// Reads them all.
    ///
    /// # Errors
    /// Every variable that is wrong.
    pub(crate) fn read(environment: &Environment) -> Result<Self, SetupError> {
        let mut reader = environment.reader();
        let policy = Policy {
            images: rule(&mut reader, "IMAGE", IMAGE_TYPES, 10 << 20),
            files: rule(&mut reader, "FILE", FILE_TYPES, 100 << 20),
        };
        if let Some(unknown) = policy.unknown() {
            reader.refuse(
                "MEDIA_IMAGE_TYPES or MEDIA_FILE_TYPES",
                format!("{unknown} cannot be told by its bytes"),
            );
        }
        let mut seconds = |name: &str, default| Duration::from_secs(reader.or(name, default));
        let times = Times {
            overdue: seconds("MEDIA_OVERDUE_SECONDS", 3_600),
            kept: seconds("MEDIA_UNATTACHED_SECONDS", 86_400),
            attachable: seconds("MEDIA_ATTACHABLE_SECONDS", 43_200),
        };
        let (good_for, patience) = (
            seconds("UPLOAD_URL_SECONDS", 900),
            seconds("IMAGE_EXAMINATION_SECONDS", 20),
        );
        let limits = Limits {
            pixels: reader.or("IMAGE_MOST_PIXELS", Limits::default().pixels),
            ..Limits::default()
        };
        let settings = Self {
            policy,
            times,
            limits,
            good_for,
            resumable_above: reader.or("MEDIA_RESUMABLE_ABOVE_BYTES", 8 << 20),
            examinations: reader.or("IMAGE_EXAMINATIONS", 2),
            patience,
        };
        reader.done()?;
        Ok(settings)
    }
}

fn rule(reader: &mut Reader<'_>, kind: &str, types: &str, largest: u64) -> Rule {
    let types = reader.or(&format!("MEDIA_{kind}_TYPES"), types.to_owned());
    Rule {
        types: types.split(',').map(|text| text.trim().to_owned()).collect(),
        largest: reader.or(&format!("MEDIA_{kind}_LARGEST_BYTES"), largest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn what_nobody_says_is_as_the_contract_has_it() {
        let told = Settings::read(&Environment::default()).unwrap();
        assert_eq!(told.good_for, Duration::from_mins(15), "an address");
        assert_eq!(told.resumable_above, 8 * MIB);
        assert_eq!(told.times.kept, Duration::from_hours(24), "what nothing shows");
        let largest = (told.policy.images.largest, told.policy.files.largest);
        assert_eq!(largest, (10 * MIB, 100 * MIB));
        let images = ["image/jpeg", "image/png", "image/webp", "image/gif"];
        assert_eq!(told.policy.images.types, images);
        // what is attached at the last moment has an event that may be late
        assert!(told.times.attachable < told.times.kept);
        assert!(
            told.times.overdue > told.good_for,
            "an upload is late when its address is over"
        );
    }

    #[test]
    fn an_examination_is_bounded_in_pixels_memory_time_and_number() {
        let told = Settings::read(&Environment::default()).unwrap();
        let Limits {
            pixels,
            side,
            memory,
            animation,
        } = told.limits;
        assert_eq!((pixels, side), (50_000_000, 20_000));
        assert_eq!((memory, animation), (256 * MIB, 300_000_000));
        assert_eq!((told.examinations, told.patience), (2, Duration::from_secs(20)));
        let other = Environment::default()
            .with("IMAGE_MOST_PIXELS", "7")
            .with("IMAGE_EXAMINATIONS", "3")
            .with("IMAGE_EXAMINATION_SECONDS", "5");
        let told = Settings::read(&other).unwrap();
        assert_eq!((told.limits.pixels, told.examinations), (7, 3));
        assert_eq!(told.patience, Duration::from_secs(5));
    }

    #[test]
    fn types_that_nobody_can_tell_are_refused() {
        let wrong = Environment::default()
            .with("MEDIA_FILE_TYPES", "text/html")
            .with("UPLOAD_URL_SECONDS", "soon");
        let message = Settings::read(&wrong).unwrap_err().to_string();
        for name in ["MEDIA_FILE_TYPES", "text/html", "UPLOAD_URL_SECONDS"] {
            assert!(message.contains(name), "{message}");
        }
    }
}
