//! The engine, tested from outside: one program, because each program compiles the operations that it uses anew.

mod agreement;
mod einsum;
mod elementary;
mod elements;
mod empty;
mod forward;
mod goldens;
mod layouts;
mod operators;
mod panics;
mod rules;
mod several;
mod shapes;
mod signed;
mod tape;
mod text;
mod traps;
mod views;
