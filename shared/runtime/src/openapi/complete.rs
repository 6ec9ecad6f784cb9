//! What authors need not write: parameters of the path, and the problems that every endpoint can give.

use super::defaults::settle_defaults;
use axum::http::StatusCode;
use contracts::{FieldError, Problem};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, Content, KnownFormat, ObjectBuilder, OpenApi, Ref, RefOr, Required, Response,
    ResponseBuilder, SchemaFormat, Type,
};
use utoipa::{PartialSchema, ToSchema};

/// The operations of a path with their methods, upper case.
pub(crate) fn operations(item: &PathItem) -> Vec<(&'static str, &Operation)> {
    let all = [
        ("DELETE", &item.delete),
        ("GET", &item.get),
        ("PATCH", &item.patch),
        ("POST", &item.post),
        ("PUT", &item.put),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| operation.as_ref().map(|o| (method, o)))
        .collect()
}

pub(super) fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.delete,
        &mut item.get,
        &mut item.patch,
        &mut item.post,
        &mut item.put,
    ]
    .into_iter()
    .flatten()
}

/// Completes a function's document.
pub(crate) fn complete(mut document: OpenApi) -> OpenApi {
    document.info.license = None;
    let components = document.components.get_or_insert_with(Components::default);
    components.schemas.insert("Problem".to_owned(), Problem::schema());
    components
        .schemas
        .insert("FieldError".to_owned(), FieldError::schema());
    let mut more = Vec::new();
    Problem::schemas(&mut more);
    components.schemas.extend(more);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    for (path, item) in &mut document.paths.paths {
        for operation in operations_mut(item) {
            settle_defaults(operation);
            name_parameters(path, operation);
            name_headers(operation);
            name_problems(path, operation);
        }
    }
    document
}

/// Path parameters that the handler did not describe: every one is an id or a name.
fn name_parameters(path: &str, operation: &mut Operation) {
    let parameters = operation.parameters.get_or_insert_with(Vec::new);
    for name in path.split(['{', '}']).skip(1).step_by(2) {
        if parameters
            .iter()
            .any(|parameter| matches!(parameter, RefOr::T(known) if known.name == name))
        {
            continue;
        }
        let mut schema = ObjectBuilder::new().schema_type(Type::String);
        if name.ends_with("Id") {
            schema = schema.format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
        }
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path);
        parameters.push(
            parameter
                .required(Required::True)
                .schema(Some(schema.build()))
                .build()
                .into(),
        );
    }
    if parameters.is_empty() {
        operation.parameters = None;
    }
}

/// Headers that the conventions give to every endpoint of a kind: what creates takes `Idempotency-Key`, what can be stale takes `If-Match`.
fn name_headers(operation: &mut Operation) {
    let answers = |status: &str| operation.responses.responses.contains_key(status);
    let signed_in = operation
        .security
        .as_ref()
        .is_some_and(|security| !security.is_empty());
    let key = "1 to 255 printable characters: the same request with the same key again, within 24 hours, gets the first answer";
    let tag = "an ETag: change it only if it is still this version";
    let named = [
        ("Idempotency-Key", key, signed_in && answers("201")),
        ("If-Match", tag, answers("412")),
    ];
    for (name, description, taken) in named {
        if taken {
            let header = ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Header);
            let schema = ObjectBuilder::new().schema_type(Type::String).build();
            let header = header
                .description(Some(description))
                .required(Required::False)
                .schema(Some(schema));
            operation
                .parameters
                .get_or_insert_with(Vec::new)
                .push(header.build().into());
        }
    }
}

fn name_problems(path: &str, operation: &mut Operation) {
    let has_body = operation.request_body.is_some();
    let can_be_wrong = |parameter: &Parameter| {
        parameter.parameter_in == ParameterIn::Query || parameter.name == "Idempotency-Key"
    };
    let has_parameters = operation
        .parameters
        .iter()
        .flatten()
        .any(|parameter| matches!(parameter, RefOr::T(parameter) if can_be_wrong(parameter)));
    let has_token = operation
        .security
        .as_ref()
        .is_some_and(|security| !security.is_empty());
    let always = [
        (400, has_body || has_parameters),
        (401, has_token),
        (404, path.contains('{')),
        (413, has_body),
        (415, has_body),
        (422, has_body),
        (429, path.starts_with("/api/")),
        (500, true),
        (503, true),
    ];
    for status in always
        .into_iter()
        .filter_map(|(status, given)| given.then_some(status))
    {
        let empty = || RefOr::T(ResponseBuilder::new().build());
        operation
            .responses
            .responses
            .entry(u16::to_string(&status))
            .or_insert_with(empty);
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            describe(status, response);
        }
    }
}

fn describe(status: &str, response: &mut Response) {
    let code = status
        .parse()
        .ok()
        .and_then(|code: u16| StatusCode::from_u16(code).ok());
    if response.description.is_empty()
        && let Some(code) = code
    {
        code.canonical_reason()
            .unwrap_or("Answer")
            .clone_into(&mut response.description);
    }
    if code.is_some_and(|code| code.as_u16() >= 400) && response.content.is_empty() {
        let schema = Ref::from_schema_name(Problem::name());
        response.content.insert(
            "application/problem+json".to_owned(),
            RefOr::T(Content::new(Some(schema))),
        );
    }
}
