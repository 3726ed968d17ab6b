//! Rows of equal shape, as they came.

use std::sync::Arc;

use autograd::kernels::{Cell, gather};
use autograd::{Dims, Isa, MAX_RANK, Real, Tensor, isa};

use crate::affine::Affine;

/// Many rows of one shape, of bytes or reals, in row-major order. Cloning shares the cells.
#[derive(Clone, Debug)]
pub struct Rows {
    cells: Cells,
    row_shape: Arc<[usize]>,
    row_len: usize,
    len: usize,
    affine: Affine,
}

/// A `Vec` behind the `Arc` and not a slice, so that what a reader filled is taken over without a copy.
#[derive(Clone, Debug)]
enum Cells {
    Bytes(Arc<Vec<u8>>),
    Reals32(Arc<Vec<f32>>),
    Reals64(Arc<Vec<f64>>),
}

impl Rows {
    /// Rows of bytes, such as the pixels of images. They come out scaled by 1/255, unless [`scaled`](Self::scaled)
    /// says otherwise.
    ///
    /// # Panics
    /// If a row has no cell, or the cells do not make whole rows.
    #[track_caller]
    pub fn bytes(row_shape: &[usize], cells: impl Into<Vec<u8>>) -> Self {
        let cells = cells.into();
        let count = cells.len();
        let affine = Affine::scale(1.0 / 255.0);
        Self::new(row_shape, Cells::Bytes(Arc::new(cells)), count, affine)
    }

    /// Rows of `f32`, which come out as they are unless [`scaled`](Self::scaled).
    ///
    /// # Panics
    /// If a row has no cell, or the cells do not make whole rows.
    #[track_caller]
    pub fn reals32(row_shape: &[usize], cells: impl Into<Vec<f32>>) -> Self {
        let cells = cells.into();
        let count = cells.len();
        let affine = Affine::Identity;
        Self::new(row_shape, Cells::Reals32(Arc::new(cells)), count, affine)
    }

    /// Rows of `f64`, which come out as they are unless [`scaled`](Self::scaled).
    ///
    /// # Panics
    /// If a row has no cell, or the cells do not make whole rows.
    #[track_caller]
    pub fn reals64(row_shape: &[usize], cells: impl Into<Vec<f64>>) -> Self {
        let cells = cells.into();
        let count = cells.len();
        let affine = Affine::Identity;
        Self::new(row_shape, Cells::Reals64(Arc::new(cells)), count, affine)
    }

    #[track_caller]
    fn new(row_shape: &[usize], cells: Cells, count: usize, affine: Affine) -> Self {
        let row_len: usize = row_shape.iter().product();
        assert!(row_len > 0, "Rows: a row of shape {row_shape:?} is empty");
        assert!(
            count.is_multiple_of(row_len),
            "Rows: {count} cells do not make whole rows of shape {row_shape:?}"
        );
        let len = count / row_len;
        assert!(
            u32::try_from(len).is_ok(),
            "Rows: {len} rows, more than an index can count"
        );
        Self {
            cells,
            row_shape: row_shape.into(),
            row_len,
            len,
            affine,
        }
    }

    /// The same cells under another map, which replaces the present one.
    ///
    /// # Panics
    /// If the map is per column and a row has another number of cells.
    #[track_caller]
    pub fn scaled(mut self, affine: Affine) -> Self {
        if let Affine::PerColumn { scale, shift } = &affine {
            assert!(
                scale.len() == self.row_len && shift.len() == self.row_len,
                "Rows::scaled: {} scales and {} shifts for rows of {} cells",
                scale.len(),
                shift.len(),
                self.row_len
            );
        }
        self.affine = affine;
        self
    }

    /// The same cells as rows with a single axis, in the order they have.
    pub fn flattened(mut self) -> Self {
        self.row_shape = [self.row_len].into();
        self
    }

    /// The map from a stored cell to an element.
    pub fn affine(&self) -> &Affine {
        &self.affine
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Checks whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The shape of one row.
    pub fn row_shape(&self) -> &[usize] {
        &self.row_shape
    }

    /// Cells in a row.
    pub fn row_len(&self) -> usize {
        self.row_len
    }

    /// Writes the chosen rows, mapped, one after the other to `out`.
    ///
    /// A batch can be gathered in parts, on several threads: `rows[a..b]` into `out[a·row_len..b·row_len]`.
    ///
    /// # Panics
    /// If a row does not exist, or `out` is not `rows.len()·row_len` long.
    #[track_caller]
    pub fn gather_into<T: Real>(&self, rows: &[u32], out: &mut [T]) {
        self.gather_with(isa(), rows, out);
    }

    /// The chosen rows as a tensor of shape `[rows, row shape…]`.
    ///
    /// # Panics
    /// If a row does not exist, or has more axes than a tensor with one more can have.
    #[track_caller]
    pub fn gather<T: Real>(&self, rows: &[u32]) -> Tensor<T> {
        let axes = 1 + self.row_shape.len();
        assert!(
            axes <= MAX_RANK,
            "Rows::gather: rows of shape {:?} make a batch of {axes} axes, more than {MAX_RANK}",
            self.row_shape
        );
        let mut sizes = [rows.len(); MAX_RANK];
        sizes[1..axes].copy_from_slice(&self.row_shape);
        Tensor::written(Dims::new(&sizes[..axes]), |out| self.gather_into(rows, out))
    }

    /// [`gather_into`](Self::gather_into) with the loops of an instruction set.
    #[track_caller]
    fn gather_with<T: Real>(&self, isa: Isa, rows: &[u32], out: &mut [T]) {
        self.check(rows);
        assert!(
            out.len() == rows.len() * self.row_len,
            "Rows::gather_into: {} rows of {} cells do not fit into {} elements",
            rows.len(),
            self.row_len,
            out.len()
        );
        let (width, map) = (self.row_len, self.affine.map());
        match &self.cells {
            Cells::Bytes(cells) => gather(isa, (cells, width), rows, map, out),
            Cells::Reals32(cells) => gather(isa, (cells, width), rows, map, out),
            Cells::Reals64(cells) => gather(isa, (cells, width), rows, map, out),
        }
    }

    #[track_caller]
    fn check(&self, rows: &[u32]) {
        if let Some(&last) = rows.iter().max() {
            assert!(
                (last as usize) < self.len,
                "Rows::gather_into: row {last} of {} rows",
                self.len
            );
        }
    }

    /// Row `i`, mapped, in `f64`.
    ///
    /// # Panics
    /// If there is no such row.
    #[track_caller]
    pub fn row(&self, i: usize) -> Vec<f64> {
        assert!(i < self.len, "Rows::row: row {i} of {} rows", self.len);
        match &self.cells {
            Cells::Bytes(cells) => self.mapped(cells, i),
            Cells::Reals32(cells) => self.mapped(cells, i),
            Cells::Reals64(cells) => self.mapped(cells, i),
        }
    }

    fn mapped<C: Cell>(&self, cells: &[C], i: usize) -> Vec<f64> {
        let row = &cells[i * self.row_len..][..self.row_len];
        let map = |(j, cell): (usize, &C)| {
            let (scale, shift) = self.affine.column(j);
            cell.to_f64() * scale + shift
        };
        row.iter().enumerate().map(map).collect()
    }
}

#[cfg(test)]
mod tests;
