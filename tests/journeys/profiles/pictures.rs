//! Avatar and banner: one's own images that are ready.

use super::{people, profile_of};
use crate::media::{announced_image, ready_image};
use serde_json::{Value, json};
use testkit::Kith;

/// Where the variant of this width is.
fn variant(image: &Value, width: u64) -> &Value {
    let variants = image["variants"].as_array().unwrap();
    let found = variants.iter().find(|variant| variant["width"] == width);
    &found.unwrap()["url"]
}

#[tokio::test]
async fn pictures_are_ones_own_images() {
    let kith = Kith::start().await;
    let [ann, bob] = people(&kith, ["ann", "bob"]).await;
    let post = ann.posts("first light").await;
    let (face, beach) = (ready_image(&kith, &ann).await, ready_image(&kith, &ann).await);
    let (avatar, banner) = (face["mediaId"].clone(), beach["mediaId"].clone());
    let both = json!({ "displayName": "Ann", "avatarMediaId": avatar, "bannerMediaId": banner });
    let path = profile_of(&ann);
    let written = ann.put(&path, both.clone()).await;
    assert_eq!(written.cost("reads"), 3, "the profile and both images");
    let written = written.expect(200);
    assert_eq!(&written["avatarUrl"], variant(&face, 640));
    assert_eq!(&written["bannerUrl"], variant(&beach, 1_280));
    assert_eq!(written["avatarMediaId"], avatar);
    let post = format!("/api/posts/{}", post["postId"].as_str().unwrap());
    let author = bob.get(&post).await.expect(200)["author"].clone();
    assert_eq!(&author["avatarUrl"], variant(&face, 320));

    let again = ann.put(&path, both).await;
    assert_eq!(
        (again.cost("reads"), again.cost("writes")),
        (1, 0),
        "what is shown is not asked for again"
    );
    let less = json!({ "displayName": "Ann", "bannerMediaId": banner });
    let less = ann.put(&path, less).await.expect(200);
    assert!(less.get("avatarUrl").is_none() && less.get("bannerUrl").is_some());
    kith.settled().await;
    let told = kith.published("graph", "profile.updated").await;
    assert_eq!(told[0]["mediaIds"], json!([avatar, banner]));
    assert_eq!(
        told[1]["mediaIds"],
        json!([avatar, banner, banner]),
        "what was shown and what is"
    );

    let foreign = ready_image(&kith, &bob).await["mediaId"].clone();
    let pending = announced_image(&ann).await;
    let bad = json!({ "displayName": "", "avatarMediaId": foreign, "bannerMediaId": pending });
    let problem = ann.put(&path, bad).await.problem(422, "invalid");
    let errors: Vec<(&str, &str)> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| {
            (
                error["pointer"].as_str().unwrap(),
                error["code"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("/displayName", "required"),
        ("/avatarMediaId", "unknown_media"),
        ("/bannerMediaId", "not_ready"),
    ];
    assert_eq!(errors, expected);
}
