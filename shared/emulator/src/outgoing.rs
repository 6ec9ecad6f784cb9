//! Requests that leave the emulator: pushes and schedules, to hosts that have no port.

use crate::core::Core;
use reqwest::{Method, RequestBuilder, Url};
use std::time::Duration;

/// A request to `url`, sent to the address that stands for its host; the receiver sees the host it was meant for.
pub(crate) fn request(core: &Core, method: Method, url: &str, timeout: Duration) -> RequestBuilder {
    let real = core.hosts.resolve(url);
    let request = core.http.request(method, &real).timeout(timeout);
    match Url::parse(url).ok().as_ref().and_then(Url::host_str) {
        Some(host) if real != url => request.header(http::header::HOST, host),
        _ => request,
    }
}
