#![no_main]

gradus_fuzz::target!("rows_to_predict");
