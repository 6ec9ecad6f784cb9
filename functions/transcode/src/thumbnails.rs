//! Four pictures of the video, taken while it is decoded for the renditions: no second reading, and already upright.

use std::path::{Path, PathBuf};

use tokio::fs;

use crate::failure::Failure;

/// Where in the video the pictures are taken, in percent; also their file names.
pub const MARKS: [u32; 4] = [0, 25, 50, 75];

/// Longest side of a thumbnail's short side, in pixels.
pub const SHORT_SIDE: u32 = 720;

/// The folder of the thumbnails, below the output folder.
pub const FOLDER: &str = "thumbnails";

/// The name FFmpeg gives them while it works: `taken-1.jpg` and so on, in order of time.
pub const PATTERN: &str = "thumbnails/taken-%d.jpg";

/// The relative name of the thumbnail at `mark` percent.
pub fn name(mark: u32) -> String {
    format!("{FOLDER}/{mark}.jpg")
}

/// A `select` filter that lets through the first frame, and the first frame at or after each further mark of a video of
/// `duration` seconds. Times are relative to the start of the file.
pub fn select(duration: f64) -> String {
    let marks = MARKS.iter().skip(1).map(|&mark| {
        let time = duration * f64::from(mark) / 100.0;
        format!("+gte(t,{time:.6})*lt(prev_selected_t,{time:.6})")
    });
    format!("select='isnan(prev_selected_t){}'", marks.collect::<String>())
}

/// Makes the folder, without pictures of an earlier try.
pub async fn prepare(out_dir: &Path) -> std::io::Result<()> {
    fs::create_dir_all(out_dir.join(FOLDER)).await?;
    for number in 1..=MARKS.len() {
        match fs::remove_file(taken(out_dir, number)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn taken(out_dir: &Path, number: usize) -> PathBuf {
    out_dir.join(PATTERN.replace("%d", &number.to_string()))
}

/// Gives the taken pictures their final names and returns these, in order of the marks.
///
/// A video with fewer pictures than marks (one frame, or a frame held over two marks) repeats the last one.
pub async fn finish(out_dir: &Path) -> Result<Vec<String>, Failure> {
    let failed = |error: std::io::Error| Failure::internal(format!("thumbnails: {error}"));
    let mut last = None;
    let mut names = Vec::new();
    for (number, mark) in (1..).zip(MARKS) {
        let taken = taken(out_dir, number);
        let target = out_dir.join(name(mark));
        if fs::try_exists(&taken).await.map_err(failed)? {
            fs::rename(&taken, &target).await.map_err(failed)?;
        } else {
            let previous = last.ok_or_else(|| Failure::internal("no thumbnail was taken"))?;
            fs::copy(previous, &target).await.map_err(failed)?;
        }
        last = Some(target);
        names.push(name(mark));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_are_quarters() {
        let text = select(8.0);
        assert!(
            text.starts_with("select='isnan(prev_selected_t)+gte(t,2.000000)*lt(prev_selected_t,2.000000)+"),
            "{text}"
        );
        assert!(
            text.contains("gte(t,4.000000)") && text.ends_with("lt(prev_selected_t,6.000000)'"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn a_missing_picture_is_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path()).await.unwrap();
        for number in [1, 2] {
            let taken = folder.path().join(format!("thumbnails/taken-{number}.jpg"));
            fs::write(taken, number.to_string()).await.unwrap();
        }
        let names = finish(folder.path()).await.unwrap();
        assert_eq!(
            names,
            [
                "thumbnails/0.jpg",
                "thumbnails/25.jpg",
                "thumbnails/50.jpg",
                "thumbnails/75.jpg"
            ]
        );
        let mut contents = String::new();
        for name in names {
            contents += &fs::read_to_string(folder.path().join(name)).await.unwrap();
        }
        assert_eq!(contents, "1222");
    }

    #[tokio::test]
    async fn pictures_of_an_earlier_try_are_gone() {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path()).await.unwrap();
        fs::write(taken(folder.path(), 4), "old").await.unwrap();
        prepare(folder.path()).await.unwrap();
        assert!(!taken(folder.path(), 4).exists());
    }

    #[tokio::test]
    async fn no_picture_at_all_is_our_fault() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            finish(folder.path()).await.unwrap_err().code,
            crate::Code::Internal
        );
    }
}
