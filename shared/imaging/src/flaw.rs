//! What is wrong with an image.

use thiserror::Error;

/// Why an image is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Flaw {
    /// It cannot be read to its end: damaged, cut off, or no such image at all.
    #[error("the image is damaged or incomplete")]
    Corrupt,
    /// It has more pixels than [`crate::Limits`] allow.
    #[error("the image has too many pixels")]
    TooLarge,
    /// Its frames together have more pixels than [`crate::Limits`] allow.
    #[error("the animation is too long")]
    TooLong,
}

impl Flaw {
    /// Stable, in snake case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Corrupt => "corrupt",
            Self::TooLarge => "too_many_pixels",
            Self::TooLong => "too_many_frames",
        }
    }
}

impl From<image::ImageError> for Flaw {
    fn from(error: image::ImageError) -> Self {
        match error {
            image::ImageError::Limits(_) => Self::TooLarge,
            _ => Self::Corrupt,
        }
    }
}
