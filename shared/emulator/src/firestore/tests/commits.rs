use super::*;
use gcloud_sdk::google::firestore::v1::batch_get_documents_response::Result as Answer;
use gcloud_sdk::google::firestore::v1::document_transform::FieldTransform;
use gcloud_sdk::google::firestore::v1::document_transform::field_transform::TransformType;
use gcloud_sdk::google::firestore::v1::{
    ArrayValue, BatchGetDocumentsRequest, BatchWriteRequest, CreateDocumentRequest, DeleteDocumentRequest,
    DocumentMask, DocumentTransform, UpdateDocumentRequest, WriteResult,
};

fn increment(field: &str, by: i64) -> FieldTransform {
    FieldTransform {
        field_path: field.to_owned(),
        transform_type: Some(TransformType::Increment(integer(by))),
    }
}

#[tokio::test]
async fn a_commit_is_atomic_and_has_one_time() {
    let served = Served::start().await;
    let answer = served
        .commit(vec![set("a/1", &[("x", integer(1))]), set("a/2", &[])])
        .await
        .unwrap();
    assert_eq!(answer.write_results[0].update_time, answer.commit_time);
    assert_eq!(answer.write_results[1].update_time, answer.commit_time);
    let refused = vec![
        set("a/3", &[]),
        when(set("a/1", &[]), ConditionType::Exists(false)),
    ];
    assert_eq!(code(served.commit(refused).await), Code::AlreadyExists);
    assert_eq!(code(served.get("a/3").await), Code::NotFound);
}

#[tokio::test]
async fn preconditions_have_the_clouds_codes() {
    let served = Served::start().await;
    let first = served
        .commit(vec![set("a/1", &[("x", integer(1))])])
        .await
        .unwrap()
        .commit_time
        .unwrap();
    let missing = || ConditionType::Exists(true);
    assert_eq!(
        code(served.commit(vec![when(set("a/2", &[]), missing())]).await),
        Code::NotFound
    );
    assert_eq!(
        code(served.commit(vec![when(delete("a/2"), missing())]).await),
        Code::NotFound
    );
    let at_first = || ConditionType::UpdateTime(first);
    assert_eq!(
        code(
            served
                .commit(vec![when(set("a/1", &[("x", integer(2))]), at_first())])
                .await
        ),
        Code::Ok
    );
    assert_eq!(
        code(served.commit(vec![when(set("a/1", &[]), at_first())]).await),
        Code::FailedPrecondition
    );
    assert_eq!(
        code(served.commit(vec![when(delete("a/1"), at_first())]).await),
        Code::FailedPrecondition
    );
    assert_eq!(served.get("a/1").await.unwrap().fields["x"], integer(2));
}

#[tokio::test]
async fn an_empty_mask_with_transforms_wipes_nothing() {
    let served = Served::start().await;
    served
        .commit(vec![set("a/1", &[("x", integer(1)), ("y", text("kept"))])])
        .await
        .unwrap();
    let mut write = set("a/1", &[]);
    write.update_mask = Some(DocumentMask::default());
    write.update_transforms = vec![increment("x", 2)];
    let answer = served.commit(vec![write]).await.unwrap();
    assert_eq!(answer.write_results[0].transform_results, [integer(3)]);
    let transform = DocumentTransform {
        document: name("a/1"),
        field_transforms: vec![increment("x", 2)],
    };
    let legacy = Write {
        operation: Some(Operation::Transform(transform)),
        ..Write::default()
    };
    assert_eq!(
        served.commit(vec![legacy]).await.unwrap().write_results[0].transform_results,
        [integer(5)]
    );
    let stored = served.get("a/1").await.unwrap();
    assert_eq!(
        (&stored.fields["x"], &stored.fields["y"]),
        (&integer(5), &text("kept"))
    );
}

