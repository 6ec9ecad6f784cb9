//! What an image becomes, and what does not become one.

use super::pictures::{POSITION, halves, photograph, png};
use super::{begin, examined, fetched, nothing_stays, path, put, stored, upload};
use serde_json::{Value, json};
use testkit::Kith;

#[tokio::test]
async fn a_photograph_stands_upright_and_does_not_say_where_it_was_taken() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let photo = photograph(1500, 1000);
    let path = upload(&kith, &ann, "image/jpeg", &photo).await;
    let media = examined(&kith, &ann, &path).await;
    assert_eq!(media["status"], "ready", "{media}");
    assert_eq!((&media["width"], &media["height"]), (&json!(1500), &json!(1000)));
    assert_eq!(media["blurhash"].as_str().unwrap().len(), 28);
    let sizes: Vec<(u64, u64)> = media["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variant| {
            (
                variant["width"].as_u64().unwrap(),
                variant["height"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(sizes, [(320, 213), (640, 426), (1280, 853)]);

    let original = (&media["publicUrl"], "image/jpeg", (1500, 1000));
    let variants = media["variants"].as_array().unwrap().iter();
    let variants = variants.map(|variant| (&variant["url"], "image/webp"));
    let variants = variants.zip([(320, 213), (640, 426), (1280, 853)]);
    for (url, kind, size) in variants
        .map(|((url, kind), size)| (url, kind, size))
        .chain([original])
    {
        let (status, headers, bytes) = fetched(&kith, url, None).await;
        assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, kind));
        assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(halves(&bytes), (size, ["red", "blue"]), "{url}");
        for secret in [POSITION, b"Exif"] {
            assert!(
                !bytes.windows(secret.len()).any(|window| window == secret),
                "{url}"
            );
        }
    }
    assert_eq!(
        stored(&kith, "media-uploads").await,
        Vec::<String>::new(),
        "what was sent is gone"
    );

    let (status, headers, part) = fetched(&kith, &media["publicUrl"], Some("bytes=0-1")).await;
    assert_eq!((status, part), (206, vec![0xff, 0xd8]));
    assert_eq!(
        headers["content-range"].to_str().unwrap(),
        format!("bytes 0-1/{}", media["sizeBytes"])
    );
    let told = kith.published("media", "media.uploaded").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["mediaId"], media["mediaId"]);
    assert_eq!(told[0]["image"]["variants"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_lie_is_rejected_and_nothing_of_it_is_ever_served() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let good = png(300, 200);
    let mut huge = good.clone();
    huge[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    // the header's check sum
    let sum = crc(&huge[12..29]);
    huge[29..33].copy_from_slice(&sum.to_be_bytes());
    let page = b"<!doctype html><script>alert(1)</script>";
    let table: [(&str, &[u8], &str); 6] = [
        ("image/jpeg", &good, "not_the_type"),
        ("image/png", page, "not_the_type"),
        ("image/webp", b"\x7fELF\x02\x01\x01", "not_the_type"),
        ("image/gif", b"GIF89a\x01\0\x01\0\0\0\0<script>", "corrupt"),
        ("image/png", &good[..good.len() / 2], "corrupt"),
        ("image/png", &huge, "too_many_pixels"),
    ];
    for (kind, bytes, code) in table {
        let ticket = begin(&ann, kind, bytes).await;
        put(&kith, &ticket, bytes).await.expect(200);
        let media = examined(&kith, &ann, &path(&ticket)).await;
        assert_eq!(
            (&media["status"], &media["failure"]["code"]),
            (&json!("rejected"), &json!(code))
        );
        let detail = media["failure"]["detail"].as_str().unwrap();
        assert!(detail.starts_with("The ") && detail.ends_with('.'), "{detail}");
        assert_eq!(fetched(&kith, &ticket["publicUrl"], None).await.0, 404);
    }
    nothing_stays(&kith).await;
    let told = kith.published("media", "media.rejected").await;
    let codes: Vec<&Value> = told.iter().map(|event| &event["failure"]["code"]).collect();
    assert_eq!(codes.len(), table.len(), "{codes:?}");
    assert_eq!(kith.published("media", "media.uploaded").await.len(), 0);
}

/// PNG (third edition), annex D.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                0xedb8_8320 ^ (crc >> 1)
            } else {
                crc >> 1
            }
        })
    })
}

#[tokio::test]
async fn nine_at_once_are_examined_two_at_a_time() {
    let kith = Kith::start_with(&[("IMAGE_EXAMINATIONS", "2")]).await;
    let [ann] = kith.people(["ann"]).await;
    let picture = png(400, 300);
    let uploads = (0..9).map(|_| upload(&kith, &ann, "image/png", &picture));
    let paths = futures::future::join_all(uploads).await;
    for path in paths {
        assert_eq!(examined(&kith, &ann, &path).await["status"], "ready");
    }
    assert_eq!(kith.published("media", "media.uploaded").await.len(), 9);
}
