//! Files: kept as they are, to be downloaded.

use super::{BEGIN, examined, fetched, nothing_stays, path, put};
use serde_json::{Value, json};
use testkit::{Kith, Person};

async fn announced(person: &Person, content_type: &str, name: &str, bytes: &[u8]) -> Value {
    let new =
        json!({ "kind": "file", "contentType": content_type, "sizeBytes": bytes.len(), "fileName": name });
    person.post(BEGIN, new).await.expect(201)
}

#[tokio::test]
async fn a_file_is_downloaded_as_it_was_sent() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let long: Vec<u8> = b"%PDF-1.7\n"
        .iter()
        .copied()
        .chain((0..200_000_u32).map(|at| u8::try_from(at % 251).unwrap()))
        .collect();
    let table: [(&str, &str, &[u8]); 3] = [
        ("application/pdf", "R\u{e9}sum\u{e9} 1.pdf", &long),
        (
            "text/plain",
            "page.txt",
            b"<!doctype html><script>alert(1)</script>",
        ),
        ("application/zip", "x.zip", b"PK\x03\x04\x14\0"),
    ];
    for (kind, name, bytes) in table {
        let ticket = announced(&ann, kind, name, bytes).await;
        put(&kith, &ticket, bytes).await.expect(200);
        let media = examined(&kith, &ann, &path(&ticket)).await;
        assert_eq!(
            (&media["status"], &media["fileName"]),
            (&json!("ready"), &json!(name)),
            "{media}"
        );
        assert_eq!((media.get("width"), &media["variants"]), (None, &json!([])));
        let (status, headers, sent) = fetched(&kith, &media["publicUrl"], None).await;
        assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, kind));
        assert!(sent == bytes, "{name}");
        let disposition = headers["content-disposition"].to_str().unwrap();
        assert!(
            disposition.starts_with("attachment; filename=\""),
            "{disposition}: never a page of ours"
        );
    }
    let told = kith.published("media", "media.uploaded").await;
    assert!(
        told.iter()
            .all(|event| event["kind"] == "file" && event.get("image").is_none())
    );
}

#[tokio::test]
async fn a_program_is_no_document() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let table: [(&str, &[u8]); 3] = [
        ("application/pdf", b"MZ\x90\0\x03"),
        ("text/csv", b"\x7fELF\x02\x01\x01"),
        ("application/zip", b"GIF89a PK\x03\x04"),
    ];
    for (kind, bytes) in table {
        let ticket = announced(&ann, kind, "x", bytes).await;
        put(&kith, &ticket, bytes).await.expect(200);
        let media = examined(&kith, &ann, &path(&ticket)).await;
        assert_eq!(
            (&media["status"], &media["failure"]["code"]),
            (&json!("rejected"), &json!("not_the_type"))
        );
    }
    nothing_stays(&kith).await;
}
