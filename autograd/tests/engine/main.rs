//! The engine, tested from outside: one program, because each program compiles the operations that it uses anew.

mod agreement;
mod differences;
mod elementwise;
mod empty;
mod exact;
mod goldens;
mod layouts;
mod panics;
mod programs;
mod rules;
mod shapes;
mod tape;
mod traps;
mod views;
