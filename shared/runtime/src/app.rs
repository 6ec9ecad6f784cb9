//! Functions put together to one router: one in the cloud, all of them on a laptop.

use crate::context::SetupError;
use crate::farewell::Farewells;
use crate::serve::serve_saying;
use crate::{Context, Environment, Function, error, health, middleware, openapi};
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tower::{ServiceBuilder, ServiceExt as _};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;

/// Functions put together.
#[derive(Debug, Clone)]
pub struct App {
    functions: Vec<Function>,
}

impl App {
    /// One or more functions.
    pub fn new(functions: impl IntoIterator<Item = Function>) -> Self {
        Self {
            functions: functions.into_iter().collect(),
        }
    }

    /// The functions.
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The OpenAPI document of all of them.
    pub fn openapi(&self) -> OpenApi {
        openapi::merge(self.functions.iter().map(Function::openapi))
    }

    /// Everything they answer, with everything that every request passes.
    ///
    /// # Errors
    /// A variable is missing or wrong, or a function's state cannot be made.
    pub fn router(&self, environment: &Environment) -> Result<Router, SetupError> {
        Ok(self.assemble(environment)?.router)
    }

    /// Everything they answer, and what they do at the stop.
    ///
    /// # Errors
    /// As [`App::router`].
    pub fn assemble(&self, environment: &Environment) -> Result<Assembled, SetupError> {
        let (mut router, mut farewells) = (Router::new(), Farewells::default());
        for function in &self.functions {
            let context = Context::new(function.name(), environment)?;
            let mounted = function.mount(&context)?;
            router = router.merge(layered(mounted.router, &context));
            farewells.append(mounted.farewells);
        }
        let context = Context::new("app", environment)?;
        let rest = health::routes()
            .merge(openapi::routes(&self.openapi())?)
            .fallback(not_found);
        // this replaces what the layers above are around, so it brings its own: the questions of browsers (OPTIONS) end here
        let refusing = layered(Router::new().fallback(method_not_allowed), &context);
        let router = router
            .merge(layered(rest, &context))
            .method_not_allowed_fallback(move |request: Request| refusing.oneshot(request));
        Ok(Assembled { router, farewells })
    }
}

/// Functions ready to be served.
#[derive(Debug)]
pub struct Assembled {
    router: Router,
    farewells: Farewells,
}

impl Assembled {
    /// The same with something around its router.
    pub fn around(self, layer: impl FnOnce(Router) -> Router) -> Self {
        Self {
            router: layer(self.router),
            ..self
        }
    }

    /// Serves until `stop` is done. Then the functions say their farewells while requests under way finish; together they have nine seconds.
    ///
    /// # Errors
    /// The listener failed.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        serve_saying(listener, self.router, stop, self.farewells.say()).await
    }
}

/// From the outside in: CORS, then id, trace, log and time limit, then panics, then the body.
fn layered(router: Router, context: &Context) -> Router {
    let layers = ServiceBuilder::new()
        .layer(middleware::cors(context.settings()))
        .layer(from_fn_with_state(context.clone(), middleware::attend))
        .layer(CatchPanicLayer::custom(middleware::panicked))
        .layer(from_fn_with_state(context.clone(), middleware::buffer));
    router.layer(layers)
}

async fn not_found() -> axum::response::Response {
    error::plain(
        StatusCode::NOT_FOUND,
        "not_found",
        "there is no such thing, or you may not see it",
    )
}

async fn method_not_allowed() -> axum::response::Response {
    error::plain(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this address does not take this method",
    )
}
