//! A ZIP archive, written front to back (APPNOTE.TXT 6.3, sections 4.3 and 4.4), each entry deflated. What is in memory is one entry and the
//! directory, 46 bytes and a name for each entry.

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

/// Version 2.0: deflate.
const NEEDED: u16 = 20;
/// Bit 11: names are UTF-8.
const FLAGS: u16 = 1 << 11;
const DEFLATED: u16 = 8;
/// 1980-01-01 00:00, the first moment that the format knows: an archive of the same things is the same bytes.
const DATE: u16 = 0x21;

/// An archive that is being written.
#[derive(Debug, Default)]
pub(crate) struct Zip {
    directory: Vec<u8>,
    entries: u16,
    length: u32,
}

/// A file as it stands in an archive.
#[derive(Debug)]
pub(crate) struct Packed {
    name: String,
    bytes: Vec<u8>,
    crc: u32,
    /// As long as it was.
    length: usize,
}

impl Packed {
    /// The file `name`, deflated: some milliseconds of work for a megabyte.
    pub(crate) fn of(name: String, content: &[u8]) -> Self {
        let mut crc = Crc::new();
        crc.update(content);
        Self {
            name,
            bytes: deflated(content),
            crc: crc.sum(),
            length: content.len(),
        }
    }
}

/// The archive is larger than the plain format allows: 65,535 entries and 4 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl std::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the archive is too large")
    }
}

impl std::error::Error for TooLarge {}

impl Zip {
    /// The bytes of the next entry.
    pub(crate) fn entry(&mut self, file: &Packed) -> Result<Vec<u8>, TooLarge> {
        let Packed { name, bytes, .. } = file;
        let mut about = Vec::new();
        for number in [NEEDED, FLAGS, DEFLATED, 0, DATE] {
            about.extend(number.to_le_bytes());
        }
        for number in [file.crc, size(bytes.len())?, size(file.length)?] {
            about.extend(number.to_le_bytes());
        }
        let name_length = u16::try_from(name.len()).map_err(|_| TooLarge)?;
        about.extend(name_length.to_le_bytes());
        about.extend(0_u16.to_le_bytes());

        let entry = [b"PK\x03\x04", about.as_slice(), name.as_bytes(), bytes].concat();
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(NEEDED.to_le_bytes());
        self.directory.extend(about);
        // no comment, first disk, no attributes
        self.directory.extend([0; 10]);
        self.directory.extend(self.length.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.entries = self.entries.checked_add(1).ok_or(TooLarge)?;
        self.length = self.length.checked_add(size(entry.len())?).ok_or(TooLarge)?;
        Ok(entry)
    }

    /// The bytes that end it.
    pub(crate) fn end(self) -> Result<Vec<u8>, TooLarge> {
        let directory = size(self.directory.len())?;
        let mut end = self.directory;
        end.extend(b"PK\x05\x06\0\0\0\0");
        end.extend(self.entries.to_le_bytes());
        end.extend(self.entries.to_le_bytes());
        end.extend(directory.to_le_bytes());
        end.extend(self.length.to_le_bytes());
        end.extend(0_u16.to_le_bytes());
        Ok(end)
    }
}

fn size(length: usize) -> Result<u32, TooLarge> {
    u32::try_from(length).map_err(|_| TooLarge)
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // memory takes every byte
    let _ = encoder.write_all(content);
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::DeflateDecoder;
    use proptest::prelude::*;
    use std::io::Read;

    fn number(bytes: &[u8], at: usize) -> usize {
        u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
    }

    fn short(bytes: &[u8], at: usize) -> usize {
        usize::from(u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap()))
    }

    /// Reads an archive as the format says: from its end, through the directory.
    fn read(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
        let end = archive.len() - 22;
        assert_eq!(&archive[end..end + 4], b"PK\x05\x06");
        let (count, mut at) = (short(archive, end + 10), number(archive, end + 16));
        assert_eq!(at + number(archive, end + 12), end);
        let mut entries = Vec::new();
        for _ in 0..count {
            assert_eq!(&archive[at..at + 4], b"PK\x01\x02");
            let (crc, packed, name) = (
                number(archive, at + 16),
                number(archive, at + 20),
                short(archive, at + 28),
            );
            let header = number(archive, at + 42);
            assert_eq!(&archive[header..header + 4], b"PK\x03\x04");
            assert_eq!(
                archive[header + 4..header + 30],
                archive[at + 6..at + 32],
                "told twice alike"
            );
            let text = String::from_utf8(archive[at + 46..at + 46 + name].to_vec()).unwrap();
            let from = header + 30 + name;
            let mut content = Vec::new();
            DeflateDecoder::new(&archive[from..from + packed])
                .read_to_end(&mut content)
                .unwrap();
            let mut sum = Crc::new();
            sum.update(&content);
            assert_eq!(
                (sum.sum() as usize, content.len()),
                (crc, number(archive, at + 24))
            );
            entries.push((text, content));
            at += 46 + name;
        }
        assert_eq!(at, end);
        entries
    }

    proptest! {
        #[test]
        fn what_is_packed_is_found_again(entries in prop::collection::vec(("[a-z/é]{1,20}", prop::collection::vec(any::<u8>(), 0..2000)), 0..8)) {
            let mut zip = Zip::default();
            let mut archive = Vec::new();
            for (name, content) in &entries {
                archive.extend(zip.entry(&Packed::of(name.clone(), content)).unwrap());
            }
            archive.extend(zip.end().unwrap());
            prop_assert_eq!(read(&archive), entries);
        }
    }
}
