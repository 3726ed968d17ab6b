//! `landscape` as people and scripts meet it: started as a program, checked by exit code, output and files.

#[cfg(unix)]
mod clusters;
mod curvature;
mod directions;
mod paths;
mod ranks;
mod refusals;
mod resuming;
mod shards;
mod slices;
mod support;
mod weights;
