//! Avatar and banner: one's own images that are ready.

use super::{people, profile_of};
use cloud::{Cloud, Collection, Document};
use contracts::MediaId;
use runtime::Context;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use testkit::{Kith, Person};

/// A media as `media` stores it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Stored(Value);

impl Document for Stored {
    fn id(&self) -> String {
        self.0["mediaId"].as_str().unwrap().to_owned()
    }
}

async fn image(cloud: &Cloud, owner: &Person, status: &str) -> String {
    let id = MediaId::random();
    let variant =
        |width: u32| json!({ "object": format!("{id}/t/{width}.webp"), "width": width, "height": width });
    let image = json!({
        "mediaId": id, "object": format!("{id}/t/original.png"), "contentType": "image/png", "width": 2000, "height": 2000,
        "blurhash": "L00000", "variants": [variant(320), variant(640), variant(1280)],
    });
    let media = json!({
        "mediaId": id, "ownerId": owner.user_id, "kind": "image", "status": status, "image": image, "attachedTo": [],
    });
    let media_collection: Collection<Stored> = Collection::new("media");
    cloud
        .commit()
        .put(media_collection, &Stored(media))
        .await
        .unwrap();
    id.to_string()
}

#[tokio::test]
async fn pictures_are_ones_own_images() {
    let kith = Kith::start().await;
    let context = Context::new("profiles", &kith.environment()).unwrap();
    let cloud = context.cloud();
    let [ann, bob] = people(&kith, ["ann", "bob"]).await;
    let post = ann.posts("first light").await;
    let (avatar, banner) = (
        image(cloud, &ann, "ready").await,
        image(cloud, &ann, "ready").await,
    );
    let both = json!({ "displayName": "Ann", "avatarMediaId": avatar, "bannerMediaId": banner });
    let path = profile_of(&ann);
    let written = ann.put(&path, both.clone()).await;
    assert_eq!(written.cost("reads"), 3, "the profile and both images");
    let written = written.expect(200);
    let ends = |url: &Value, name: &str| assert!(url.as_str().unwrap().ends_with(name), "{url}");
    ends(&written["avatarUrl"], &format!("{avatar}/t/640.webp"));
    ends(&written["bannerUrl"], &format!("{banner}/t/1280.webp"));
    assert_eq!(written["avatarMediaId"], avatar.as_str());
    let post = format!("/api/posts/{}", post["postId"].as_str().unwrap());
    let author = bob.get(&post).await.expect(200)["author"].clone();
    ends(&author["avatarUrl"], &format!("{avatar}/t/320.webp"));

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

    let (foreign, pending) = (
        image(cloud, &bob, "ready").await,
        image(cloud, &ann, "pending").await,
    );
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
