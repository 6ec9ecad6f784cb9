//! The table of a hub's methods.

use super::{Handler, HubError, handler::Answer};
use crate::server::Caller;
use serde_json::Value;
use std::{collections::HashMap, sync::Arc};

type Call<H> = Box<dyn Fn(Arc<H>, Caller, Vec<Value>) -> Answer + Send + Sync>;

/// What a method looks like from outside, for documents about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// The name, as it was declared; clients may write it in any case.
    pub name: &'static str,
    /// How many arguments it takes.
    pub arguments: usize,
    /// How many of the last ones may be left out.
    pub optional: usize,
}

/// The methods that clients may call. Names are found in any case; the number of arguments must be right.
pub struct Methods<H> {
    by_name: HashMap<String, (Method, Call<H>)>,
    last: Option<String>,
}

impl<H: Send + Sync + 'static> Default for Methods<H> {
    fn default() -> Self {
        Self::new()
    }
}

impl<H: Send + Sync + 'static> Methods<H> {
    /// No methods: clients only listen.
    pub fn new() -> Self {
        Self {
            by_name: HashMap::new(),
            last: None,
        }
    }

    /// Adds a method. A later one of the same name takes its place.
    pub fn on<A: 'static>(mut self, name: &'static str, handler: impl Handler<H, A>) -> Self {
        fn arguments<H, A, T: Handler<H, A>>(_: &T) -> usize {
            T::ARGUMENTS
        }
        let method = Method {
            name,
            arguments: arguments(&handler),
            optional: 0,
        };
        let call: Call<H> = Box::new(move |hub, caller, arguments| handler.call(hub, caller, arguments));
        let key = name.to_lowercase();
        self.last = Some(key.clone());
        self.by_name.insert(key, (method, call));
        self
    }

    /// Lets clients leave out the last `count` arguments of the method added last. They are then `null`, so
    /// their types are `Option`s.
    pub fn optional(mut self, count: usize) -> Self {
        if let Some((method, _)) = self.last.as_ref().and_then(|name| self.by_name.get_mut(name)) {
            method.optional = count.min(method.arguments);
        }
        self
    }

    /// All methods, by name.
    pub fn list(&self) -> Vec<Method> {
        let mut list: Vec<_> = self.by_name.values().map(|(method, _)| method.clone()).collect();
        list.sort_by_key(|method| method.name);
        list
    }

    /// Begins a call.
    pub(crate) fn call(
        &self,
        hub: Arc<H>,
        caller: Caller,
        name: &str,
        mut arguments: Vec<Value>,
    ) -> Result<Answer, HubError> {
        let (method, call) = self
            .by_name
            .get(&name.to_lowercase())
            .ok_or(HubError::UnknownMethod)?;
        let given = arguments.len();
        if given > method.arguments || given < method.arguments - method.optional {
            return Err(HubError::Arguments(format!(
                "Invocation provides {given} argument(s) but target expects {}.",
                method.arguments
            )));
        }
        arguments.resize(method.arguments, Value::Null);
        Ok(call(hub, caller, arguments))
    }
}
