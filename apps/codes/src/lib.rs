//! What can be asked of an autoencoder: its codes, and what they are worth.
//!
//! A [`AutoencoderModel`] is an autoencoder with its halves apart, taken from a run or [trained](train()) in memory. Its codes
//! are [`Points`]. [`nearest`] and [`classified`] find neighbors among them, [`on_a_plane`] draws them by t-SNE,
//! [`centroids`] and [`between`] lead from class to class, [`under_noise`] says what it makes of noisy pictures, and
//! [`linear`] what it is held against. All of them give the same bits for the same seed, whatever the number of threads.

mod autoencoder;
mod between;
mod classifier;
mod linear;
mod nearest;
mod noisy;
mod plane;
mod points;
mod train;
mod votes;

pub use autoencoder::AutoencoderModel;
pub use between::{between, centroids};
pub use classifier::Classifier;
pub use linear::linear;
pub use nearest::{Neighbor, nearest};
pub use noisy::{noisy, under_noise};
pub use plane::{EPOCHS, Plane, on_a_plane};
pub use points::Points;
pub use train::{Trained, train};
pub use votes::{classified, evaluated};
