//! Networks, tested from outside: one program, because each program compiles what it uses anew.

mod autoencoder;
mod curvature;
mod directions;
mod golden;
mod initializers;
mod layers;
mod looking;
mod losses;
mod metrics;
mod optimizer_state;
mod optimizers;
mod penalties;
mod resume;
mod safetensors;
mod schedules;
mod second_order;
mod second_order_runs;
mod second_order_steps;
mod spectrum;
mod statistics;
mod subnormals;
mod trainer;
mod trainer_losses;
mod weighted_runs;
mod weights;
