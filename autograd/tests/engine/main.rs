//! The engine, tested from outside: one program, because each program compiles the operations that it uses anew.

mod agreement;
mod empty;
mod forward;
mod goldens;
mod layouts;
mod panics;
mod rules;
mod shapes;
mod tape;
mod traps;
mod views;
