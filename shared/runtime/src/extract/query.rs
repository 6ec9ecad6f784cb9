//! Query parameters.

use crate::{Context, Cursor, Error};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use contracts::resources::Page;
use contracts::{FieldError, Refusal};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

/// Query parameters. The type must refuse unknown ones (`#[serde(deny_unknown_fields)]`).
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Ok(parse(parts.uri.query().unwrap_or_default()).map(Self)?)
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Refusal> {
    let pairs = serde_urlencoded::Deserializer::new(form_pairs(query));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let text = error.inner().to_string();
        let named = text.split('`').nth(1).map(str::to_owned);
        let (code, name) = if text.starts_with("unknown field") {
            ("unknown_parameter", named)
        } else if text.starts_with("missing field") {
            ("missing_parameter", named)
        } else {
            ("wrong_value", Some(error.path().to_string()))
        };
        Refusal::Malformed {
            code: "malformed_query",
            detail: format!("a query parameter is wrong: {text}"),
            errors: vec![FieldError::new(
                format!("?{}", name.unwrap_or_default()),
                code,
                text,
            )],
        }
    })
}

fn form_pairs(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.as_bytes())
}

/// The parameters of every list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many items, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>)]
    limit: Option<String>,
    /// What the last page's `nextCursor` was.
    cursor: Option<String>,
}

impl PageQuery {
    /// These two of the parameters of a list that takes more.
    pub const fn new(limit: Option<String>, cursor: Option<String>) -> Self {
        Self { limit, cursor }
    }

    /// How many items were asked for.
    ///
    /// # Errors
    /// 400: not a number from 1 to 100.
    pub fn limit(&self) -> Result<usize, Refusal> {
        let Some(text) = &self.limit else { return Ok(20) };
        text.parse()
            .ok()
            .filter(|limit| (1..=100).contains(limit))
            .ok_or_else(|| Refusal::Malformed {
                code: "malformed_query",
                detail: "limit must be a number from 1 to 100".to_owned(),
                errors: vec![FieldError::new("?limit", "wrong_value", "a number from 1 to 100")],
            })
    }

    /// The position after which the page begins, in the list `scope`.
    ///
    /// # Errors
    /// 400 `invalid_cursor`.
    pub fn after<P: DeserializeOwned>(&self, context: &Context, scope: &str) -> Result<Option<P>, Refusal> {
        self.cursor
            .as_deref()
            .map(|cursor| Cursor::new(context, scope).read(cursor))
            .transpose()
    }

    /// The page of `items`, which were read with one more than `limit`; `position` is where an item stands in the list `scope`.
    ///
    /// # Errors
    /// As [`PageQuery::limit`].
    pub fn page<T, P: Serialize>(
        &self,
        context: &Context,
        scope: &str,
        mut items: Vec<T>,
        position: impl Fn(&T) -> P,
    ) -> Result<Page<T>, Refusal> {
        let limit = self.limit()?;
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| more);
        let next_cursor = last.map(|item| Cursor::new(context, scope).write(&position(item)));
        Ok(Page { items, next_cursor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(query: &str) -> String {
        match parse::<PageQuery>(query).and_then(|page| page.limit()) {
            Ok(limit) => limit.to_string(),
            Err(Refusal::Malformed { errors, .. }) => format!("{} {}", errors[0].pointer, errors[0].code),
            Err(other) => other.to_string(),
        }
    }

    #[test]
    fn parameters_are_checked() {
        assert_eq!(code(""), "20");
        assert_eq!(code("limit=100"), "100");
        assert_eq!(code("limit=0"), "?limit wrong_value");
        assert_eq!(code("limit=101"), "?limit wrong_value");
        assert_eq!(code("limit=x"), "?limit wrong_value");
        assert_eq!(code("offset=1"), "?offset unknown_parameter");
    }
}