#[tokio::test]
async fn a_mask_sets_and_removes_what_it_names_and_nothing_else() {
    let served = Served::start().await;
    served
        .commit(vec![set(
            "a/1",
            &[("x", integer(1)), ("y.z", integer(2)), ("w", integer(3))],
        )])
        .await
        .unwrap();
    let mut write = set("a/1", &[("x", integer(5)), ("w", integer(9))]);
    write.update_mask = Some(DocumentMask {
        field_paths: vec!["x".into(), "`y.z`".into()],
    });
    served.commit(vec![write]).await.unwrap();
    let stored = served.get("a/1").await.unwrap();
    assert_eq!(
        stored.fields,
        document("a/1", &[("x", integer(5)), ("w", integer(3))]).fields
    );
    let mut both = set("a/1", &[("x", map(&[("y", integer(7))]))]);
    both.update_mask = Some(DocumentMask {
        field_paths: vec!["x.y".into(), "x".into()],
    });
    served.commit(vec![both]).await.unwrap();
    assert_eq!(
        served.get("a/1").await.unwrap().fields["x"],
        map(&[("y", integer(7))])
    );
}

#[tokio::test]
async fn later_writes_of_a_commit_see_earlier_ones() {
    let served = Served::start().await;
    let written = |path, field| set(path, &[(field, integer(1))]);
    let there = when(written("a/1", "y"), ConditionType::Exists(true));
    let answer = served
        .commit(vec![
            written("a/1", "x"),
            there,
            written("a/2", "x"),
            delete("a/2"),
        ])
        .await
        .unwrap();
    assert_eq!(
        served.get("a/1").await.unwrap().fields,
        document("a/1", &[("y", integer(1))]).fields
    );
    assert_eq!(code(served.get("a/2").await), Code::NotFound);
    let times: Vec<bool> = answer
        .write_results
        .iter()
        .map(|result| result.update_time.is_some())
        .collect();
    assert_eq!(times, [true, true, false, false]);
}

#[tokio::test]
async fn a_write_that_changes_nothing_keeps_its_update_time() {
    let served = Served::start().await;
    let first = served
        .commit(vec![set("a/1", &[("x", integer(1))])])
        .await
        .unwrap();
    let again = served
        .commit(vec![set("a/1", &[("x", integer(1))])])
        .await
        .unwrap();
    assert_eq!(again.write_results[0].update_time, first.commit_time);
    assert_ne!(again.commit_time, first.commit_time);
}

#[tokio::test]
async fn single_document_calls_are_commits() {
    let mut served = Served::start().await;
    let create = CreateDocumentRequest {
        parent: format!("{DATABASE}/documents"),
        collection_id: "a".to_owned(),
        document_id: "1".to_owned(),
        document: Some(Document {
            name: String::new(),
            ..document("a/1", &[("x", integer(1))])
        }),
        ..CreateDocumentRequest::default()
    };
    let created = served
        .client
        .create_document(create.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (created.name.clone(), created.create_time),
        (name("a/1"), created.update_time)
    );
    assert_eq!(
        code(served.client.create_document(create).await),
        Code::AlreadyExists
    );
    let update = UpdateDocumentRequest {
        document: Some(document("a/1", &[])),
        ..UpdateDocumentRequest::default()
    };
    let updated = served.client.update_document(update).await.unwrap().into_inner();
    assert_eq!(updated.create_time, created.create_time);
    assert!(updated.fields.is_empty() && updated.update_time != created.update_time);
    let remove = DeleteDocumentRequest {
        name: name("a/1"),
        ..DeleteDocumentRequest::default()
    };
    served.client.delete_document(remove).await.unwrap();
    assert_eq!(code(served.get("a/1").await), Code::NotFound);
}

#[tokio::test]
async fn a_batch_makes_what_it_can() {
    let mut served = Served::start().await;
    let writes = vec![
        set("a/1", &[]),
        when(set("a/2", &[]), ConditionType::Exists(true)),
    ];
    let request = BatchWriteRequest {
        database: DATABASE.to_owned(),
        writes,
        ..BatchWriteRequest::default()
    };
    let answer = served.client.batch_write(request).await.unwrap().into_inner();
    assert_eq!(
        answer.status.iter().map(|status| status.code).collect::<Vec<_>>(),
        [0, Code::NotFound as i32]
    );
    assert!(answer.write_results[0].update_time.is_some() && answer.write_results[1].update_time.is_none());
    assert!(served.get("a/1").await.is_ok());
}

