//! What the handlers share.

use crate::model::{Policy, Rule, Times};
use access::Access;
use cloud::Cloud;
use contracts::Timestamp;
use contracts::media::{PUBLIC, UPLOADS};
use imaging::Limits;
use runtime::{Context, Reader, SetupError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// What the handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Library {
    pub(crate) cloud: Cloud,
    pub(crate) access: Access,
    pub(crate) policy: Policy,
    pub(crate) times: Times,
    pub(crate) limits: Limits,
    /// How long an address to upload to is good.
    pub(crate) good_for: Duration,
    /// Above how many bytes an upload is a resumable session.
    pub(crate) resumable_above: u64,
    /// How many images are examined at a time: each may take hundreds of megabytes.
    pub(crate) turns: Arc<Semaphore>,
    /// How long one examination may take.
    pub(crate) patience: Duration,
}

/// Image types by default: all that can be examined.
const IMAGE_TYPES: &str = "image/jpeg,image/png,image/webp,image/gif";
/// File types by default: documents and archives; nothing that a browser or a computer would run.
const FILE_TYPES: &str = "application/pdf,text/plain,text/csv,text/markdown,application/json,application/zip,application/gzip,\
    application/x-7z-compressed,application/epub+zip,\
    application/vnd.openxmlformats-officedocument.wordprocessingml.document,\
    application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,\
    application/vnd.openxmlformats-officedocument.presentationml.presentation,\
    application/vnd.oasis.opendocument.text,application/vnd.oasis.opendocument.spreadsheet,application/vnd.oasis.opendocument.presentation";

impl Library {
    /// `MEDIA_IMAGE_TYPES`, `MEDIA_FILE_TYPES` (comma-separated media types, of those that can be told by their bytes), `MEDIA_IMAGE_LARGEST_BYTES`
    /// (10 MiB), `MEDIA_FILE_LARGEST_BYTES` (100 MiB); `UPLOAD_URL_SECONDS` (900), `MEDIA_RESUMABLE_ABOVE_BYTES` (8 MiB);
    /// `IMAGE_MOST_PIXELS` (50,000,000), `IMAGE_EXAMINATIONS` (2: how many at a time; each needs up to 700 MB, most a tenth of that),
    /// `IMAGE_EXAMINATION_SECONDS` (20: below the time limit of a request);
    /// `MEDIA_OVERDUE_SECONDS` (3,600: when the sweep first looks for an upload that was not heard of, later than addresses are good),
    /// `MEDIA_UNATTACHED_SECONDS` (86,400: how long something is kept that nothing shows), `MEDIA_ATTACHABLE_SECONDS` (43,200: how long it may be
    /// attached; as much shorter as events may be late).
    pub(crate) fn new(context: &Context) -> Result<Self, SetupError> {
        let mut reader = context.environment().reader();
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
            overdue: seconds("MEDIA_OVERDUE_SECONDS", 3600),
            kept: seconds("MEDIA_UNATTACHED_SECONDS", 24 * 3600),
            attachable: seconds("MEDIA_ATTACHABLE_SECONDS", 12 * 3600),
        };
        let good_for = seconds("UPLOAD_URL_SECONDS", 900);
        let patience = seconds("IMAGE_EXAMINATION_SECONDS", 20);
        let limits = Limits {
            pixels: reader.or("IMAGE_MOST_PIXELS", Limits::default().pixels),
            ..Limits::default()
        };
        let turns = reader.or("IMAGE_EXAMINATIONS", 2_u8);
        let resumable_above = reader.or("MEDIA_RESUMABLE_ABOVE_BYTES", 8 << 20);
        reader.done()?;
        let cloud = context.cloud().clone();
        Ok(Self {
            access: Access::new(cloud.clone()),
            cloud,
            policy,
            times,
            limits,
            good_for,
            resumable_above,
            turns: Arc::new(Semaphore::new(usize::from(turns.max(1)))),
            patience,
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.cloud.clock().now()
    }

    /// The bucket that bytes arrive in.
    pub(crate) fn uploads(&self) -> String {
        self.cloud.bucket(UPLOADS)
    }

    /// The bucket that is served.
    pub(crate) fn public(&self) -> String {
        self.cloud.bucket(PUBLIC)
    }
}

fn rule(reader: &mut Reader<'_>, kind: &str, types: &str, largest: u64) -> Rule {
    let types = reader.or(&format!("MEDIA_{kind}_TYPES"), types.to_owned());
    Rule {
        types: types.split(',').map(|text| text.trim().to_owned()).collect(),
        largest: reader.or(&format!("MEDIA_{kind}_LARGEST_BYTES"), largest),
    }
}
