//! Model files: parameters in the safetensors format, under PyTorch's names and in its layout.
//!
//! A parameter that [declares it](crate::ParamsBuilder::add_transposed), as those of linear layers do, is `[in, out]` in
//! [`Params`] and `[out, in]` in the file; all others are what they are. A buffer named `…num_batches_tracked` is an
//! integer in the file, as PyTorch's batch normalization has it. The metadata is one key, `gradus`, with JSON whose keys
//! are sorted: equal models give equal bytes. Its `crc32` is a checksum of all the rest, so that damage is noticed.

mod error;

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use ::safetensors::tensor::{Dtype, Metadata, SafeTensors, TensorView, View};
use atomic_write::Durability;
use autograd::Real;
use serde_json::Value;

use crate::params::{Kind, Params, Segment};

pub use error::ModelFileError;

/// The key of our metadata.
const KEY: &str = "gradus";
/// The key of the checksum in our metadata: eight hexadecimal digits.
const CHECKSUM: &str = "crc32";

/// Writes the parameters with this metadata to a file: beside it first, then renamed into its place.
#[inline(never)]
pub fn save<T: Real>(
    path: &Path,
    params: &Params<T>,
    metadata: &Value,
) -> Result<(), ModelFileError> {
    let bytes = encode(params, metadata).map_err(|reason| ModelFileError::Unwritable {
        path: path.to_owned(),
        reason,
    })?;
    write(path, &bytes, Durability::PowerLoss)
}

/// Fills the parameters from a file that holds exactly the tensors of their table. After an error nothing has changed.
#[inline(never)]
pub fn load<T: Real>(path: &Path, params: &mut Params<T>) -> Result<(), ModelFileError> {
    decode(&read(path)?, path, params)
}

/// The metadata of a file, which says what model to build before its parameters are loaded.
pub fn metadata(path: &Path) -> Result<Value, ModelFileError> {
    metadata_of(&read(path)?, path)
}

/// The metadata of the file at `path` with these bytes.
pub(crate) fn metadata_of(bytes: &[u8], path: &Path) -> Result<Value, ModelFileError> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|e| unreadable(path, bytes, &e))?;
    let text = header.metadata().as_ref().and_then(|m| m.get(KEY));
    let error = |reason| ModelFileError::Metadata {
        path: path.to_owned(),
        reason,
    };
    let text = text.ok_or_else(|| error(format!("its metadata has no key {KEY}")))?;
    let metadata = serde_json::from_str(text);
    let mut metadata: Value =
        metadata.map_err(|e| error(format!("its metadata is not JSON: {e}")))?;
    if let Some(object) = metadata.as_object_mut() {
        object.remove(CHECKSUM);
    }
    Ok(metadata)
}

/// The bytes of a model file.
fn encode<T: Real>(params: &Params<T>, metadata: &Value) -> Result<Vec<u8>, String> {
    let tensors = params.iter().map(|(_, segment, values)| {
        let tensor = Outgoing {
            dtype: dtype::<T>(segment),
            shape: file_shape(segment),
            bytes: to_bytes(segment, values),
        };
        (segment.name.as_str(), tensor)
    });
    pack(tensors, metadata.clone())
}

/// The bytes of a file with these tensors and this metadata.
pub(crate) fn pack<'a>(
    tensors: impl IntoIterator<Item = (&'a str, Outgoing)>,
    mut metadata: Value,
) -> Result<Vec<u8>, String> {
    let mut tensors: Vec<_> = tensors.into_iter().collect();
    tensors.sort_unstable_by_key(|(name, _)| *name);
    let parts = tensors
        .iter()
        .map(|(name, t)| (*name, &t.shape[..], &t.bytes[..]));
    metadata.sort_all_objects();
    let checksum = checksum(&metadata, parts);
    if let Some(object) = metadata.as_object_mut() {
        object.insert(CHECKSUM.to_owned(), checksum.into());
        object.sort_keys();
    }
    let metadata = [(KEY.to_owned(), metadata.to_string())];
    ::safetensors::serialize(tensors, Some(metadata.into_iter().collect()))
        .map_err(|e| e.to_string())
}

