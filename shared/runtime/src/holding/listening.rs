//! A function that holds something of people listens to what concerns that.

use super::{Holder, erasing, writing};
use crate::function::{Building, MakeRoute};
use crate::{Context, events};
use contracts::events::accounts::{AccountDeleted, AccountErasing, ExportRequested, ExportWriting};
use std::sync::Arc;

impl<S: Holder> Building<S> {
    /// It holds something of people: it erases that when their account is deleted, and writes it down when they ask for it.
    pub fn holds_people(self) -> Self {
        let begin: MakeRoute<S> = Arc::new(|context: &Context| {
            let own = context.clone();
            events::route(context.clone(), move |event, state| {
                erasing::begin(own.clone(), event, state)
            })
        });
        let resume: MakeRoute<S> = Arc::new(|context: &Context| {
            let own = context.clone();
            events::route(context.clone(), move |event, state| {
                erasing::resume(own.clone(), event, state)
            })
        });
        let write: MakeRoute<S> = Arc::new(|context: &Context| {
            let own = context.clone();
            events::route(context.clone(), move |event, state| {
                writing::begin(own.clone(), event, state)
            })
        });
        let write_on: MakeRoute<S> = Arc::new(|context: &Context| {
            let own = context.clone();
            events::route(context.clone(), move |event, state| {
                writing::resume(own.clone(), event, state)
            })
        });
        let erasing = events::filter_about::<AccountErasing>(self.name());
        let writing = events::filter_about::<ExportWriting>(self.name());
        self.mark_holder()
            .listen::<AccountDeleted>(events::filter::<AccountDeleted>(), begin)
            .listen::<AccountErasing>(erasing, resume)
            .listen::<ExportRequested>(events::filter::<ExportRequested>(), write)
            .listen::<ExportWriting>(writing, write_on)
    }
}
