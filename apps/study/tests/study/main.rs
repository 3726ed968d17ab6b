//! The studies as they are declared, and the program as a user sees it.

mod claims;
#[cfg(unix)]
mod clusters;
mod declarations;
mod quick;
mod ranks;
mod running;
mod shards;
mod support;
