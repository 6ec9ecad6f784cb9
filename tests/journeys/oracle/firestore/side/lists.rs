//! Lists, page by page.

use super::Side;
use crate::oracle::firestore::step::{At, Step};
use gcloud_sdk::google::firestore::v1::{
    ListCollectionIdsRequest, ListDocumentsRequest, list_documents_request,
};
use tonic::Status;

/// No list has more pages.
const MOST_PAGES: usize = 50;

impl Side {
    pub(super) async fn list(&mut self, step: Step) -> Result<String, Status> {
        use list_documents_request::ConsistencySelector as List;
        let (mut lines, mut token) = (Vec::new(), String::new());
        for _ in 0..MOST_PAGES {
            match step.clone() {
                Step::List {
                    parent,
                    collection,
                    size,
                    order,
                    missing,
                    mask,
                    at,
                } => {
                    let consistency_selector = match at {
                        At::Now | At::New(_) => None,
                        At::Time(commit) => self.time(commit).map(List::ReadTime),
                        At::Transaction(begun) => Some(List::Transaction(self.transaction(begun))),
                    };
                    let request = ListDocumentsRequest {
                        parent,
                        collection_id: collection,
                        page_size: size,
                        page_token: token,
                        order_by: order,
                        mask,
                        show_missing: missing,
                        consistency_selector,
                        ..Default::default()
                    };
                    let page = self.client.list_documents(request).await?.into_inner();
                    lines.extend(
                        page.documents
                            .iter()
                            .map(|document| self.times.document(document)),
                    );
                    token = page.next_page_token;
                }
                Step::ListIds { parent, size } => {
                    let request = ListCollectionIdsRequest {
                        parent,
                        page_size: size,
                        page_token: token,
                        ..Default::default()
                    };
                    let page = self.client.list_collection_ids(request).await?.into_inner();
                    lines.extend(page.collection_ids);
                    token = page.next_page_token;
                }
                other => unreachable!("{other:?}"),
            }
            if token.is_empty() {
                break;
            }
        }
        Ok(lines.join("\n"))
    }
}
