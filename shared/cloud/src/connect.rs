//! Making Google's clients: their builders are alike but share no trait.

/// A client of `$service` at `$endpoint` (without credentials there; none: Google's own), which tries again as `$call` allows.
macro_rules! connect {
    ($builder:expr, $service:literal, $endpoint:expr, $call:expr, $timeouts:expr) => {{
        let mut builder = $builder.with_retry_policy($crate::retry::Policy::new($call, $timeouts));
        if let Some(endpoint) = $endpoint {
            builder = builder
                .with_endpoint(endpoint)
                .with_credentials(google_cloud_auth::credentials::anonymous::Builder::new().build());
        }
        builder
            .build()
            .await
            .map_err(|error| $crate::Error::unavailable($service, error))
    }};
}

pub(crate) use connect;
