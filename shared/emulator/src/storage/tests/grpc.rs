//! The gRPC control plane.

use super::*;
use gcloud_sdk::google::storage::v2 as api;
use gcloud_sdk::google::storage::v2::storage_client::StorageClient;

const BUCKET: &str = "projects/_/buckets/media";

impl Fixture {
    fn grpc(&self) -> StorageClient<axum::Router> {
        StorageClient::with_origin(self.emulator.router(), http::Uri::from_static("http://127.0.0.1"))
    }
}

fn mask(paths: &[&str]) -> prost_types::FieldMask {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    prost_types::FieldMask { paths }
}

fn object(name: &str) -> api::Object {
    api::Object {
        name: name.to_owned(),
        bucket: BUCKET.to_owned(),
        ..api::Object::default()
    }
}

#[tokio::test]
async fn objects_are_updated_moved_composed_and_rewritten() {
    let fixture = Fixture::new().await;
    fixture.upload("a", "hel").await;
    fixture.upload("b", "lo").await;
    let mut client = fixture.grpc();
    let change = |metadata: &[(&str, &str)], paths| api::UpdateObjectRequest {
        object: Some(api::Object {
            content_type: "x/y".to_owned(),
            metadata: metadata
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            ..object("a")
        }),
        update_mask: Some(mask(paths)),
        ..api::UpdateObjectRequest::default()
    };
    client
        .update_object(change(&[("k", "1"), ("l", "2")], &["content_type", "metadata"]))
        .await
        .unwrap();
    let updated = client
        .update_object(change(&[("m", "3")], &["metadata"]))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (
            updated.content_type.as_str(),
            updated.metadata.len(),
            updated.metageneration
        ),
        ("x/y", 1, 3)
    );
    let updated = client
        .update_object(change(&[("n", "4")], &["metadata.n", "metadata.m"]))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        updated.metadata.into_iter().collect::<Vec<_>>(),
        [("n".to_owned(), "4".to_owned())]
    );
    let refused = client.update_object(change(&[], &[])).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::InvalidArgument);

    let source = |name: &str| api::compose_object_request::SourceObject {
        name: name.to_owned(),
        ..Default::default()
    };
    let compose = api::ComposeObjectRequest {
        destination: Some(object("c")),
        source_objects: vec![source("a"), source("b")],
        if_generation_match: Some(0),
        ..api::ComposeObjectRequest::default()
    };
    let composed = client.compose_object(compose.clone()).await.unwrap().into_inner();
    assert_eq!((composed.component_count, composed.size), (2, 5));
    assert_eq!(
        client.compose_object(compose).await.unwrap_err().code(),
        tonic::Code::FailedPrecondition
    );

    let rewrite = api::RewriteObjectRequest {
        destination_bucket: BUCKET.to_owned(),
        destination_name: "d".to_owned(),
        source_bucket: BUCKET.to_owned(),
        source_object: "c".to_owned(),
        ..api::RewriteObjectRequest::default()
    };
    let rewritten = client.rewrite_object(rewrite).await.unwrap().into_inner();
    assert!(rewritten.done && rewritten.resource.is_some_and(|made| made.name == "d"));
    let rename = api::MoveObjectRequest {
        bucket: BUCKET.to_owned(),
        source_object: "d".to_owned(),
        destination_object: "e".to_owned(),
        ..api::MoveObjectRequest::default()
    };
    assert_eq!(client.move_object(rename).await.unwrap().into_inner().name, "e");
    assert_eq!(fixture.download("e").await.text(), "hello");
    let list = api::ListObjectsRequest {
        parent: BUCKET.to_owned(),
        match_glob: "[c-e]".to_owned(),
        page_size: 1,
        ..api::ListObjectsRequest::default()
    };
    let first = client.list_objects(list.clone()).await.unwrap().into_inner();
    let rest = api::ListObjectsRequest {
        page_token: first.next_page_token,
        ..list
    };
    let rest = client.list_objects(rest).await.unwrap().into_inner();
    assert_eq!(
        (
            first.objects[0].name.as_str(),
            rest.objects[0].name.as_str(),
            rest.next_page_token.as_str()
        ),
        ("c", "e", "")
    );
}

#[tokio::test]
async fn buckets_are_made_changed_and_deleted() {
    let fixture = Fixture::new().await;
    let mut client = fixture.grpc();
    let create = api::CreateBucketRequest {
        parent: "projects/_".to_owned(),
        bucket: Some(api::Bucket {
            project: "projects/demo".to_owned(),
            location: "eu".to_owned(),
            ..api::Bucket::default()
        }),
        bucket_id: "made-here".to_owned(),
        ..api::CreateBucketRequest::default()
    };
    let made = client.create_bucket(create.clone()).await.unwrap().into_inner();
    assert_eq!(
        (made.location.as_str(), made.project.as_str()),
        ("EU", "projects/demo")
    );
    assert_eq!(
        client.create_bucket(create).await.unwrap_err().code(),
        tonic::Code::AlreadyExists
    );
    let change = api::UpdateBucketRequest {
        bucket: Some(api::Bucket {
            labels: [("a".to_owned(), "b".to_owned())].into(),
            versioning: Some(api::bucket::Versioning { enabled: true }),
            name: made.name.clone(),
            ..api::Bucket::default()
        }),
        update_mask: Some(mask(&["labels", "versioning"])),
        ..api::UpdateBucketRequest::default()
    };
    let changed = client.update_bucket(change).await.unwrap().into_inner();
    assert_eq!(
        (
            changed.labels["a"].as_str(),
            changed.versioning.map(|on| on.enabled)
        ),
        ("b", Some(true))
    );
    let delete = api::DeleteBucketRequest {
        name: made.name,
        if_metageneration_match: Some(9),
        ..Default::default()
    };
    assert_eq!(
        client.delete_bucket(delete.clone()).await.unwrap_err().code(),
        tonic::Code::FailedPrecondition
    );
    client
        .delete_bucket(api::DeleteBucketRequest {
            if_metageneration_match: Some(2),
            ..delete
        })
        .await
        .unwrap();
    let refused = client
        .query_write_status(api::QueryWriteStatusRequest::default())
        .await
        .unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Unimplemented);
}
