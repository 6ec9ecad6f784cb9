//! Hashes that came from another system.

use gcloud_sdk::google::firestore::v1::firestore_client::FirestoreClient;
use gcloud_sdk::google::firestore::v1::precondition::ConditionType;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::write::Operation;
use gcloud_sdk::google::firestore::v1::{
    CommitRequest, Document, DocumentMask, GetDocumentRequest, Precondition, Value, Write,
};
use serde_json::json;
use testkit::{Kith, Person};
use tonic::transport::Channel;

/// What people are called in another system, with the hashes it had of `correct horse battery`: bcrypt; ASP.NET Identity 2; 3 with SHA-256 and 512.
const HASHES: [&str; 4] = [
    "$2b$06$CCCCCCCCCCCCCCCCCCCCC.Efs38Nm60Do0Lj0pewsqwJ4ctDErlDq",
    "AAABAgMEBQYHCAkKCwwNDg/Kv5tkqQSdO0Z/d/XxWNczkIjFP2C3aR/Oyg84EdRL9A==",
    "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg9f4Mgt5W5f2Y0cIC8QN4OVqq4JhRMPut2SRld2wLKX9A==",
    "AQAAAAIAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8U8drjdPqxc6DvEJUjB5QdCuZY9lUseegCn45BARsIcA==",
];
const THEIRS: &str = "correct horse battery";

struct Accounts {
    client: FirestoreClient<Channel>,
    project: String,
}

impl Accounts {
    async fn of(kith: &Kith) -> Self {
        let address = format!("http://{}", kith.at.emulator);
        Self {
            client: FirestoreClient::connect(address).await.unwrap(),
            project: kith.at.project.clone(),
        }
    }

    fn name(&self, person: &Person) -> String {
        format!(
            "projects/{}/databases/(default)/documents/accounts/{}",
            self.project, person.user_id
        )
    }

    async fn import(&mut self, person: &Person, hash: &str) {
        let value = Value {
            value_type: Some(ValueType::StringValue(hash.to_owned())),
        };
        let document = Document {
            name: self.name(person),
            fields: [("passwordHash".to_owned(), value)].into(),
            ..Document::default()
        };
        let write = Write {
            operation: Some(Operation::Update(document)),
            update_mask: Some(DocumentMask {
                field_paths: vec!["passwordHash".to_owned()],
            }),
            current_document: Some(Precondition {
                condition_type: Some(ConditionType::Exists(true)),
            }),
            ..Write::default()
        };
        let commit = CommitRequest {
            database: format!("projects/{}/databases/(default)", self.project),
            writes: vec![write],
            ..CommitRequest::default()
        };
        self.client.commit(commit).await.unwrap();
    }

    async fn hash(&mut self, person: &Person) -> String {
        let get = GetDocumentRequest {
            name: self.name(person),
            ..GetDocumentRequest::default()
        };
        let document = self.client.get_document(get).await.unwrap().into_inner();
        match document.fields["passwordHash"].value_type.as_ref().unwrap() {
            ValueType::StringValue(hash) => hash.clone(),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn imported_hashes_are_good_for_one_sign_in_and_are_then_our_own() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let people = kith.people(["ann", "bob", "cid", "dan"]).await;
    let mut accounts = Accounts::of(&kith).await;
    for (person, hash) in people.iter().zip(HASHES) {
        accounts.import(person, hash).await;
        let login = |password: &str| json!({ "identifier": person.username, "password": password });
        let nobody = kith.nobody();
        nobody
            .post("/api/auth/login", login("wrong horse battery"))
            .await
            .problem(401, "invalid_credentials");
        assert_eq!(
            accounts.hash(person).await,
            hash,
            "a wrong password replaces nothing"
        );
        let first = nobody.post("/api/auth/login", login(THEIRS)).await;
        assert_eq!((first.cost("hashed"), first.cost("writes")), (2, 2), "{hash}");
        first.expect(200);
        let ours = accounts.hash(person).await;
        assert!(ours.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{ours}");
        let second = nobody.post("/api/auth/login", login(THEIRS)).await;
        assert_eq!((second.cost("hashed"), second.cost("writes")), (1, 1));
        second.expect(200);
    }
}
