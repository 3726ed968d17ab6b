//! The studies as they are declared, and the program as a user sees it.

mod claims;
mod declarations;
mod quick;
mod running;
mod support;
