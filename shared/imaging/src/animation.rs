//! GIFs made anew, frame by frame, with their palettes and times: comments, applications' data and what stands behind the end are left out
//! (<https://www.w3.org/Graphics/GIF/spec-gif89a.txt>).

use crate::{Flaw, Limits};
use gif::{ColorOutput, DecodeOptions, Encoder, MemoryLimit};
use std::num::NonZeroU64;

/// The same frames in a new file.
pub(crate) fn rewrite(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Flaw> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.check_frame_consistency(true);
    if let Some(memory) = NonZeroU64::new(limits.memory) {
        options.set_memory_limit(MemoryLimit::Bytes(memory));
    }
    let mut from = options.read_info(bytes).map_err(|_| Flaw::Corrupt)?;
    let palette = from.global_palette().unwrap_or_default().to_vec();
    let mut to =
        Encoder::new(Vec::new(), from.width(), from.height(), &palette).map_err(|_| Flaw::Corrupt)?;
    to.set_repeat(from.repeat()).map_err(|_| Flaw::Corrupt)?;
    let (mut frames, mut pixels) = (0_u64, 0_u64);
    while let Some(frame) = from.next_frame_info().map_err(|_| Flaw::Corrupt)? {
        frames += 1;
        pixels += u64::from(frame.width) * u64::from(frame.height);
        if pixels > limits.animation {
            return Err(Flaw::TooLong);
        }
        let mut frame = frame.clone();
        let mut indices = vec![0; from.buffer_size()];
        from.read_into_buffer(&mut indices).map_err(|_| Flaw::Corrupt)?;
        frame.buffer = indices.into();
        // the decoder has put the lines in order
        frame.interlaced = false;
        to.write_frame(&frame).map_err(|_| Flaw::Corrupt)?;
    }
    if frames == 0 {
        return Err(Flaw::Corrupt);
    }
    to.into_inner().map_err(|_| Flaw::Corrupt)
}
