//! Reading the elements of a strided view in row-major order, a stretch at a time.

use crate::layout::{Layout, MAX_RANK};

/// A place in a strided view that moves on in row-major order.
///
/// Axes that lie in the storage as one are merged first, so that the innermost run is as long as it can be.
pub(crate) struct Cursor {
    sizes: [usize; MAX_RANK],
    strides: [isize; MAX_RANK],
    index: [usize; MAX_RANK],
    rank: usize,
    position: isize,
}

impl Cursor {
    pub(crate) fn new(layout: &Layout) -> Self {
        let mut c = Self {
            sizes: [1; MAX_RANK],
            strides: [0; MAX_RANK],
            index: [0; MAX_RANK],
            rank: 0,
            position: layout.offset as isize,
        };
        for (size, stride) in layout.shape.iter().zip(layout.strides()) {
            if *size == 1 {
                continue;
            }
            let last = c.rank.wrapping_sub(1);
            if c.rank > 0 && c.strides[last] == stride * *size as isize {
                c.sizes[last] *= size;
                c.strides[last] = *stride;
            } else {
                c.sizes[c.rank] = *size;
                c.strides[c.rank] = *stride;
                c.rank += 1;
            }
        }
        c
    }

    /// The stride of the elements if one run holds them all.
    pub(crate) fn single_stride(&self) -> Option<isize> {
        match self.rank {
            0 => Some(0),
            1 => Some(self.strides[0]),
            _ => None,
        }
    }

    /// Copies the next `out.len()` elements and moves on.
    pub(crate) fn fill<E: Copy>(&mut self, storage: &[E], out: &mut [E]) {
        if out.is_empty() {
            return;
        }
        if self.rank == 0 {
            out.fill(storage[self.position as usize]);
            return;
        }
        let inner = self.rank - 1;
        let mut done = 0;
        while done < out.len() {
            let left = self.sizes[inner] - self.index[inner];
            let n = left.min(out.len() - done);
            copy_run(
                storage,
                self.position,
                self.strides[inner],
                &mut out[done..done + n],
            );
            done += n;
            self.advance(n);
        }
    }

    /// Moves `n` elements on, at most to the end of the innermost run.
    fn advance(&mut self, n: usize) {
        let mut axis = self.rank - 1;
        self.index[axis] += n;
        self.position += n as isize * self.strides[axis];
        while self.index[axis] == self.sizes[axis] {
            self.position -= self.sizes[axis] as isize * self.strides[axis];
            self.index[axis] = 0;
            if axis == 0 {
                return;
            }
            axis -= 1;
            self.index[axis] += 1;
            self.position += self.strides[axis];
        }
    }
}

fn copy_run<E: Copy>(storage: &[E], from: isize, stride: isize, out: &mut [E]) {
    match stride {
        1 => {
            let from = from as usize;
            out.copy_from_slice(&storage[from..from + out.len()]);
        }
        0 => out.fill(storage[from as usize]),
        _ => {
            for (i, x) in out.iter_mut().enumerate() {
                *x = storage[(from + i as isize * stride) as usize];
            }
        }
    }
}
