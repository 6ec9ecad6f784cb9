//! An emulator in this process, asked without a socket, so that a panic anywhere in an answer ends the run.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use emulator::{Emulator, Options};
use http_body_util::BodyExt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// After so many requests everything stored is thrown away, so that a long run stays quick.
const REQUESTS: usize = 2_000;
/// Where hosts are set: they stay as they are.
const HOSTS: &str = "/_emulator/hosts";
/// What an answer is waited for: a stream that stays open is no fault.
const PATIENCE: Duration = Duration::from_millis(50);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime starts")
});

/// An emulator over a folder of its own.
pub struct Asked {
    router: Router,
    left: usize,
    _folder: TempDir,
}

impl Default for Asked {
    fn default() -> Self {
        let folder = tempfile::tempdir().expect("a folder is made");
        let _entered = RUNTIME.enter();
        let emulator = Emulator::open(options(folder.path())).expect("an emulator opens");
        Self {
            router: emulator.router(),
            left: REQUESTS,
            _folder: folder,
        }
    }
}

/// Whatever host a push or a schedule names, nobody is there, and nothing leaves the machine.
fn options(folder: &Path) -> Options {
    let mut options = Options::new(folder);
    options
        .hosts
        .insert(String::new(), SocketAddr::from((Ipv4Addr::LOCALHOST, 9)));
    options
}

impl Asked {
    /// Sends a request and reads its answer to the end, or for as long as patience lasts.
    pub fn ask(&mut self, request: Request<Body>) {
        if self.left == 0 {
            *self = Self::default();
        }
        self.left -= 1;
        let router = self.router.clone();
        RUNTIME.block_on(async move {
            let _ = tokio::time::timeout(PATIENCE, read(router, request)).await;
        });
    }

    /// Sends one gRPC message: `bytes` is the method's name, a line feed, and the message as it is encoded.
    pub fn call(&mut self, service: &str, bytes: &[u8]) {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            return;
        };
        let (method, message) = (&bytes[..end], &bytes[end + 1..]);
        let Ok(method) = std::str::from_utf8(method) else {
            return;
        };
        let Ok(length) = u32::try_from(message.len()) else {
            return;
        };
        let mut framed = vec![0];
        framed.extend_from_slice(&length.to_be_bytes());
        framed.extend_from_slice(message);
        let request =
            Request::post(format!("/{service}/{method}")).header("content-type", "application/grpc");
        if let Ok(request) = request.body(Body::from(framed)) {
            self.ask(request);
        }
    }
}

async fn read(router: Router, request: Request<Body>) {
    let Ok(answer): Result<Response<Body>, _> = router.oneshot(request).await;
    let _ = answer.into_body().collect().await;
}

/// A request written as HTTP/1.1 writes it: `METHOD /path`, header lines, an empty line, the body. None when it is not one.
pub fn request(bytes: &[u8]) -> Option<Request<Body>> {
    let end = bytes.windows(2).position(|two| two == b"\n\n");
    let (head, body) = end.map_or((bytes, &[][..]), |end| (&bytes[..end], &bytes[end + 2..]));
    let mut lines = std::str::from_utf8(head).ok()?.lines();
    let (method, target) = lines
        .next()?
        .split_once(' ')
        .filter(|(_, target)| *target != HOSTS)?;
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        request = request.header(name, value);
    }
    request.body(Body::from(body.to_vec())).ok()
}
