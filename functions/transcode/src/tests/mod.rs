//! The whole pipeline on real files, made here with FFmpeg and read back with FFprobe.

mod clips;
mod damaged;
mod pictures;
mod refused;
mod remote;
mod sound;
mod timing;
