//! Matrices over slices: what a product reads and writes.

use super::blocks::StridedPtr;

/// A matrix to read, over a slice, with any strides: transposed, repeated (stride 0) and reversed (negative stride)
/// matrices cost no copy.
#[derive(Debug)]
pub struct Mat<'a, T> {
    data: &'a [T],
    offset: usize,
    rows: usize,
    cols: usize,
    row_stride: isize,
    col_stride: isize,
}

impl<T> Clone for Mat<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Mat<'_, T> {}

impl<'a, T> Mat<'a, T> {
    /// The matrix whose element (i, j) is `data[offset + i·row_stride + j·col_stride]`.
    ///
    /// # Panics
    /// If an element lies outside of `data`.
    #[track_caller]
    pub fn new(
        data: &'a [T],
        offset: usize,
        rows: usize,
        cols: usize,
        row_stride: isize,
        col_stride: isize,
    ) -> Self {
        if rows > 0 && cols > 0 {
            // i128 holds each of these.
            let reach = |n: usize, stride: isize| (n as i128 - 1) * stride as i128;
            let ends = [reach(rows, row_stride), reach(cols, col_stride)];
            let sum = |from: [i128; 2]| {
                from.iter()
                    .fold(offset as i128, |s, e| s.saturating_add(*e))
            };
            let (lowest, highest) = (sum(ends.map(|e| e.min(0))), sum(ends.map(|e| e.max(0))));
            assert!(
                lowest >= 0 && highest < data.len() as i128,
                "matrix {rows}x{cols} with strides {row_stride}, {col_stride} from offset {offset} \
                 leaves its slice of {} elements",
                data.len()
            );
        }
        Self {
            data,
            offset,
            rows,
            cols,
            row_stride,
            col_stride,
        }
    }

    /// The matrix that lies in `data` row by row without gaps.
    ///
    /// # Panics
    /// If `data` has not exactly `rows·cols` elements.
    #[track_caller]
    pub fn row_major(data: &'a [T], rows: usize, cols: usize) -> Self {
        assert!(
            rows.checked_mul(cols) == Some(data.len()),
            "a row-major {rows}x{cols} matrix over {} elements",
            data.len()
        );
        Self::new(data, 0, rows, cols, cols as isize, 1)
    }

    /// The transposed matrix over the same data.
    pub fn transposed(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
            ..self
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    pub(super) fn strided_ptr(&self) -> StridedPtr<T> {
        StridedPtr {
            // A matrix without elements may have any offset, and nobody reads it.
            at: self.data.as_ptr().wrapping_add(self.offset),
            rs: self.row_stride,
            cs: self.col_stride,
        }
    }
}

/// A matrix to write, over a slice, its rows contiguous.
#[derive(Debug)]
pub struct MatMut<'a, T> {
    data: &'a mut [T],
    rows: usize,
    cols: usize,
    row_stride: usize,
}

impl<'a, T> MatMut<'a, T> {
    /// The matrix whose element (i, j) is `data[i·row_stride + j]`.
    ///
    /// # Panics
    /// If rows overlap or an element lies outside of `data`.
    #[track_caller]
    pub fn new(data: &'a mut [T], rows: usize, cols: usize, row_stride: usize) -> Self {
        if rows > 0 && cols > 0 {
            let highest = (rows as u128 - 1) * row_stride as u128 + cols as u128;
            assert!(
                (row_stride >= cols || rows == 1) && highest <= data.len() as u128,
                "matrix {rows}x{cols} with row stride {row_stride} over a slice of {} elements: \
                 rows overlap or leave it",
                data.len()
            );
        }
        Self {
            data,
            rows,
            cols,
            row_stride,
        }
    }

    /// The matrix that fills `data` row by row without gaps.
    ///
    /// # Panics
    /// If `data` has not exactly `rows·cols` elements.
    #[track_caller]
    pub fn row_major(data: &'a mut [T], rows: usize, cols: usize) -> Self {
        assert!(
            rows.checked_mul(cols) == Some(data.len()),
            "a row-major {rows}x{cols} matrix over {} elements",
            data.len()
        );
        Self::new(data, rows, cols, cols)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Distance between rows, in elements.
    pub(super) fn row_stride(&self) -> usize {
        self.row_stride
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut T {
        self.data.as_mut_ptr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "leaves its slice of 10 elements")]
    fn a_matrix_stays_in_its_slice() {
        Mat::new(&[0.0; 10], 2, 3, 3, 3, 1);
    }

    #[test]
    #[should_panic(expected = "leaves its slice of 10 elements")]
    fn a_reversed_matrix_stays_in_its_slice() {
        Mat::new(&[0.0; 10], 2, 2, 2, -3, 1);
    }

    #[test]
    #[should_panic(expected = "leaves its slice of 10 elements")]
    fn sizes_beyond_all_memory_are_seen() {
        Mat::new(
            &[0.0; 10],
            0,
            usize::MAX,
            usize::MAX,
            isize::MAX,
            isize::MAX,
        );
    }

    #[test]
    #[should_panic(expected = "rows overlap or leave it")]
    fn rows_to_write_do_not_overlap() {
        MatMut::new(&mut [0.0; 10], 2, 3, 2);
    }
}
