//! What a function says of itself.

use crate::context::SetupError;
use crate::describe::{Description, Need, Route, Schedule, Subscription};
use crate::farewell::{Farewell, Farewells};
use crate::{Context, Every, Result, events, schedule};
use axum::Router;
use axum::routing::MethodRouter;
use cloud::{Cloud, Swept};
use contracts::{DomainEvent, Event};
use std::sync::Arc;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

type MakeState<S> = Arc<dyn Fn(&Context) -> std::result::Result<S, SetupError> + Send + Sync>;
/// Makes the route of an event or a schedule.
pub(crate) type MakeRoute<S> = Arc<dyn Fn(&Context) -> MethodRouter<S> + Send + Sync>;
type MakeRouter<S> = Arc<dyn Fn(&S) -> Router + Send + Sync>;
type MakeFarewell<S> = Arc<dyn Fn(&S) -> Farewell + Send + Sync>;
type Mount = Arc<dyn Fn(&Context) -> std::result::Result<Mounted, SetupError> + Send + Sync>;

/// A function at work.
pub(crate) struct Mounted {
    pub(crate) router: Router,
    pub(crate) farewells: Farewells,
}

/// A function, ready to be served alone or beside others.
#[derive(Clone)]
pub struct Function {
    name: &'static str,
    description: Description,
    openapi: OpenApi,
    mount: Mount,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Function").field(&self.description.name).finish()
    }
}

impl Function {
    /// A function called `name` whose state `state` makes from the context. It makes it once, before the first request, and connects to nothing.
    #[expect(clippy::new_ret_no_self, reason = "it reads as a sentence; `build` ends it")]
    pub fn new<S, F>(name: &'static str, state: F) -> Building<S>
    where
        S: Clone + Send + Sync + 'static,
        F: Fn(&Context) -> std::result::Result<S, SetupError> + Send + Sync + 'static,
    {
        Building {
            name,
            state: Arc::new(state),
            needs: Vec::new(),
            api: OpenApiRouter::new(),
            plain: Router::new(),
            serving: Vec::new(),
            farewells: Vec::new(),
            subscriptions: Vec::new(),
            schedules: Vec::new(),
            holds_people: false,
        }
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it is and needs.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Its OpenAPI 3.1 description, completed with the problems that every endpoint can give.
    pub fn openapi(&self) -> &OpenApi {
        &self.openapi
    }

    pub(crate) fn mount(&self, context: &Context) -> std::result::Result<Mounted, SetupError> {
        (self.mount)(context)
    }
}

/// A function that is being said.
#[must_use = "`build` ends it"]
pub struct Building<S> {
    name: &'static str,
    state: MakeState<S>,
    needs: Vec<Need>,
    api: OpenApiRouter<S>,
    plain: Router<S>,
    serving: Vec<MakeRouter<S>>,
    farewells: Vec<MakeFarewell<S>>,
    subscriptions: Vec<(Subscription, MakeRoute<S>)>,
    schedules: Vec<(Schedule, MakeRoute<S>)>,
    holds_people: bool,
}

impl<S: Clone + Send + Sync + 'static> Building<S> {
    /// What it reaches.
    pub fn needs(mut self, needs: impl IntoIterator<Item = Need>) -> Self {
        self.needs.extend(needs);
        self
    }

    /// What it answers.
    pub fn routes(mut self, routes: OpenApiRouter<S>) -> Self {
        self.api = self.api.merge(routes);
        self
    }

    /// What it answers beside its API: WebSockets, pages. Not in the OpenAPI document.
    pub fn plain_routes(mut self, routes: Router<S>) -> Self {
        self.plain = self.plain.merge(routes);
        self
    }

    /// What it answers beside its API that its state makes: hubs, and what configuration switches on.
    pub fn serving<F>(mut self, routes: F) -> Self
    where
        F: Fn(&S) -> Router + Send + Sync + 'static,
    {
        self.serving.push(Arc::new(routes));
        self
    }

    /// What it does when the process is told to stop, beside finishing requests. It has a few seconds.
    pub fn on_stop<F, Fut>(mut self, stop: F) -> Self
    where
        F: Fn(S) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let farewell = move |state: &S| -> Farewell {
            let (state, stop) = (state.clone(), stop.clone());
            Box::new(move || Box::pin(stop(state)))
        };
        self.farewells.push(Arc::new(farewell));
        self
    }

