//! The filter graph: one decoder, every rendition, the thumbnails.

use crate::ladder::Rung;
use crate::probe::Video;
use crate::thumbnails;

/// The graph's output for a rung, by its place in the ladder.
pub fn rung_label(place: usize) -> String {
    format!("[r{place}]")
}

/// The graph's output for the thumbnails.
pub const THUMBNAILS_LABEL: &str = "[thumbs]";

/// The text of `-filter_complex`.
///
/// Scalers stand in cascade (1080 -> 720 -> 480 -> 360), which costs a quarter less than four from the source. Rotation
/// is applied by FFmpeg itself in front of any graph. `duration` is in seconds.
pub fn graph(video: &Video, rungs: &[Rung], duration: f64) -> String {
    let chain = |(place, rung): (usize, &Rung)| rung_chain(video, place, rung, place + 1 == rungs.len());
    let chains = rungs.iter().enumerate().map(chain);
    chains
        .chain([thumbs_chain(rungs, duration)])
        .collect::<Vec<_>>()
        .join(";")
}

/// From the source or the larger rung to one rung, and to the smaller one and the thumbnails.
fn rung_chain(video: &Video, place: usize, rung: &Rung, last: bool) -> String {
    let first = place == 0;
    let input = if first {
        format!("[0:{}]{}", video.index, deinterlace(video))
    } else {
        format!("[c{place}]")
    };
    let (matrix, tags) = if first && video.is_rgb() {
        RGB_TO_BT709
    } else {
        ("", "")
    };
    let conversion = if first { to_sdr(video) } else { "" };
    let scale = format!(
        "scale={}:{}{matrix},{conversion}format=yuv420p,setsar=1{tags}",
        rung.width, rung.height
    );
    let mut outputs = vec![rung_label(place)];
    outputs.extend(first.then(|| "[t]".to_owned()));
    outputs.extend((!last).then(|| format!("[c{}]", place + 1)));
    format!("{input}{scale},split={}{}", outputs.len(), outputs.concat())
}

/// Without these the numbers would be converted by BT.601 and still be called RGB.
const RGB_TO_BT709: (&str, &str) = (
    ":out_color_matrix=bt709:out_range=tv",
    ",setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv",
);

fn thumbs_chain(rungs: &[Rung], duration: f64) -> String {
    let top = rungs.first().map_or(0, |rung| rung.width.min(rung.height));
    let scale = if top > thumbnails::SHORT_SIDE {
        let side = thumbnails::SHORT_SIDE;
        format!(",scale='if(gt(iw,ih),-2,{side})':'if(gt(iw,ih),{side},-2)'")
    } else {
        String::new()
    };
    // JPEG wants full range
    let select = thumbnails::select(duration);
    format!("[t]{select}{scale},scale=out_range=pc,format=yuvj420p{THUMBNAILS_LABEL}")
}

/// One frame for each stored frame, so that counts stay equal.
fn deinterlace(video: &Video) -> &'static str {
    if video.interlaced {
        "bwdif=mode=send_frame:deint=interlaced,"
    } else {
        ""
    }
}

/// Tone mapping for HDR. The input's properties are named, because the filter refuses what it has to guess.
fn to_sdr(video: &Video) -> &'static str {
    match video.transfer.as_str() {
        "smpte2084" => concat!(
            "zscale=tin=smpte2084:min=bt2020nc:pin=bt2020:rin=tv:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,",
            "tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,"
        ),
        "arib-std-b67" => concat!(
            "zscale=tin=arib-std-b67:min=bt2020nc:pin=bt2020:rin=tv:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,",
            "tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,"
        ),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ladder::ladder;

    fn video(extra: &str) -> Video {
        let json = format!(
            r#"{{"format":{{"format_name":"mov"}},"streams":[{{"index":2,"codec_type":"video","codec_name":"h264",
            "width":1280,"height":720{extra}}}]}}"#
        );
        crate::probe::parse(json.as_bytes()).unwrap().video.unwrap()
    }

    #[test]
    fn scalers_stand_in_cascade() {
        let text = graph(&video(""), &ladder(1280, 720)[..2], 4.0);
        let expected = "[0:2]scale=1280:720,format=yuv420p,setsar=1,split=3[r0][t][c1];\
                        [c1]scale=854:480,format=yuv420p,setsar=1,split=1[r1];[t]select=";
        assert!(text.starts_with(expected), "{text}");
        assert!(text.ends_with("[thumbs]"), "{text}");
    }

    #[test]
    fn every_branch_is_eight_bit_and_has_square_pixels() {
        for extra in [
            "",
            r#","color_transfer":"smpte2084""#,
            r#","field_order":"tt""#,
            r#","pix_fmt":"gbrp""#,
        ] {
            let rungs = ladder(1920, 1080);
            let text = graph(&video(extra), &rungs, 4.0);
            assert_eq!(
                text.matches("format=yuv420p,setsar=1").count(),
                rungs.len(),
                "{text}"
            );
        }
    }

    #[test]
    fn what_only_some_sources_need() {
        let rungs = ladder(1280, 720);
        for (extra, filter) in [
            (r#","color_transfer":"smpte2084""#, "tonemap="),
            (r#","color_transfer":"arib-std-b67""#, "tin=arib-std-b67"),
            (r#","field_order":"bb""#, "bwdif="),
            (
                r#","pix_fmt":"gbrp","color_space":"gbr""#,
                "out_color_matrix=bt709",
            ),
        ] {
            assert!(graph(&video(extra), &rungs, 4.0).contains(filter), "{filter}");
            assert!(!graph(&video(""), &rungs, 4.0).contains(filter), "{filter}");
        }
    }
}
