//! The packets of a file, counted without decoding them.

use std::collections::BTreeMap;

use crate::failure::{Failure, is_transport_trouble};
use crate::run;
use crate::source::Source;

/// What reading every packet of a file showed, by stream number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    /// Streams that have at least one packet.
    pub streams: BTreeMap<u32, Packets>,
    /// Whether the demuxer met a sample that the file does not reach.
    pub partial: bool,
    /// Whether the transport stumbled: then what is missing may only not have been read.
    pub stumbled: bool,
}

/// The packets of one stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Packets {
    /// Packets that a player shows.
    pub shown: u64,
    /// Packets that are decoded but not shown, because an edit list cuts them.
    pub hidden: u64,
    /// The earliest time of a packet and the latest end of one, in seconds, on the file's own clock.
    pub span: Option<(f64, f64)>,
}

impl Index {
    /// One stream's packets; none at all when it has none.
    pub fn of(&self, stream: u32) -> Packets {
        self.streams.get(&stream).cloned().unwrap_or_default()
    }

    /// From the earliest packet of any stream to the latest end, in seconds on the file's own clock.
    pub fn span(&self) -> Option<(f64, f64)> {
        self.streams
            .values()
            .filter_map(|packets| packets.span)
            .reduce(join)
    }

    /// Adds a line of FFprobe's: stream, presentation time, length, flags.
    fn add(&mut self, line: &str) {
        let mut fields = line.split(',');
        let Some(Ok(stream)) = fields.next().map(str::parse) else {
            return;
        };
        let mut number = || fields.next().and_then(|field| field.parse::<f64>().ok());
        let (time, length) = (number(), number().unwrap_or(0.0));
        let packets = self.streams.entry(stream).or_default();
        if fields.next().is_some_and(|flags| flags.contains('D')) {
            packets.hidden += 1;
        } else {
            packets.shown += 1;
        }
        if let Some(time) = time {
            let new = (time, time + length);
            packets.span = Some(packets.span.map_or(new, |old| join(old, new)));
        }
    }
}

fn join(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    (one.0.min(other.0), one.1.max(other.1))
}

/// How edit lists are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edits {
    /// As a player does.
    Applied,
    /// Every stored sample is listed: the way to compare with the count that the file's own index gives.
    Ignored,
}

/// Reads the whole source once. Costs its size in reading, and no decoding.
pub async fn scan(source: &Source, edits: Edits) -> Result<Index, Failure> {
    let mut arguments = ["-v", "error"].map(String::from).to_vec();
    arguments.extend(crate::command::input_options(source));
    if edits == Edits::Ignored {
        arguments.extend(["-ignore_editlist", "1"].map(String::from));
    }
    let entries = "packet=stream_index,pts_time,duration_time,flags";
    arguments.extend(["-show_entries", entries, "-of", "csv=p=0"].map(String::from));
    arguments.push(source.input());

    let mut index = Index::default();
    let done = run::lines("ffprobe", &arguments, None, run::QUIET, &mut |line| {
        index.add(line);
    })
    .await?;
    let words = source.redact(&done.stderr);
    index.stumbled = matches!(source, Source::Url(_)) && is_transport_trouble(&words);
    index.partial = words.contains("partial file");
    Ok(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_by_stream() {
        let mut index = Index::default();
        for line in [
            "1,-0.023220,0.023220,KD,",
            "",
            "0,0.000000,0.033333,K_",
            "0,0.1,N/A,__",
            "0,N/A,N/A,__",
            "side",
        ] {
            index.add(line);
        }
        assert_eq!(
            index.of(0),
            Packets {
                shown: 3,
                hidden: 0,
                span: Some((0.0, 0.1))
            }
        );
        assert_eq!((index.of(1).shown, index.of(1).hidden), (0, 1));
        assert_eq!(index.of(7), Packets::default());
        assert_eq!(index.span(), Some((-0.023_220, 0.1)));
    }
}
