//! How long and how large a video may be.

/// What the uploader said the video is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A video of any shape, up to hours long.
    LongForm,
    /// A vertical video of at most a minute.
    Short,
}

/// The limits of the product; configuration, with the contract's values as defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Longest long video, in seconds.
    pub long_seconds: f64,
    /// Longest short, in seconds.
    pub short_seconds: f64,
    /// What a file may run over before it counts as too long, in seconds: sound and picture rarely end on the
    /// same tick, so a clip cut at exactly one minute measures a little more.
    pub grace_seconds: f64,
    /// Largest long side of the picture, in pixels.
    pub long_side: u32,
    /// Smallest short side of the picture, in pixels. Decoders in browsers refuse less.
    pub short_side: u32,
    /// How far the shape of a short may be from 9:16, as a fraction of it.
    pub short_shape_tolerance: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            long_seconds: 4.0 * 3600.0,
            short_seconds: 60.0,
            grace_seconds: 0.5,
            long_side: 4096,
            short_side: 16,
            short_shape_tolerance: 0.05,
        }
    }
}
