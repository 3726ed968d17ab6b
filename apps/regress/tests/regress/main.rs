//! `regress` as people and scripts meet it: started as a program, judged by exit code, output and files.

mod comparing;
mod dividing;
mod export;
mod housing;
mod looking;
mod predicting;
mod refusals;
mod run_folder;
mod support;
mod sweeps;
mod training;