/// The checksum of metadata and tensors in the order of their names: CRC-32 as of gzip (RFC 1952).
fn checksum<'a>(
    metadata: &Value,
    tensors: impl Iterator<Item = (&'a str, &'a [usize], &'a [u8])>,
) -> String {
    let mut crc = crc32fast::Hasher::new();
    crc.update(metadata.to_string().as_bytes());
    for (name, shape, bytes) in tensors {
        // Separated by a byte that no name has, and with its shape, so that no two lists of tensors are one text.
        crc.update(format!("\0{name}\0{shape:?}\0").as_bytes());
        crc.update(bytes);
    }
    format!("{:08x}", crc.finalize())
}

/// Refuses a file of ours whose checksum is not that of its content. Files of others, and ours of before there were
/// checksums, have none.
fn verify(bytes: &[u8], path: &Path) -> Result<(), ModelFileError> {
    // What cannot be read at all is refused by those who read it, with more to say.
    let (Ok(file), Ok((_, header))) = (
        SafeTensors::deserialize(bytes),
        SafeTensors::read_metadata(bytes),
    ) else {
        return Ok(());
    };
    let text = header.metadata().as_ref().and_then(|m| m.get(KEY));
    let damaged = || ModelFileError::Damaged {
        path: path.to_owned(),
    };
    let Some(text) = text else {
        return Ok(());
    };
    let mut metadata: Value = serde_json::from_str(text).map_err(|_| damaged())?;
    let Some(written) = metadata.as_object_mut().and_then(|m| m.remove(CHECKSUM)) else {
        return Ok(());
    };
    let mut tensors: Vec<_> = file.iter().collect();
    tensors.sort_unstable_by_key(|(name, _)| *name);
    let parts = tensors
        .iter()
        .map(|(name, view)| (*name, view.shape(), view.data()));
    match written == checksum(&metadata, parts) {
        true => Ok(()),
        false => Err(damaged()),
    }
}

/// The tensors of the file at `path` with these bytes.
pub(crate) fn open<'data>(
    bytes: &'data [u8],
    path: &Path,
) -> Result<SafeTensors<'data>, ModelFileError> {
    SafeTensors::deserialize(bytes).map_err(|e| unreadable(path, bytes, &e))
}

/// Fills the parameters from the bytes of the file at `path`.
fn decode<T: Real>(
    bytes: &[u8],
    path: &Path,
    params: &mut Params<T>,
) -> Result<(), ModelFileError> {
    let file = open(bytes, path)?;
    let known = |name: &str| params.find(name).is_some();
    if let Some(tensor) = file.names().into_iter().filter(|n| !known(n)).min() {
        return Err(ModelFileError::Extra {
            path: path.to_owned(),
            tensor: tensor.to_owned(),
        });
    }
    let tensors: Vec<TensorView<'_>> = params
        .segments()
        .iter()
        .map(|segment| matching::<T>(&file, segment, path))
        .collect::<Result<_, _>>()?;
    let ids: Vec<_> = params.iter().map(|(id, ..)| id).collect();
    for (id, tensor) in ids.into_iter().zip(tensors) {
        let segment = params.segment(id).clone();
        from_bytes(&segment, tensor.data(), params.slice_mut(id));
    }
    Ok(())
}

/// The tensor of a segment, if the file has it as it should be.
fn matching<'data, T: Real>(
    file: &SafeTensors<'data>,
    segment: &Segment,
    path: &Path,
) -> Result<TensorView<'data>, ModelFileError> {
    let (path, tensor) = (path.to_owned(), segment.name.clone());
    let Ok(view) = file.tensor(&tensor) else {
        return Err(ModelFileError::Missing { path, tensor });
    };
    let expected = file_shape(segment);
    if view.shape() != expected {
        return Err(ModelFileError::Shape {
            path,
            tensor,
            found: view.shape().to_vec(),
            expected,
        });
    }
    let expected = dtype::<T>(segment);
    if view.dtype() != expected {
        return Err(ModelFileError::Dtype {
            path,
            tensor,
            found: view.dtype().to_string(),
            expected: expected.to_string(),
        });
    }
    Ok(view)
}

pub(crate) fn write(
    path: &Path,
    bytes: &[u8],
    durability: Durability,
) -> Result<(), ModelFileError> {
    atomic_write::write(path, bytes, durability).map_err(|source| ModelFileError::Io {
        doing: "write",
        path: path.to_owned(),
        source,
    })
}

