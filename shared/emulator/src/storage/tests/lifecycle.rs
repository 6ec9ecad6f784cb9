//! Lifecycle runs, resets, and the pages for people.

use super::*;

const DAY: i64 = 24 * 3_600_000_000;

impl Fixture {
    async fn rules(&self, rules: Value) {
        let set = json!({"lifecycle": {"rule": rules}, "versioning": {"enabled": true}}).to_string();
        let patched = self.call("PATCH", "/storage/v1/b/media", &[], set).await;
        assert_eq!(patched.status, StatusCode::OK, "{}", patched.text());
    }

    async fn sweep(&self) -> Value {
        self.call(
            "POST",
            "/_emulator/storage/lifecycle",
            &[],
            r#"{"bucket":"media"}"#,
        )
        .await
        .json()
    }
}

#[tokio::test]
async fn rules_run_on_the_emulators_clock() {
    let fixture = Fixture::new().await;
    fixture
        .rules(json!([
            {"action": {"type": "SetStorageClass", "storageClass": "NEARLINE"}, "condition": {"age": 10, "matchesSuffix": [".log"]}},
            {"action": {"type": "Delete"}, "condition": {"age": 30, "isLive": true, "matchesPrefix": ["tmp/"]}},
            {"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 5}},
            {"action": {"type": "Delete"}, "condition": {"numNewerVersions": 2, "isLive": false}},
            {"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"age": 7}},
        ]))
        .await;
    for name in ["tmp/a.log", "keep.log", "many", "many", "many", "many"] {
        fixture.upload(name, "x").await;
    }
    fixture
        .call("POST", "/media/up?uploads", &[("x-goog-api-client", "x")], "")
        .await;
    assert_eq!(
        fixture.sweep().await,
        json!({"deleted": 2, "archived": 0, "storageClassChanged": 0, "uploadsAborted": 0})
    );
    fixture.emulator.core.clock.set_offset(10 * DAY);
    assert_eq!(
        fixture.sweep().await,
        json!({"deleted": 1, "archived": 0, "storageClassChanged": 2, "uploadsAborted": 1})
    );
    let kept = fixture
        .call("GET", "/storage/v1/b/media/o/keep.log", &[], "")
        .await
        .json();
    assert_eq!(kept["storageClass"], "NEARLINE");
    assert_ne!(kept["timeStorageClassUpdated"], kept["timeCreated"]);
    fixture.emulator.core.clock.set_offset(30 * DAY);
    assert_eq!(
        fixture.sweep().await,
        json!({"deleted": 0, "archived": 1, "storageClassChanged": 0, "uploadsAborted": 0})
    );
    fixture.emulator.core.clock.set_offset(36 * DAY);
    assert_eq!(fixture.sweep().await["deleted"], 1);
    let shown = fixture
        .call("GET", "/_emulator/storage/objects?bucket=media&limit=1", &[], "")
        .await
        .json();
    assert_eq!(
        (&shown["objects"][0]["name"], shown["cursor"].is_string()),
        (&json!("keep.log"), true)
    );
    assert_eq!(fixture.files(), 2);
}

#[tokio::test]
async fn a_reset_takes_a_project_and_leaves_the_others() {
    let fixture = Fixture::new().await;
    fixture
        .call("POST", "/storage/v1/b?project=other", &[], r#"{"name":"others"}"#)
        .await;
    fixture.upload("a", "x").await;
    fixture
        .call(
            "POST",
            "/upload/storage/v1/b/others/o?uploadType=media&name=a",
            &[],
            "x",
        )
        .await;
    fixture
        .call(
            "POST",
            "/upload/storage/v1/b/media/o?uploadType=resumable&name=b",
            &[],
            "",
        )
        .await;
    fixture
        .call("POST", "/media/up?uploads", &[("x-goog-api-client", "x")], "")
        .await;
    assert_eq!(fixture.files(), 3);
    let buckets = fixture
        .call("GET", "/_emulator/storage/buckets", &[], "")
        .await
        .json();
    assert_eq!(
        (
            buckets["buckets"].as_array().unwrap().len(),
            &buckets["buckets"][0]["objects"]
        ),
        (2, &json!(1))
    );
    let reset = fixture
        .call(
            "POST",
            "/_emulator/reset",
            &[("content-type", "application/json")],
            r#"{"project":"demo"}"#,
        )
        .await;
    assert_eq!((reset.status, fixture.files()), (StatusCode::NO_CONTENT, 1));
    let fixture = fixture.reopen();
    assert_eq!(
        fixture.call("GET", "/storage/v1/b/media", &[], "").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        (
            fixture
                .call("GET", "/storage/v1/b/others/o/a", &[], "")
                .await
                .status,
            fixture.files()
        ),
        (StatusCode::OK, 1)
    );
}
