//! gRPC without generated servers: an axum handler turns a request into one of these calls, chosen by the last part of its path.
//!
//! The frames are those of <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>, by tonic.

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::Response;
use futures::stream::{BoxStream, Iter};
use prost::Message;
use std::future::{Ready, ready};
use tonic::codec::CompressionEncoding;
use tonic::codegen::BoxFuture;
use tonic::server::{Grpc, ServerStreamingService, StreamingService, UnaryService};
use tonic::{Status, Streaming};
use tonic_prost::ProstCodec;

/// The largest message that comes in or goes out: above every limit of the services (10 MiB and their framing), each of which says its own.
const MESSAGE_LIMIT: usize = 64 * 1024 * 1024;

/// What a server stream sends.
pub(crate) type Answers<R> = BoxStream<'static, Result<R, Status>>;

/// The last part of the path: the method's name.
pub(crate) fn method(request: &Request) -> String {
    request
        .uri()
        .path()
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// One message in, one out.
pub(crate) async fn unary<Q, R, F>(request: Request, work: impl Fn(Q) -> F + Send) -> Response
where
    Q: Message + Default + 'static,
    R: Message + Default + 'static,
    F: Future<Output = Result<R, Status>> + Send + 'static,
{
    let answer = codec::<Q, R>()
        .unary(Unary(work), request.map(tonic::body::Body::new))
        .await;
    answer.map(Body::new)
}

/// [`unary`] for work that waits for nothing.
pub(crate) async fn unary_now<Q, R>(
    request: Request,
    work: impl Fn(Q) -> Result<R, Status> + Send,
) -> Response
where
    Q: Message + Default + 'static,
    R: Message + Default + 'static,
{
    unary(request, move |message| -> Ready<Result<R, Status>> {
        ready(work(message))
    })
    .await
}

/// One message in, many out, which are all there at once when the work is done.
pub(crate) async fn server_stream<Q, R, F>(request: Request, work: impl Fn(Q) -> F + Send) -> Response
where
    Q: Message + Default + 'static,
    R: Message + Default + 'static,
    F: Future<Output = Result<Vec<R>, Status>> + Send + 'static,
{
    let answer = codec::<Q, R>()
        .server_streaming(ServerStream(work), request.map(tonic::body::Body::new))
        .await;
    answer.map(Body::new)
}

/// Messages in and out, each side at its own pace (one answer at most is a client stream).
pub(crate) async fn both_streams<Q, R, F>(
    request: Request,
    work: impl Fn(Streaming<Q>) -> F + Send,
) -> Response
where
    Q: Message + Default + 'static,
    R: Message + Default + 'static,
    F: Future<Output = Result<Answers<R>, Status>> + Send + 'static,
{
    let answer = codec::<Q, R>()
        .streaming(BothStreams(work), request.map(tonic::body::Body::new))
        .await;
    answer.map(Body::new)
}

/// The answer to a method that is not there, which names it.
pub(crate) fn unimplemented(service: &str, method: &str) -> Response {
    refused(&Status::unimplemented(format!(
        "the emulator has no {service}.{method}"
    )))
}

/// Names the service and the method when a gRPC call finds no route at all; clients would see a bare 404 otherwise.
pub(crate) async fn name_what_is_missing(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let called = kind
        .filter(|kind| kind.starts_with("application/grpc"))
        .map(|_| request.uri().path().to_owned());
    let answer = next.run(request).await;
    match called.as_deref().and_then(|path| path.get(1..)?.split_once('/')) {
        Some((service, method)) if answer.status() == StatusCode::NOT_FOUND => unimplemented(service, method),
        _ => answer,
    }
}

/// A status as a whole answer.
pub(crate) fn refused(status: &Status) -> Response {
    status.clone().into_http::<tonic::body::Body>().map(Body::new)
}

fn codec<Q, R>() -> Grpc<ProstCodec<R, Q>>
where
    Q: Message + Default + 'static,
    R: Message + Default + 'static,
{
    Grpc::new(ProstCodec::default())
        .accept_compressed(CompressionEncoding::Gzip)
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT)
}

struct Unary<W>(W);

impl<Q, R, F, W> UnaryService<Q> for Unary<W>
where
    W: Fn(Q) -> F,
    F: Future<Output = Result<R, Status>> + Send + 'static,
{
    type Response = R;
    type Future = BoxFuture<tonic::Response<R>, Status>;

    fn call(&mut self, request: tonic::Request<Q>) -> Self::Future {
        let answer = (self.0)(request.into_inner());
        Box::pin(async move { answer.await.map(tonic::Response::new) })
    }
}

struct ServerStream<W>(W);

impl<Q, R, F, W> ServerStreamingService<Q> for ServerStream<W>
where
    W: Fn(Q) -> F,
    R: Send + 'static,
    F: Future<Output = Result<Vec<R>, Status>> + Send + 'static,
{
    type Response = R;
    type ResponseStream = Iter<std::vec::IntoIter<Result<R, Status>>>;
    type Future = BoxFuture<tonic::Response<Self::ResponseStream>, Status>;

    fn call(&mut self, request: tonic::Request<Q>) -> Self::Future {
        let answers = (self.0)(request.into_inner());
        let all = |answers: Vec<R>| futures::stream::iter(answers.into_iter().map(Ok).collect::<Vec<_>>());
        Box::pin(async move { answers.await.map(|answers| tonic::Response::new(all(answers))) })
    }
}

struct BothStreams<W>(W);

impl<Q, R, F, W> StreamingService<Q> for BothStreams<W>
where
    W: Fn(Streaming<Q>) -> F + Send,
    F: Future<Output = Result<Answers<R>, Status>> + Send + 'static,
{
    type Response = R;
    type ResponseStream = Answers<R>;
    type Future = BoxFuture<tonic::Response<Answers<R>>, Status>;

    fn call(&mut self, request: tonic::Request<Streaming<Q>>) -> Self::Future {
        let answer = (self.0)(request.into_inner());
        Box::pin(async move { answer.await.map(tonic::Response::new) })
    }
}
