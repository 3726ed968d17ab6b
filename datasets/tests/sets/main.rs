//! Data sets by name and from files, tested from outside.

mod cifar10;
mod digits;
mod download;
mod drawing;
mod embedded;
mod files;
mod mnist;
mod own;
mod own_images;
