//! Where an encoded value ends.

use super::value::tag;
use super::{END, MORE, number};

/// The length of the value that `bytes` begin with, written complemented or not.
pub(crate) fn value_end(bytes: &[u8], complemented: bool) -> Option<usize> {
    let mask = if complemented { 0xFF } else { 0x00 };
    let mut walk = Walk { bytes, mask, at: 0 };
    walk.value()?;
    (walk.at <= bytes.len()).then_some(walk.at)
}

struct Walk<'a> {
    bytes: &'a [u8],
    mask: u8,
    at: usize,
}

impl Walk<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at)? ^ self.mask;
        self.at += 1;
        Some(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).map(|byte| byte ^ self.mask)
    }

    fn value(&mut self) -> Option<()> {
        let class = self.next()?.checked_sub(tag(0))? / 4;
        match class {
            0 | 1 | 12 => {}
            2 => self.at += 1,
            3 => self.at += number::LENGTH,
            4 => self.at += 12,
            5 | 6 => self.text()?,
            7 => self.path()?,
            8 => self.at += 16,
            9 => self.list()?,
            10 => {
                self.at += 4;
                self.list()?;
            }
            11 => self.map()?,
            _ => return None,
        }
        Some(())
    }

    fn text(&mut self) -> Option<()> {
        loop {
            if self.next()? == 0x00 && self.next()? == 0x01 {
                return Some(());
            }
        }
    }

    fn path(&mut self) -> Option<()> {
        loop {
            match self.next()? {
                END => return Some(()),
                1 => self.at += 8,
                _ => self.text()?,
            }
        }
    }

    fn list(&mut self) -> Option<()> {
        while self.peek()? != END {
            self.value()?;
        }
        self.at += 1;
        Some(())
    }

    fn map(&mut self) -> Option<()> {
        while self.next()? == MORE {
            self.text()?;
            self.value()?;
        }
        Some(())
    }
}
