//! Methods as ordinary functions.

use super::HubError;
use crate::server::Caller;
use futures::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};
use std::{future::Future, sync::Arc};

/// A call under way; its result is JSON.
pub type Answer = BoxFuture<'static, Result<Box<RawValue>, HubError>>;

/// Marks the arguments of a function that is not `async`.
pub struct AtOnce<A>(std::marker::PhantomData<A>);

/// A function `async fn(Arc<Hub>, Caller, A, B, ..) -> Result<R, HubError>` with up to six arguments that can be
/// read from JSON and a result that can be written as JSON; or, where nothing is waited
/// for, `fn(&Hub, &Caller, A, B, ..) -> Result<R, HubError>`.
pub trait Handler<H, A>: Send + Sync + 'static {
    /// How many arguments it takes.
    const ARGUMENTS: usize;

    /// Runs it; there are exactly [`ARGUMENTS`](Self::ARGUMENTS) of them.
    fn call(&self, hub: Arc<H>, caller: Caller, arguments: Vec<Value>) -> Answer;
}

fn read<T: DeserializeOwned>(arguments: &[Value], index: usize) -> Result<T, HubError> {
    T::deserialize(arguments.get(index).unwrap_or(&Value::Null))
        .map_err(|error| HubError::Arguments(format!("Argument {} is wrong: {error}", index + 1)))
}

macro_rules! handler {
    ($count:literal $(, $argument:ident $index:literal)*) => {
        impl<H, F, Fut, R $(, $argument)*> Handler<H, ($($argument,)*)> for F
        where
            H: Send + Sync + 'static,
            F: Fn(Arc<H>, Caller $(, $argument)*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = Result<R, HubError>> + Send + 'static,
            R: Serialize + 'static,
            $($argument: DeserializeOwned,)*
        {
            const ARGUMENTS: usize = $count;

            fn call(&self, hub: Arc<H>, caller: Caller, arguments: Vec<Value>) -> Answer {
                let handler = self.clone();
                Box::pin(async move {
                    let call = handler(hub, caller $(, read::<$argument>(&arguments, $index)?)*);
                    drop(arguments);
                    to_raw_value(&call.await?).map_err(HubError::internal)
                })
            }
        }

        impl<H, F, R $(, $argument)*> Handler<H, AtOnce<($($argument,)*)>> for F
        where
            H: Send + Sync + 'static,
            F: Fn(&H, &Caller $(, $argument)*) -> Result<R, HubError> + Clone + Send + Sync + 'static,
            R: Serialize + 'static,
            $($argument: DeserializeOwned,)*
        {
            const ARGUMENTS: usize = $count;

            fn call(&self, hub: Arc<H>, caller: Caller, arguments: Vec<Value>) -> Answer {
                let handler = self.clone();
                Box::pin(async move {
                    let result = handler(&hub, &caller $(, read::<$argument>(&arguments, $index)?)*)?;
                    drop(arguments);
                    to_raw_value(&result).map_err(HubError::internal)
                })
            }
        }
    };
}

handler!(0);
handler!(1, A 0);
handler!(2, A 0, B 1);
handler!(3, A 0, B 1, C 2);
handler!(4, A 0, B 1, C 2, D 3);
handler!(5, A 0, B 1, C 2, D 3, E 4);
handler!(6, A 0, B 1, C 2, D 3, E 4, G 5);
