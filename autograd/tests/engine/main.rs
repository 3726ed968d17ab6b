//! The engine, tested from outside: one program, because each program compiles the operations that it uses anew.

mod agreement;
mod anomalies;
mod column_major;
mod differences;
mod einsum;
mod elementary;
mod elements;
mod elementwise;
mod empty;
mod exact;
mod flush;
mod forward;
mod fused_loss;
mod goldens;
mod layouts;
mod operators;
mod panics;
mod programs;
mod rules;
mod several;
mod shapes;
mod signed;
mod tape;
mod text;
mod traps;
mod views;
