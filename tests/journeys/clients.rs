//! The clients of others, in `tests/clients`: Google's for Node against our emulator, a folder a product, and Chromium against a whole Kith.
//! The files there get the addresses they need from here.

use crate::videos::clips;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;
use testkit::{Infra, Kith};
use tokio::process::Command;

/// How long a file or folder of tests may take before it counts as hanging; each test in it has its own, shorter limit.
const PATIENCE: Duration = Duration::from_mins(4);

#[tokio::test]
async fn googles_firestore_client_gets_along_with_the_emulator() {
    google("firestore").await;
}

#[tokio::test]
async fn googles_pubsub_client_gets_along_with_the_emulator() {
    google("pubsub").await;
}

#[tokio::test]
async fn googles_storage_client_gets_along_with_the_emulator() {
    google("storage").await;
}

#[tokio::test]
async fn a_browser_uploads_clips_and_plays_what_became_of_them() {
    let kith = Kith::start().await;
    let data = tempfile::tempdir().unwrap();
    let (clip, turned) = (data.path().join("sea.mp4"), data.path().join("turned.mp4"));
    // filmed, not made; the package that carries it is under the MIT licence
    cut(&folder().join("node_modules/vide/test/video/ocean.mp4"), &clip).await;
    tokio::fs::write(&turned, clips::rotated("320x180", 2).await)
        .await
        .unwrap();
    let (clip, turned) = (clip.to_string_lossy(), turned.to_string_lossy());
    let variables = [("KITH_URL", &*kith.url()), ("CLIP", &clip), ("TURNED", &turned)];
    node("browser.test.mjs", &variables).await;
}

/// The first four seconds of a clip, as they are.
async fn cut(from: &Path, to: &Path) {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg
        .args(["-nostdin", "-v", "error", "-t", "4", "-i"])
        .arg(from);
    ffmpeg.args(["-c", "copy"]).arg(to).kill_on_drop(true);
    let output = ffmpeg.output().await.unwrap();
    assert!(output.status.success(), "{}", told(&output));
}

/// Runs a folder of files that need the emulator alone, with a project of their own. Functions have no part in it, so it runs in one form only.
async fn google(product: &str) {
    if testkit::processes_wanted() {
        println!("{product} tests the emulator, which is the same in both forms: not run in this one");
        return;
    }
    let emulator = Infra::shared().address.to_string();
    let project = format!("clients-{}", &uuid::Uuid::new_v4().simple().to_string()[..10]);
    let listed = std::fs::read_dir(folder().join(product)).unwrap();
    let names = listed.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<_> = names
        .filter(|name| name.ends_with(".test.mjs"))
        .map(|name| format!("{product}/{name}"))
        .collect();
    files.sort();
    // what they do most is wait for an answer
    let arguments = ["--test", "--test-concurrency=3"].map(str::to_owned);
    let arguments = arguments.into_iter().chain(files).collect::<Vec<_>>();
    run(&arguments, &[("EMULATOR", &emulator), ("PROJECT", &project)]).await;
}

/// Runs a file of `tests/clients` with Node's own test runner; its output is shown when a test in it fails.
pub(crate) async fn node(file: &str, variables: &[(&str, &str)]) {
    run(&[file.to_owned()], variables).await;
}

async fn run(arguments: &[String], variables: &[(&str, &str)]) {
    let folder = folder();
    assert!(
        folder.join("node_modules").is_dir(),
        "the clients are not installed: run scripts/test, or npm ci --prefix tests/clients"
    );
    // browsers and clients keep things at home and in /tmp: theirs go with this folder
    let home = tempfile::tempdir().unwrap();
    let running = Command::new("node")
        .args(["--test-reporter=spec", "--test-force-exit"])
        .args(arguments)
        .envs(["HOME", "TMPDIR"].map(|name| (name, home.path())))
        .envs(variables.iter().copied())
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(PATIENCE, running)
        .await
        .unwrap_or_else(|_| panic!("{arguments:?} did not end within {PATIENCE:?}"))
        .expect("Node runs (version 20 or later: run scripts/test, or see https://nodejs.org)");
    let passed = output.status.success() && !told(&output).contains("pass 0\n");
    assert!(passed, "{arguments:?} failed, or had no test\n{}", told(&output));
}

/// Where the npm package is.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}\n{}", text(&output.stdout), text(&output.stderr))
}
