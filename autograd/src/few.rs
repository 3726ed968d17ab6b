//! Short lists on the stack: most operations have one to three inputs, and a step asks the system for nothing.

/// Inputs of an operation that are handled without asking for memory.
const FEW: usize = 8;

/// Calls `f` with the items in a slice, on the stack where they are few.
#[inline]
pub(crate) fn with_few<X: Copy, R>(
    mut items: impl ExactSizeIterator<Item = X>,
    f: impl FnOnce(&[X]) -> R,
) -> R {
    let n = items.len();
    if n > FEW {
        return f(&items.collect::<Vec<_>>());
    }
    let Some(first) = items.next() else {
        return f(&[]);
    };
    let mut few = [first; FEW];
    for (place, item) in few[1..].iter_mut().zip(items) {
        *place = item;
    }
    f(&few[..n])
}

/// A copy of a short list, on the stack where it is short.
pub(crate) enum Few {
    Short([u32; FEW], usize),
    Long(Vec<u32>),
}

impl Few {
    pub(crate) fn new(items: &[u32]) -> Self {
        if items.len() > FEW {
            return Self::Long(items.to_vec());
        }
        let mut short = [0; FEW];
        short[..items.len()].copy_from_slice(items);
        Self::Short(short, items.len())
    }
}

impl std::ops::Deref for Few {
    type Target = [u32];
    fn deref(&self) -> &[u32] {
        match self {
            Self::Short(items, n) => &items[..*n],
            Self::Long(items) => items,
        }
    }
}
