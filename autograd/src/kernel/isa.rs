//! Which instruction set the kernels use.

use std::env::{self, VarError};
use std::sync::OnceLock;

/// An instruction set that the kernels are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isa {
    /// Any processor.
    Portable,
    /// AVX2 with fused multiply-add.
    Avx2,
    /// AVX-512 F, DQ, BW and VL.
    Avx512,
}

impl Isa {
    /// The best that this processor has.
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                let wide = is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl");
                return if wide { Self::Avx512 } else { Self::Avx2 };
            }
        }
        Self::Portable
    }

    /// Every one that this processor has, from the plainest on.
    pub fn available() -> impl Iterator<Item = Self> {
        [Self::Portable, Self::Avx2, Self::Avx512]
            .into_iter()
            .filter(|i| *i <= Self::best())
    }

    /// The instruction set itself.
    ///
    /// # Panics
    /// If this processor does not have it.
    #[track_caller]
    pub(super) fn expect_available(self) -> Self {
        assert!(self <= Self::best(), "this processor has no {self:?}");
        self
    }

    /// The name, as `GRADUS_ISA` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// Reads a value of `GRADUS_ISA`; an error says what is wrong with it.
    pub fn parse(name: &str) -> Result<Self, String> {
        let isa = match name {
            "portable" => Self::Portable,
            "avx2" => Self::Avx2,
            "avx512" => Self::Avx512,
            _ => {
                return Err(format!(
                    "GRADUS_ISA is \"{name}\"; it takes portable, avx2 or avx512"
                ));
            }
        };
        if isa > Self::best() {
            return Err(format!(
                "GRADUS_ISA is \"{name}\", which this processor does not have"
            ));
        }
        Ok(isa)
    }

    /// Reads the environment variable `GRADUS_ISA` (`portable`, `avx2`, `avx512`); the best of the processor if it is
    /// not set.
    ///
    /// # Errors
    /// A sentence, if it names something else, or something this processor does not have.
    pub fn of_environment() -> Result<Self, String> {
        match env::var("GRADUS_ISA") {
            Ok(name) => Self::parse(&name),
            Err(VarError::NotPresent) => Ok(Self::best()),
            Err(VarError::NotUnicode(_)) => {
                Err("GRADUS_ISA is not text; it takes portable, avx2 or avx512".to_owned())
            }
        }
    }
}

/// The instruction set in use, [that of the environment](Isa::of_environment), which is read once.
///
/// # Panics
/// If `GRADUS_ISA` names none, or one that this processor does not have. Programs check that first.
pub fn isa() -> Isa {
    static ISA: OnceLock<Isa> = OnceLock::new();
    *ISA.get_or_init(|| Isa::of_environment().unwrap_or_else(|e| panic!("{e}")))
}

/// One loop text, compiled for each instruction set and chosen at run time.
///
/// `NAME<EXTRA: BOUND>, BODY, (ARGUMENTS)` makes a function `NAME` over elements `T`, which calls `BODY::<T, EXTRA, LANE>`
/// on the instruction set in use. `fn NAME [GENERICS] [THEIR NAMES] (ARGUMENTS), BODY` does so with generics of its own,
/// for `unsafe fn` too, and with `on isa` on the instruction set of that name, which the processor has to have. The body
/// carries `#[inline(always)]` and takes the lane as its last type.
macro_rules! dispatched {
    (@make [$($attr:tt)*] $vis:vis [$($unsafe:tt)*] $name:ident [$($declared:tt)*] [$($used:tt)*]
     [$($arg:ident: $type:ty),*] [$($result:tt)*] [$($on:ident: $isa:ty)?] $isa_in_use:expr, $body:ident) => {
        $($attr)*
        $vis $($unsafe)* fn $name<$($declared)*>($($on: $isa,)? $($arg: $type),*) $($result)* {
            /// # Safety
            /// The caller's.
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
            $($unsafe)* fn avx512<$($declared)*>($($arg: $type),*) $($result)* {
                // SAFETY: the caller's.
                #[allow(unused_unsafe)]
                unsafe { $body::<$($used)*, T::Fused>($($arg),*) }
            }
            /// # Safety
            /// The caller's.
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            $($unsafe)* fn avx2<$($declared)*>($($arg: $type),*) $($result)* {
                // SAFETY: the caller's.
                #[allow(unused_unsafe)]
                unsafe { $body::<$($used)*, T::Fused>($($arg),*) }
            }
            match $isa_in_use {
                #[cfg(target_arch = "x86_64")]
                // SAFETY: the caller's, and the processor has the instructions.
                $crate::kernel::Isa::Avx512 => unsafe { avx512::<$($used)*>($($arg),*) },
                #[cfg(target_arch = "x86_64")]
                // SAFETY: as above.
                $crate::kernel::Isa::Avx2 => unsafe { avx2::<$($used)*>($($arg),*) },
                // SAFETY: the caller's.
                #[allow(unused_unsafe)]
                _ => unsafe { $body::<$($used)*, T::Plain>($($arg),*) },
            }
        }
    };
    ($(#[$attr:meta])* $vis:vis unsafe fn $name:ident [$($declared:tt)*] [$($used:tt)*]
     ($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)?, $body:ident) => {
        $crate::kernel::isa::dispatched! {
            @make [$(#[$attr])*] $vis [unsafe] $name [$($declared)*] [$($used)*]
            [$($arg: $type),*] [$(-> $result)?] [] $crate::kernel::isa(), $body
        }
    };
    ($(#[$attr:meta])* $vis:vis fn $name:ident [$($declared:tt)*] [$($used:tt)*]
     ($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)?, $body:ident on $isa:ident) => {
        $crate::kernel::isa::dispatched! {
            @make [$(#[$attr])*] $vis [] $name [$($declared)*] [$($used)*]
            [$($arg: $type),*] [$(-> $result)?] [$isa: $crate::kernel::Isa] $isa.expect_available(), $body
        }
    };
    ($(#[$attr:meta])* $vis:vis $name:ident $(<$extra:ident: $bound:path>)?, $body:ident,
     ($($arg:ident: $type:ty),*) $(-> $result:ty)?) => {
        $crate::kernel::isa::dispatched! {
            @make [$(#[$attr])*] $vis [] $name [T: Real $(, $extra: $bound)?] [T $(, $extra)?]
            [$($arg: $type),*] [$(-> $result)?] [] $crate::kernel::isa(), $body
        }
    };
}
pub(super) use dispatched;
