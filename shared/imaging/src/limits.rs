//! How large an image may be, whatever its bytes claim.

/// How large an image may be. A few kilobytes can claim gigabytes of pixels, so all of this is checked before anything is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Width times height.
    pub pixels: u64,
    /// Width and height each.
    pub side: u32,
    /// Bytes of the decoded pixels, as deep as the image has them.
    pub memory: u64,
    /// Pixels of all frames of an animation together: what is decoded and encoded again.
    pub animation: u64,
}

impl Default for Limits {
    /// 50 megapixels (a phone's largest photographs), 256 MiB, 300 megapixels of animation.
    fn default() -> Self {
        Self {
            pixels: 50_000_000,
            side: 20_000,
            memory: 256 << 20,
            animation: 300_000_000,
        }
    }
}

impl Limits {
    /// Whether an image of this size may be decoded.
    pub(crate) fn allow(&self, width: u32, height: u32, bytes: u64) -> bool {
        let pixels = u64::from(width) * u64::from(height);
        pixels <= self.pixels && width.max(height) <= self.side && bytes <= self.memory
    }
}
