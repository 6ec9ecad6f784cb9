//! Compositions, rewrites and moves through the JSON API.

use super::*;

#[tokio::test]
async fn objects_are_composed_of_up_to_32() {
    let fixture = Fixture::new().await;
    let first = fixture.upload("1", "hel").await;
    fixture.upload("2", "lo").await;
    let compose = |sources: Vec<Value>| {
        json!({"kind": "storage#composeRequest", "destination": {"contentType": "text/x"}, "sourceObjects": sources}).to_string()
    };
    let own = json!({"name": "1", "generation": generation(&first).to_string(), "objectPreconditions": {"ifGenerationMatch": generation(&first).to_string()}});
    let made = fixture
        .json(
            "POST",
            "/o/whole/compose?ifGenerationMatch=0",
            &compose(vec![own.clone(), json!({"name": "2"})]),
        )
        .await
        .json();
    assert_eq!(
        (
            &made["componentCount"],
            &made["size"],
            &made["crc32c"],
            made.get("md5Hash")
        ),
        (&json!(2), &json!("5"), &json!("mnG7TA=="), None)
    );
    let got = fixture.download("whole").await;
    assert_eq!(
        (
            got.text().as_str(),
            got.header("x-goog-hash"),
            got.header("content-type")
        ),
        ("hello", "crc32c=mnG7TA==", "text/x")
    );
    let more = fixture
        .json(
            "POST",
            "/o/whole/compose",
            &compose(vec![json!({"name": "whole"}), json!({"name": "1"})]),
        )
        .await
        .json();
    assert_eq!(
        (
            &more["componentCount"],
            fixture.download("whole").await.text().as_str()
        ),
        (&json!(3), "hellohel")
    );
    let stale = json!({"name": "1", "objectPreconditions": {"ifGenerationMatch": "5"}});
    for (sources, status) in [
        (vec![stale], StatusCode::PRECONDITION_FAILED),
        (vec![json!({"name": "none"})], StatusCode::NOT_FOUND),
        (vec![], StatusCode::BAD_REQUEST),
        (vec![own.clone(); 33], StatusCode::BAD_REQUEST),
        (vec![json!({"name": "1", "key": "k"})], StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(
            fixture
                .json("POST", "/o/x/compose", &compose(sources))
                .await
                .status,
            status
        );
    }
    assert_eq!(
        fixture
            .json("POST", "/o/whole/compose", &compose(vec![own; 32]))
            .await
            .json()["componentCount"],
        32
    );
}

#[tokio::test]
async fn a_rewrite_into_another_class_takes_its_calls() {
    let fixture = Fixture::new().await;
    let bytes = "x".repeat(2_500_000);
    fixture.upload("a", bytes).await;
    let uri = "/o/a/rewriteTo/b/media/o/b?maxBytesRewrittenPerCall=1048576";
    let body = r#"{"storageClass":"NEARLINE"}"#;
    let mut answer = fixture.json("POST", uri, body).await.json();
    let mut seen = vec![answer["totalBytesRewritten"].clone()];
    while answer["done"] == false {
        assert_eq!(fixture.download("b").await.status, StatusCode::NOT_FOUND);
        let token = answer["rewriteToken"].as_str().unwrap().to_owned();
        let other = fixture
            .json(
                "POST",
                &format!("{}&rewriteToken={token}", uri.replace("o/b?", "o/c?")),
                body,
            )
            .await;
        assert_eq!(other.status, StatusCode::BAD_REQUEST);
        answer = fixture
            .json("POST", &format!("{uri}&rewriteToken={token}"), body)
            .await
            .json();
        seen.push(answer["totalBytesRewritten"].clone());
    }
    assert_eq!(seen, [json!("1048576"), json!("2097152"), json!("2500000")]);
    assert_eq!(answer["resource"]["storageClass"], "NEARLINE");
    let same = fixture
        .json("POST", &uri.replace("o/b?", "o/c?"), "")
        .await
        .json();
    assert_eq!(
        (&same["done"], &same["resource"]["storageClass"]),
        (&json!(true), &json!("STANDARD"))
    );
    assert_eq!(
        fixture
            .json("POST", &uri.replace("1048576", "5"), body)
            .await
            .status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_move_is_one_change() {
    let fixture = Fixture::new().await;
    fixture.upload("a/1", "x").await;
    fixture.upload("b", "y").await;
    let moved = fixture.json("POST", "/o/a%2F1/moveTo/o/b", "").await;
    assert_eq!(
        (moved.status, &moved.json()["name"]),
        (StatusCode::OK, &json!("b"))
    );
    assert_eq!(
        (
            fixture.names("").await,
            fixture.download("b").await.text().as_str(),
            fixture.files()
        ),
        (vec!["b".to_owned()], "x", 1)
    );
    assert_eq!(
        fixture.json("POST", "/o/b/moveTo/o/b", "").await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        fixture.json("POST", "/o/none/moveTo/o/c", "").await.status,
        StatusCode::NOT_FOUND
    );
}
