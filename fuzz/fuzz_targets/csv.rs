#![no_main]

gradus_fuzz::target!("csv");
