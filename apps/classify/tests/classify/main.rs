//! `classify` as people and scripts meet it: started as a program, judged by exit code, output and files.

mod answers;
mod bits;
mod broken_data;
mod changed_data;
#[cfg(unix)]
mod clusters;
mod comparing;
mod damage;
mod decisions;
mod edited;
mod export;
mod files;
mod folds;
mod hostile_text;
mod model_file;
mod networks;
mod predicting;
mod ranks;
mod refusals;
mod resuming;
mod run_folder;
mod search_cost;
mod searches;
mod shards;
mod support;
mod sweeps;
mod tables;
mod tensorboard;
mod training;
mod two_processes;
mod weights;
