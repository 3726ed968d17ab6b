//! What the fuzz targets share: each is a reader of `gradus-hostile-files`, checked by what is checked in the tests there.

pub use hostile_files;
pub use libfuzzer_sys;

/// The fuzz target of this name.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        #[global_allocator]
        static MEMORY: $crate::hostile_files::Counting = $crate::hostile_files::Counting;

        $crate::libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
            let target = $crate::hostile_files::find($name).expect("a target of this name");
            target.assert(bytes);
        });
    };
}
