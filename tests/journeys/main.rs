//! What people do with Kith, told over real HTTP and real hubs, against the emulator. `KITH_FORM=processes` tells the same stories to separate
//! processes.

mod auth;
mod conventions;
