//! What survives a death, faults, and IAM.

use super::*;

#[tokio::test]
async fn what_was_acknowledged_survives_and_what_was_left_is_swept() {
    let fixture = Fixture::new().await;
    let made = fixture.upload("kept", "bytes").await.json();
    std::fs::write(fixture.folder.path().join("objects/orphan"), "left by a crash").unwrap();
    let fixture = fixture.reopen();
    assert_eq!(fixture.files(), 1);
    assert_eq!(
        fixture
            .call("GET", "/storage/v1/b/media/o/kept", &[], "")
            .await
            .json(),
        made
    );
    assert_eq!(fixture.download("kept").await.text(), "bytes");
    let next = fixture.upload("kept", "more").await.json();
    assert!(next["generation"].as_str().unwrap() > made["generation"].as_str().unwrap());
}

#[tokio::test]
async fn faults_fail_as_often_as_told() {
    let fixture = Fixture::new().await;
    fixture.upload("a", "x").await;
    let told = fixture
        .call(
            "PUT",
            "/_emulator/faults",
            &[],
            r#"{"service":"storage","resource":"media","kind":"unavailable","times":2}"#,
        )
        .await;
    assert_eq!(told.status, StatusCode::OK);
    assert_eq!(
        fixture.download("a").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(
        fixture.call("GET", "/media/a", &[], "").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(fixture.download("a").await.status, StatusCode::OK);
}

#[tokio::test]
async fn sign_blob_signs_with_the_key_that_is_published() {
    let fixture = Fixture::new().await;
    let uri = "/v1/projects/-/serviceAccounts/me@demo.iam.gserviceaccount.com:signBlob";
    let signed = fixture
        .call("POST", uri, &[], r#"{"payload":"aGVsbG8="}"#)
        .await
        .json();
    let signature = base64::prelude::BASE64_STANDARD
        .decode(signed["signedBlob"].as_str().unwrap())
        .unwrap();
    assert!(fixture.emulator.core.issuer.verify(b"hello", &signature));
    assert_eq!(
        fixture.call("POST", uri, &[], r#"{"payload":5}"#).await.status,
        StatusCode::BAD_REQUEST
    );
}
