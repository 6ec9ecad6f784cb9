//! Negotiation, and who is refused how.

use super::{client::Client, hubs::Fixture};
use crate::Limits;
use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use serde_json::{Value, json};
use tower::ServiceExt;

async fn request(fixture: &Fixture, method: &str, path: &str, token: Option<&str>) -> (StatusCode, String) {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let answer = fixture
        .app
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 10_000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn negotiate(fixture: &Fixture, query: &str, user: &str) -> Value {
    let path = format!("/hubs/test/negotiate{query}");
    let (status, body) = request(fixture, "POST", &path, Some(user)).await;
    assert_eq!(status, StatusCode::OK);
    serde_json::from_str(&body).unwrap()
}

async fn token(fixture: &Fixture, user: &str) -> String {
    negotiate(fixture, "?negotiateVersion=1", user).await["connectionToken"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn credentials_that_begin_may_be_over_for_a_connection_that_is_named() {
    let fixture = Fixture::new().await;
    let status = async |method, path: &str| request(&fixture, method, path, Some("late")).await.0;
    for path in [
        "/hubs/test/negotiate",
        "/hubs/test/negotiate/?id=x",
        "/hubs/test/negotiate?ID=x",
    ] {
        assert_eq!(status("POST", path).await, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(status("GET", "/hubs/test").await, StatusCode::UNAUTHORIZED);
    assert_eq!(status("GET", "/hubs/test?id=x").await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn negotiation_says_what_is_there() {
    let fixture = Fixture::new().await;
    let transports = json!([{ "transport": "WebSockets", "transferFormats": ["Text"] }]);

    let answer = negotiate(
        &fixture,
        "?negotiateVersion=1&useStatefulReconnect=true&app=x",
        "ann",
    )
    .await;
    assert_eq!(answer["negotiateVersion"], 1);
    assert_eq!(answer["availableTransports"], transports);
    assert_ne!(answer["connectionId"], answer["connectionToken"]);
    assert_eq!(answer.as_object().unwrap().len(), 4);

    let answer = negotiate(&fixture, "", "ann").await;
    assert_eq!(
        (
            answer["negotiateVersion"].clone(),
            answer.as_object().unwrap().len()
        ),
        (json!(0), 3)
    );
    let id = answer["connectionId"].as_str().unwrap();
    Client::open(&fixture, &format!("/hubs/test?id={id}"), Some("ann"))
        .await
        .unwrap()
        .shake()
        .await;

    let answer = negotiate(&fixture, "?negotiateVersion=-3", "ann").await;
    assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["error"]);
}

#[tokio::test]
async fn requests_that_open_nothing() {
    let fixture = Fixture::new().await;
    let fresh = token(&fixture, "ann").await;
    let live = token(&fixture, "ann").await;
    let _client = Client::open(&fixture, &format!("/hubs/test?id={live}"), Some("ann"))
        .await
        .unwrap();
    let (ann, with_fresh, with_live) = (
        Some("ann"),
        format!("/hubs/test?id={fresh}"),
        format!("/hubs/TEST/?ID={live}"),
    );
    let cases = [
        ("POST", "/hubs/other/negotiate", ann, 404, ""),
        ("POST", "/hubs/test/negotiate", None, 401, ""),
        ("POST", "/hubs/test/negotiate", Some("bad"), 401, ""),
        ("POST", "/hubs/test/negotiate?access_token=ann", None, 200, "{"),
        (
            "POST",
            "/hubs/test/negotiate?access_token=ann",
            Some("bad"),
            401,
            "",
        ),
        ("POST", "/hubs/test/negotiate", Some("guest"), 403, ""),
        ("POST", "/hubs/Test/negotiate/", ann, 200, "{"),
        ("GET", "/hubs/test/negotiate", ann, 405, ""),
        ("GET", "/hubs/test", None, 401, ""),
        ("GET", "/hubs/test", ann, 400, "Connection ID required"),
        (
            "GET",
            "/hubs/test?id=made-up",
            ann,
            404,
            "No Connection with that ID",
        ),
        ("GET", &with_fresh, ann, 404, "The transport is not supported"),
        ("GET", &with_fresh, Some("bob"), 404, "No Connection with that ID"),
        ("POST", "/hubs/test", ann, 400, "Connection ID required"),
        ("POST", &with_fresh, ann, 404, "No Connection with that ID"),
        (
            "POST",
            &with_live,
            ann,
            405,
            "POST is not for WebSockets connections",
        ),
        ("POST", &with_live, None, 401, ""),
        (
            "DELETE",
            &with_live,
            ann,
            400,
            "Cannot terminate a WebSockets connection by DELETE",
        ),
        (
            "DELETE",
            "/hubs/test?id=made-up",
            ann,
            404,
            "No Connection with that ID",
        ),
        ("PUT", "/hubs/test", ann, 405, ""),
    ];
    for (method, path, who, status, text) in cases {
        let (found, body) = request(&fixture, method, path, who).await;
        assert_eq!(found.as_u16(), status, "{method} {path} {who:?}");
        assert!(
            if text == "{" {
                body.starts_with(text)
            } else {
                body == text
            },
            "{method} {path}: {body}"
        );
    }
}

#[tokio::test]
async fn a_token_opens_once_for_its_own_session() {
    let fixture = Fixture::new().await;
    let path = format!("/hubs/test?id={}", token(&fixture, "ann").await);
    let open = |user| Client::open(&fixture, &path, user);
    assert_eq!(open(None).await.err(), Some(401));
    assert_eq!(open(Some("bob")).await.err(), Some(404));
    let mut client = open(Some("ann")).await.unwrap();
    client.shake().await;
    assert_eq!(open(Some("ann")).await.err(), Some(409));
    client.send(json!({ "type": 7 })).await;
    assert_eq!(client.next().await, json!({ "type": 7 }));
    client.closed().await;
    fixture.gone().await;
    assert_eq!(open(Some("ann")).await.err(), Some(404));
}

#[tokio::test]
async fn a_user_has_so_many_connections() {
    let fixture = Fixture::with(Limits {
        connections_per_user: 1,
        ..Limits::default()
    })
    .await;
    let _ann = Client::start(&fixture, "ann").await;
    assert_eq!(
        Client::open(&fixture, "/hubs/test", Some("ann")).await.err(),
        Some(429)
    );
    Client::start(&fixture, "bob").await;
}

#[tokio::test]
async fn the_token_may_stand_in_the_query() {
    let fixture = Fixture::new().await;
    let mut client = Client::open(&fixture, "/hubs/test/?access_token=a%6En", None)
        .await
        .unwrap();
    client.shake().await;
    assert_eq!(fixture.seen().await, super::hubs::Seen::Connected("ann".into()));
}
