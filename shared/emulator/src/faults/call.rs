//! Which method of which service a request calls, about what: gRPC's names, for the REST forms too.

use super::fault::Service;
use http::Method;

/// A call, as faults see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) service: Service,
    /// By its gRPC name: `Commit`, `Publish`, `ReadObject`, `RunJob`.
    pub(super) method: String,
    /// The full name of what it is about, as far as the request tells: `projects/p/topics/t`.
    pub(super) resource: String,
    /// The project, where the name does not say it (Cloud Storage's do not).
    pub(super) project: Option<String>,
}

impl Call {
    pub(super) fn new(service: Service, method: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            service,
            method: method.into(),
            resource: resource.into(),
            project: None,
        }
    }

    /// The project that it is about.
    pub(super) fn project(&self) -> Option<&str> {
        let named = || self.resource.strip_prefix("projects/")?.split('/').next();
        self.project.as_deref().or_else(named)
    }

    /// The bucket that it is about.
    pub(super) fn bucket(&self) -> Option<&str> {
        self.resource
            .strip_prefix("projects/_/buckets/")?
            .split('/')
            .next()
    }

    /// A gRPC call by its path; the resource is in the message.
    pub(super) fn of_grpc(path: &str) -> Option<Self> {
        let (package, method) = path.strip_prefix('/')?.split_once('/')?;
        let service = match package {
            "google.firestore.v1.Firestore" => Service::Firestore,
            "google.iam.v1.IAMPolicy" => Service::Iam,
            _ if package.starts_with("google.pubsub.v1.") => Service::Pubsub,
            _ if package.starts_with("google.storage.") => Service::Storage,
            _ => return None,
        };
        Some(Self::new(service, method, ""))
    }

    /// A call of a REST form. `None` for paths of no service.
    pub(super) fn of_rest(method: &Method, path: &str, query: &str) -> Option<Self> {
        let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        match segments.as_slice() {
            ["_emulator" | "oauth2", ..] => None,
            ["v2", name @ ..] => Some(named(Service::Run, method, name)),
            ["v1", name @ ..] => {
                let service = match name.get(2) {
                    Some(&"locations") => Service::Scheduler,
                    Some(&"serviceAccounts") => Service::Iam,
                    _ => Service::Pubsub,
                };
                Some(named(service, method, name))
            }
            ["upload", "storage", "v1", "b", bucket, "o"] => {
                let begins = method == Method::POST && query.contains("uploadType=resumable");
                let method = if begins {
                    "StartResumableWrite"
                } else {
                    "WriteObject"
                };
                Some(object(method, bucket, &[]))
            }
            ["download", "storage", "v1", "b", bucket, "o", name @ ..] => {
                Some(object("ReadObject", bucket, name))
            }
            ["storage", "v1", "b", rest @ ..] | ["b", rest @ ..] => Some(json(method, rest, query)),
            ["batch", ..] => Some(Call::new(Service::Storage, "Batch", "")),
            [bucket, name @ ..] if !bucket.is_empty() => Some(xml(method, bucket, name, query)),
            _ => None,
        }
    }
}

/// A path like `projects/p/topics/t:publish`: Google's REST names turned into those of gRPC.
fn named(service: Service, method: &Method, name: &[&str]) -> Call {
    let name = name.join("/");
    let last = name.rsplit('/').next().unwrap_or_default();
    let (name, verb) = match last.rsplit_once(':') {
        Some((_, verb)) => (name.get(..name.len() - verb.len() - 1).unwrap_or_default(), verb),
        None => (name.as_str(), ""),
    };
    let segments: Vec<&str> = name.split('/').collect();
    let all = segments.len() % 2 == 1;
    let kind = capital(segments.iter().rev().nth(usize::from(!all)).unwrap_or(&""));
    let one = kind.strip_suffix('s').unwrap_or(&kind);
    let called = match (service, verb, method.as_str()) {
        (Service::Pubsub, "detach", _) => "DetachSubscription".to_owned(),
        (Service::Run | Service::Scheduler, verb, _) if !verb.is_empty() => capital(verb) + one,
        (_, verb, _) if !verb.is_empty() => capital(verb),
        (_, _, "GET") if all => format!("List{kind}"),
        (_, _, "GET") => format!("Get{one}"),
        (_, _, "PATCH") => format!("Update{one}"),
        (_, _, "DELETE") => format!("Delete{one}"),
        _ => format!("Create{one}"),
    };
    Call::new(service, called, name)
}

/// What stands behind `/storage/v1/b`.
fn json(method: &Method, rest: &[&str], query: &str) -> Call {
    let media = query.split('&').any(|pair| pair == "alt=media");
    let get = |one: &str, other: &str| if method == Method::GET { one } else { other }.to_owned();
    let change = |one: &str| match method.as_str() {
        "GET" => format!("Get{one}"),
        "DELETE" => format!("Delete{one}"),
        _ => format!("Update{one}"),
    };
    match rest {
        [] | [""] => {
            let project = query.split('&').find_map(|pair| pair.strip_prefix("project="));
            let resource = project
                .map(|project| format!("projects/{project}"))
                .unwrap_or_default();
            Call::new(Service::Storage, get("ListBuckets", "CreateBucket"), resource)
        }
        [bucket, "o"] => object(&get("ListObjects", "WriteObject"), bucket, &[]),
        [bucket, "o", name] if media && method == Method::GET => object("ReadObject", bucket, &[name]),
        [bucket, "o", name] => object(&change("Object"), bucket, &[name]),
        [bucket, "o", name, "compose"] => object("ComposeObject", bucket, &[name]),
        [bucket, "o", name, "moveTo", ..] => object("MoveObject", bucket, &[name]),
        [bucket, "o", name, ..] => object("RewriteObject", bucket, &[name]),
        [bucket, "notificationConfigs"] => object(
            &get("ListNotificationConfigs", "CreateNotificationConfig"),
            bucket,
            &[],
        ),
        [bucket, "notificationConfigs", ..] => object(&change("NotificationConfig"), bucket, &[]),
        [bucket, ..] => object(&change("Bucket"), bucket, &[]),
    }
}

/// The XML form.
fn xml(method: &Method, bucket: &str, name: &[&str], query: &str) -> Call {
    let called = match method.as_str() {
        "GET" | "HEAD" if name.iter().all(|part| part.is_empty()) => "ListObjects",
        "GET" | "HEAD" => "ReadObject",
        "DELETE" => "DeleteObject",
        "OPTIONS" => "Preflight",
        "POST" if !query.contains("upload_id=") && !query.contains("uploadId=") => "StartResumableWrite",
        _ => "WriteObject",
    };
    object(called, bucket, name)
}

fn object(method: &str, bucket: &str, name: &[&str]) -> Call {
    let mut resource = format!("projects/_/buckets/{}", decoded(bucket));
    if !name.is_empty() {
        resource = format!("{resource}/objects/{}", decoded(&name.join("/")));
    }
    Call::new(Service::Storage, method, resource)
}

/// The text behind percent-encoding.
pub(super) fn decoded(text: &str) -> String {
    let value = text.replace('+', "%2B").replace('&', "%26").replace('#', "%23");
    let url = reqwest::Url::parse(&format!("http://localhost/?value={value}")).ok();
    let pair = url.as_ref().and_then(|url| url.query_pairs().next());
    pair.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
        .unwrap_or_default()
}
