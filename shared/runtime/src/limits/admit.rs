//! Whether a request may come in.

use super::bucket::Taken;
use super::class::RouteClass;
use super::headers;
use super::quota::Quota;
use crate::Context;
use crate::error::refused;
use crate::extract::{ClientIp, Viewer};
use axum::extract::{FromRequestParts as _, Request};
use axum::http::request::Parts;
use axum::response::Response;
use contracts::Refusal;
use std::net::IpAddr;

/// A bucket that a request took from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Drawn {
    /// Its policy: class, and whose it is.
    pub(crate) name: &'static str,
    pub(crate) quota: Quota,
    pub(crate) taken: Taken,
}

/// Whether a request may come in, and what its answer says of limits.
#[derive(Debug, Default)]
pub(crate) struct Admission {
    drawn: Vec<Drawn>,
}

impl Admission {
    /// The answer to a request that may not come in.
    pub(crate) fn refusal(&self) -> Option<Response> {
        let waits = self.drawn.iter().filter(|draw| !draw.taken.allowed);
        let longest = waits.map(|draw| draw.taken.wait(draw.quota)).max()?;
        Some(refused(&Refusal::TooMany {
            // whole seconds, and never too early
            retry_after: longest.as_secs() + 1,
        }))
    }

    /// The answer with its headers.
    pub(crate) fn told(&self, mut response: Response) -> Response {
        headers::write(response.headers_mut(), &self.drawn);
        response
    }
}

/// A bucket to take from: the name of its policy, its key, its size.
pub(super) struct Wanted {
    pub(super) name: &'static str,
    pub(super) key: String,
    pub(super) quota: Quota,
}

/// Takes what the request costs. One round trip to Redis, with a command for the address and one for the caller.
pub(crate) async fn admit(context: &Context, request: Request) -> (Request, Admission) {
    let Some(class) = RouteClass::of(request.method(), request.uri().path(), request.headers()) else {
        return (request, Admission::default());
    };
    let (mut parts, body) = request.into_parts();
    let wanted = wanted(context, class, &mut parts).await;
    let drawn = context.limiter().draw(class, &wanted).await;
    let drawn = wanted.iter().zip(drawn).map(|(want, taken)| Drawn {
        name: want.name,
        quota: want.quota,
        taken,
    });
    let drawn = drawn.collect();
    (Request::from_parts(parts, body), Admission { drawn })
}

async fn wanted(context: &Context, class: RouteClass, parts: &mut Parts) -> Vec<Wanted> {
    let quota = context.settings().rate_limits.of(class);
    let mut wanted = Vec::with_capacity(2);
    // a token that is not good says nothing of who asks; the extractor refuses it where one is needed
    if let Ok(Viewer(Some(caller))) = Viewer::from_request_parts(parts, &()).await {
        wanted.push(Wanted {
            name: policy(class).0,
            key: format!("limit:{}:user:{}", class.name(), caller.user_id),
            quota: quota.user,
        });
    }
    if let Ok(ClientIp(ip)) = ClientIp::from_request_parts(parts, &()).await {
        wanted.push(Wanted {
            name: policy(class).1,
            key: format!("limit:{}:address:{}", class.name(), whose(ip)),
            quota: quota.address,
        });
    }
    wanted
}

const fn policy(class: RouteClass) -> (&'static str, &'static str) {
    match class {
        RouteClass::Read => ("read-user", "read-address"),
        RouteClass::Write => ("write-user", "write-address"),
        RouteClass::Auth => ("auth-user", "auth-address"),
        RouteClass::Upload => ("upload-user", "upload-address"),
    }
}

/// Whose bucket an address has: of IPv6, the network of 64 bits, as that is what one household gets.
fn whose(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(ip) => ip.to_ipv4_mapped().map_or_else(
            || IpAddr::from((ip.to_bits() & (u128::MAX << 64)).to_be_bytes()),
            IpAddr::V4,
        ),
        IpAddr::V4(_) => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_shares_a_bucket() {
        let whose = |text: &str| whose(text.parse().unwrap()).to_string();
        assert_eq!(whose("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(whose("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(whose("192.0.2.1"), "192.0.2.1");
    }
}