#[tokio::test]
async fn of_a_batch_a_write_with_too_many_index_entries_fails_alone() {
    let mut served = Served::start().await;
    served
        .commit(vec![set("a/2", &[("x", integer(1))])])
        .await
        .unwrap();
    let many = Value {
        value_type: Some(ValueType::ArrayValue(ArrayValue {
            values: (0..40_000).map(integer).collect(),
        })),
    };
    let request = BatchWriteRequest {
        database: DATABASE.to_owned(),
        writes: vec![
            set("a/1", &[("x", integer(1))]),
            set("a/2", &[("x", many)]),
            set("a/3", &[("x", integer(1))]),
        ],
        ..BatchWriteRequest::default()
    };
    let answer = served.client.batch_write(request).await.unwrap().into_inner();
    let codes: Vec<i32> = answer.status.iter().map(|status| status.code).collect();
    assert_eq!(codes, [0, Code::InvalidArgument as i32, 0]);
    assert!(answer.status[1].message.contains("too many index entries"));
    assert_eq!(answer.write_results[1], WriteResult::default());
    let served = served.restart().await;
    for path in ["a/1", "a/2", "a/3"] {
        assert_eq!(served.get(path).await.unwrap().fields["x"], integer(1));
    }
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_restart_and_times_rise() {
    let served = Served::start().await;
    served
        .commit(vec![set("a/1", &[("x", integer(1))]), set("a/2", &[])])
        .await
        .unwrap();
    let last = served
        .commit(vec![delete("a/2")])
        .await
        .unwrap()
        .commit_time
        .unwrap();
    let before = served.get("a/1").await.unwrap();
    let served = served.restart().await;
    assert_eq!(served.get("a/1").await.unwrap(), before);
    assert_eq!(code(served.get("a/2").await), Code::NotFound);
    let next = served
        .commit(vec![set("a/3", &[])])
        .await
        .unwrap()
        .commit_time
        .unwrap();
    assert!((next.seconds, next.nanos) > (last.seconds, last.nanos));
}

#[tokio::test]
async fn what_is_not_there_is_unimplemented_by_name() {
    let mut served = Served::start().await;
    let request = gcloud_sdk::google::firestore::v1::PartitionQueryRequest::default();
    let refused = served.client.partition_query(request).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unimplemented);
    assert!(refused.message().contains("PartitionQuery"));
    assert_eq!(
        code(served.commit(vec![set("__reserved__/1", &[])]).await),
        Code::InvalidArgument
    );
    let elsewhere = Write {
        operation: Some(Operation::Delete(
            "projects/q/databases/(default)/documents/a/1".to_owned(),
        )),
        ..Write::default()
    };
    assert_eq!(code(served.commit(vec![elsewhere]).await), Code::InvalidArgument);
}

#[tokio::test]
async fn a_batch_get_answers_each_name_once() {
    let mut served = Served::start().await;
    served
        .commit(vec![set("a/1", &[("x", integer(1)), ("y", integer(2))])])
        .await
        .unwrap();
    let request = BatchGetDocumentsRequest {
        database: DATABASE.to_owned(),
        documents: vec![name("a/1"), name("a/2"), name("a/1")],
        mask: Some(DocumentMask {
            field_paths: vec!["y".into()],
        }),
        ..BatchGetDocumentsRequest::default()
    };
    let mut answers = served
        .client
        .batch_get_documents(request)
        .await
        .unwrap()
        .into_inner();
    let mut found = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        found.extend(answer.result);
    }
    let [Answer::Found(one), Answer::Missing(other)] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(one.fields, document("a/1", &[("y", integer(2))]).fields);
    assert_eq!(*other, name("a/2"));
}
