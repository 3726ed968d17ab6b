//! Messages of Protocol Buffers read by what the encoding says, without the messages' definitions: an independent look at
//! files that are written with them.

use std::borrow::Cow;

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field<'a> {
    /// A whole number of variable length.
    Varint(u64),
    /// Eight bytes.
    Eight([u8; 8]),
    /// Four bytes.
    Four([u8; 4]),
    /// Bytes, a text or another message.
    Bytes(&'a [u8]),
}

/// The fields of a message with their numbers, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Message<'a>(pub Vec<(u64, Field<'a>)>);

impl<'a> Message<'a> {
    /// Reads a message.
    ///
    /// # Panics
    /// If these bytes are none.
    #[track_caller]
    pub fn of(mut bytes: &'a [u8]) -> Self {
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let key = varint(&mut bytes);
            let field = match key & 7 {
                0 => Field::Varint(varint(&mut bytes)),
                1 => Field::Eight(taken(&mut bytes, 8).try_into().unwrap()),
                2 => {
                    let length = varint(&mut bytes) as usize;
                    Field::Bytes(taken(&mut bytes, length))
                }
                5 => Field::Four(taken(&mut bytes, 4).try_into().unwrap()),
                other => panic!("a field of wire type {other}"),
            };
            fields.push((key >> 3, field));
        }
        Self(fields)
    }

    /// All values of a field.
    pub fn all(&self, number: u64) -> impl Iterator<Item = Field<'a>> {
        let fields = self.0.iter().filter(move |(n, _)| *n == number);
        fields.map(|(_, field)| *field)
    }

    /// The value of a field that stands at most once.
    pub fn one(&self, number: u64) -> Option<Field<'a>> {
        let mut all = self.all(number);
        let first = all.next();
        assert_eq!(all.next(), None, "field {number} stands twice");
        first
    }

    /// All messages of a field.
    pub fn messages(&self, number: u64) -> impl Iterator<Item = Message<'a>> {
        self.all(number).map(move |field| match field {
            Field::Bytes(bytes) => Message::of(bytes),
            other => panic!("field {number} is no message but {other:?}"),
        })
    }

    /// The bytes of a field; none if it is absent.
    pub fn bytes(&self, number: u64) -> &'a [u8] {
        match self.one(number) {
            None => &[],
            Some(Field::Bytes(bytes)) => bytes,
            Some(other) => panic!("field {number} is no bytes but {other:?}"),
        }
    }

    /// The text of a field; empty if it is absent.
    pub fn text(&self, number: u64) -> Cow<'a, str> {
        String::from_utf8_lossy(self.bytes(number))
    }

    /// All texts of a field.
    pub fn texts(&self, number: u64) -> Vec<String> {
        let text = |field| match field {
            Field::Bytes(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
            other => panic!("field {number} is no text but {other:?}"),
        };
        self.all(number).map(text).collect()
    }

    /// A whole number; 0 if it is absent.
    pub fn integer(&self, number: u64) -> i64 {
        self.integers(number).first().copied().unwrap_or(0)
    }

    /// All whole numbers of a field, one by one or packed.
    pub fn integers(&self, number: u64) -> Vec<i64> {
        let mut integers = Vec::new();
        for field in self.all(number) {
            match field {
                Field::Varint(x) => integers.push(x as i64),
                Field::Bytes(mut bytes) => {
                    while !bytes.is_empty() {
                        integers.push(varint(&mut bytes) as i64);
                    }
                }
                other => panic!("field {number} is no whole number but {other:?}"),
            }
        }
        integers
    }

    /// A number of single or double precision; 0 if it is absent.
    pub fn number(&self, number: u64) -> f64 {
        match self.one(number) {
            None => 0.0,
            Some(Field::Four(bytes)) => f32::from_le_bytes(bytes).into(),
            Some(Field::Eight(bytes)) => f64::from_le_bytes(bytes),
            Some(other) => panic!("field {number} is no number but {other:?}"),
        }
    }
}

#[track_caller]
fn taken<'a>(bytes: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, rest) = bytes.split_at_checked(count).expect("it is cut short");
    *bytes = rest;
    taken
}

/// Seven bits a byte, the lowest first.
#[track_caller]
fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = taken(bytes, 1)[0];
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return value;
        }
    }
    panic!("a number of more than 64 bits");
}
