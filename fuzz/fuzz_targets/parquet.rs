#![no_main]

gradus_fuzz::target!("parquet");