    /// Listens to an event; the handler's argument says which. Comes at least once, in any order.
    pub fn on<E, F, Fut>(self, handle: F) -> Self
    where
        E: DomainEvent,
        F: Fn(Event<E>, S) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let route = move |context: &Context| events::route(context.clone(), handle.clone());
        self.listen::<E>(events::filter::<E>(), Arc::new(route))
    }

    /// Listens to those events of a type that `filter` picks.
    pub(crate) fn listen<E: DomainEvent>(mut self, filter: String, route: MakeRoute<S>) -> Self {
        let name = events::subscription_name(self.name, E::TYPE);
        let path = format!("/events/{name}");
        let subscription = Subscription {
            name,
            topic: E::TOPIC.to_owned(),
            filter,
            path,
        };
        self.subscriptions.push((subscription, route));
        self
    }

    /// It holds something of people: its description says so.
    pub(crate) fn mark_holder(self) -> Self {
        Self {
            holds_people: true,
            ..self
        }
    }

    /// Its name.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// Does something by the clock. It may run twice at a time.
    pub fn every<F, Fut>(mut self, every: Every, name: &str, run: F) -> Self
    where
        F: Fn(S) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let name = format!("{}-{name}", self.name);
        let path = format!("/schedules/{name}");
        let schedule = Schedule {
            name,
            cron: every.into_cron(),
            path,
        };
        let route = move |context: &Context| schedule::route(context.clone(), run.clone());
        self.schedules.push((schedule, Arc::new(route)));
        self
    }

    /// The function.
    pub fn build(self) -> Function {
        let writes = self.needs.contains(&Need::Documents);
        let (api, openapi) = self.api.split_for_parts();
        let openapi = crate::openapi::exemplify(crate::openapi::complete(openapi));
        let sweep = Schedule {
            name: format!("{}-outbox-sweep", self.name),
            cron: Every::minutes(1).into_cron(),
            path: format!("/schedules/{}-outbox-sweep", self.name),
        };
        let mut schedules: Vec<Schedule> = self
            .schedules
            .iter()
            .map(|(schedule, _)| schedule.clone())
            .collect();
        schedules.extend(writes.then(|| sweep.clone()));
        let description = Description {
            name: self.name.to_owned(),
            needs: self.needs,
            holds_people: self.holds_people,
            routes: routes_of(&openapi),
            subscriptions: self
                .subscriptions
                .iter()
                .map(|(subscription, _)| subscription.clone())
                .collect(),
            schedules,
        };
        let assembly = Assembly {
            state: self.state,
            routes: api.merge(self.plain),
            serving: self.serving,
            farewells: self.farewells,
            subscriptions: self.subscriptions,
            schedules: self.schedules,
            sweep: writes.then_some(sweep.path),
        };
        Function {
            name: self.name,
            description,
            openapi,
            mount: Arc::new(move |context: &Context| assembly.mount(context)),
        }
    }
}

/// What a function is put to work from.
struct Assembly<S> {
    state: MakeState<S>,
    routes: Router<S>,
    serving: Vec<MakeRouter<S>>,
    farewells: Vec<MakeFarewell<S>>,
    subscriptions: Vec<(Subscription, MakeRoute<S>)>,
    schedules: Vec<(Schedule, MakeRoute<S>)>,
    sweep: Option<String>,
}

impl<S: Clone + Send + Sync + 'static> Assembly<S> {
    fn mount(&self, context: &Context) -> std::result::Result<Mounted, SetupError> {
        let state = (self.state)(context)?;
        let mut router = self.routes.clone();
        for (subscription, route) in &self.subscriptions {
            router = router.route(&subscription.path, route(context));
        }
        for (schedule, route) in &self.schedules {
            router = router.route(&schedule.path, route(context));
        }
        let mut router = router.with_state(state.clone());
        for routes in &self.serving {
            router = router.merge(routes(&state));
        }
        if let Some(path) = &self.sweep {
            router = router.merge(sweeper(context, path));
        }
        let mut farewells = Farewells::default();
        for farewell in &self.farewells {
            farewells.add(farewell(&state));
        }
        Ok(Mounted { router, farewells })
    }
}

/// Every function that writes documents sweeps its outbox.
fn sweeper(context: &Context, path: &str) -> Router {
    let sweep = |cloud: Cloud| async move {
        let Swept { sent, left } = cloud.outbox().sweep().await?;
        if sent + left > 0 {
            tracing::info!(outbox.sent = sent, outbox.left = left, "swept the outbox");
        }
        Ok(())
    };
    Router::new()
        .route(path, schedule::route(context.clone(), sweep))
        .with_state(context.cloud().clone())
}

fn routes_of(openapi: &OpenApi) -> Vec<Route> {
    let mut routes = Vec::new();
    for (path, item) in &openapi.paths.paths {
        for (method, _) in crate::openapi::operations(item) {
            routes.push(Route {
                path: path.clone(),
                method: method.to_owned(),
            });
        }
    }
    routes.sort();
    routes
}
