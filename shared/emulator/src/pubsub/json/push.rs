//! Where and how messages are pushed.

use super::Labels;
use gcloud_sdk::google::pubsub::v1::PushConfig;
use gcloud_sdk::google::pubsub::v1::push_config::{
    AuthenticationMethod, NoWrapper, OidcToken, PubsubWrapper, Wrapper,
};
use serde::{Deserialize, Serialize};

/// `google.pubsub.v1.PushConfig`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct PushJson {
    #[serde(skip_serializing_if = "String::is_empty")]
    push_endpoint: String,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    attributes: Labels,
    #[serde(skip_serializing_if = "Option::is_none")]
    oidc_token: Option<OidcJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pubsub_wrapper: Option<EmptyJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_wrapper: Option<NoWrapperJson>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EmptyJson {}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct NoWrapperJson {
    write_metadata: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct OidcJson {
    service_account_email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    audience: String,
}

impl From<PushJson> for PushConfig {
    fn from(json: PushJson) -> Self {
        let unwrapped = json.no_wrapper.map(|options| {
            Wrapper::NoWrapper(NoWrapper {
                write_metadata: options.write_metadata,
            })
        });
        Self {
            push_endpoint: json.push_endpoint,
            attributes: json.attributes,
            authentication_method: json.oidc_token.map(|oidc| {
                let OidcJson {
                    service_account_email,
                    audience,
                } = oidc;
                AuthenticationMethod::OidcToken(OidcToken {
                    service_account_email,
                    audience,
                })
            }),
            wrapper: unwrapped.or(json
                .pubsub_wrapper
                .map(|_| Wrapper::PubsubWrapper(PubsubWrapper {}))),
        }
    }
}

impl From<PushConfig> for PushJson {
    fn from(config: PushConfig) -> Self {
        let (mut pubsub_wrapper, mut no_wrapper) = (None, None);
        match config.wrapper {
            Some(Wrapper::PubsubWrapper(_)) => pubsub_wrapper = Some(EmptyJson {}),
            Some(Wrapper::NoWrapper(NoWrapper { write_metadata })) => {
                no_wrapper = Some(NoWrapperJson { write_metadata });
            }
            None => {}
        }
        Self {
            push_endpoint: config.push_endpoint,
            attributes: config.attributes,
            oidc_token: config
                .authentication_method
                .map(|AuthenticationMethod::OidcToken(oidc)| OidcJson {
                    service_account_email: oidc.service_account_email,
                    audience: oidc.audience,
                }),
            pubsub_wrapper,
            no_wrapper,
        }
    }
}