/// The bytes of a file that is as it was written, as far as its checksum tells.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, ModelFileError> {
    let bytes = fs::read(path).map_err(|source| ModelFileError::Io {
        doing: "read",
        path: path.to_owned(),
        source,
    })?;
    verify(&bytes, path)?;
    Ok(bytes)
}

/// Why these bytes are no model file: cut short, or something else.
fn unreadable(path: &Path, bytes: &[u8], error: &::safetensors::SafeTensorError) -> ModelFileError {
    let path = path.to_owned();
    match cut(bytes) {
        Some(place) => ModelFileError::CutShort { path, place },
        None => ModelFileError::NotSafetensors {
            path,
            reason: error.to_string(),
        },
    }
}

/// The first place at which a file that starts well misses bytes.
fn cut(bytes: &[u8]) -> Option<String> {
    /// The largest header that the format allows, in bytes.
    const LARGEST: usize = 100_000_000;
    let (size, rest) = bytes.split_first_chunk()?;
    let size = usize::try_from(u64::from_le_bytes(*size)).ok()?;
    if size > LARGEST || rest.first().is_some_and(|b| *b != b'{') {
        return None;
    }
    let Some((header, data)) = rest.split_at_checked(size) else {
        return Some("its header".to_owned());
    };
    let header: Metadata = serde_json::from_slice(header).ok()?;
    let mut names = header.offset_keys().into_iter();
    let past = |name: &String| {
        header
            .info(name)
            .is_some_and(|t| t.data_offsets.1 > data.len())
    };
    names.find(past).map(|name| format!("tensor {name}"))
}

/// A tensor on its way into a file.
pub(crate) struct Outgoing {
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<usize>,
    pub(crate) bytes: Vec<u8>,
}

impl View for Outgoing {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

/// The type of a segment's elements in the file.
fn dtype<T: Real>(segment: &Segment) -> Dtype {
    match T::NAME {
        _ if is_counter(segment) => Dtype::I64,
        "f32" => Dtype::F32,
        _ => Dtype::F64,
    }
}

/// PyTorch keeps this one as an integer.
fn is_counter(segment: &Segment) -> bool {
    segment.kind == Kind::Buffer && segment.name.ends_with("num_batches_tracked")
}

/// Rows and columns of a parameter that stands transposed in the file, as it declares.
fn transposed(segment: &Segment) -> Option<(usize, usize)> {
    match segment.shape.as_slice() {
        [rows, columns] if segment.transposed => Some((*rows, *columns)),
        _ => None,
    }
}

/// The shape in the file.
fn file_shape(segment: &Segment) -> Vec<usize> {
    match transposed(segment) {
        Some((fan_in, fan_out)) => vec![fan_out, fan_in],
        None => segment.shape.clone(),
    }
}

/// For each element of the file, in order, its place in the segment.
fn places(segment: &Segment) -> impl Iterator<Item = usize> {
    let (fan_in, fan_out) = transposed(segment).unwrap_or((segment.range.len(), 1));
    (0..fan_out).flat_map(move |o| (0..fan_in).map(move |i| i * fan_out + o))
}

/// The segment's values as the file has them.
fn to_bytes<T: Real>(segment: &Segment, values: &[T]) -> Vec<u8> {
    let file_order = places(segment).map(|at| values[at].to_f64());
    match dtype::<T>(segment) {
        Dtype::I64 => file_order.flat_map(|x| (x as i64).to_le_bytes()).collect(),
        Dtype::F32 => file_order.flat_map(|x| (x as f32).to_le_bytes()).collect(),
        _ => file_order.flat_map(f64::to_le_bytes).collect(),
    }
}

/// The file's bytes, which have the right type and length, into the segment's values.
fn from_bytes<T: Real>(segment: &Segment, bytes: &[u8], values: &mut [T]) {
    let mut put = |at: usize, x: f64| values[at] = T::from_f64(x);
    let places = places(segment);
    match dtype::<T>(segment) {
        Dtype::I64 => {
            let numbers = bytes.as_chunks().0.iter().map(|b| i64::from_le_bytes(*b));
            places.zip(numbers).for_each(|(at, x)| put(at, x as f64));
        }
        Dtype::F32 => {
            let numbers = bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b));
            places.zip(numbers).for_each(|(at, x)| put(at, x.into()));
        }
        _ => {
            let numbers = bytes.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b));
            places.zip(numbers).for_each(|(at, x)| put(at, x));
        }
    }
}
