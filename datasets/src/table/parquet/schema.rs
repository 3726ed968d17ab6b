//! What the columns of a file are: a tree of elements, of which the leaves below the root are columns of a table.

use super::Outcome;
use super::thrift::{Kind, Thrift};

/// The digits of a decimal number that a file may hold.
const MOST_DIGITS: i64 = 38;

/// A column.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    /// The place of its values among those of a group.
    pub(super) place: usize,
    /// Whether a value may be missing.
    pub(super) optional: bool,
    /// What its values are; or a word for them, if they are no cells of a table.
    pub(super) form: Result<Form, &'static str>,
}

/// How values are stored, and what they stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Form {
    pub(super) stored: Stored,
    pub(super) meaning: Meaning,
}

/// How values are stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stored {
    Boolean,
    Int32,
    Int64,
    /// Nanoseconds of a day, and the day's number.
    Int96,
    Float,
    Double,
    Bytes,
    /// Bytes, so many for each.
    Fixed(usize),
}

/// What values stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meaning {
    /// What they are stored as.
    Plain,
    /// Numbers that are not negative.
    Unsigned,
    Text,
    /// Whole numbers of units with so many digits behind the point.
    Decimal(usize),
    /// Days since 1970-01-01.
    Date,
    /// A time of the day, in so many parts of a second.
    Time(i64),
    /// A moment since 1970-01-01, in so many parts of a second.
    Moment(i64),
    /// Floating-point numbers of two bytes.
    Half,
}

/// An element of the schema, which is a tree, written root first.
#[derive(Default)]
pub(super) struct Element {
    stored: Option<i64>,
    width: usize,
    repetition: i64,
    name: String,
    children: usize,
    converted: Option<i64>,
    scale: i64,
    logical: Option<Logical>,
}

/// What values stand for, as newer files say it.
struct Logical {
    kind: i64,
    scale: i64,
    /// Parts of a second.
    parts: i64,
    is_signed: bool,
}

impl Stored {
    fn of(number: i64, width: usize) -> Option<Self> {
        Some(match number {
            0 => Self::Boolean,
            1 => Self::Int32,
            2 => Self::Int64,
            3 => Self::Int96,
            4 => Self::Float,
            5 => Self::Double,
            6 => Self::Bytes,
            7 if width > 0 => Self::Fixed(width),
            _ => return None,
        })
    }

    /// Whether this is the number of the type.
    pub(super) fn is(self, number: i64) -> bool {
        // The width is in the schema alone.
        Self::of(number, 1).is_some_and(|other| match self {
            Self::Fixed(_) => matches!(other, Self::Fixed(_)),
            _ => other == self,
        })
    }

    /// The bytes of a value; `None` if each says itself how many it has, or has a bit.
    pub(super) fn width(self) -> Option<usize> {
        match self {
            Self::Int32 | Self::Float => Some(4),
            Self::Int64 | Self::Double => Some(8),
            Self::Int96 => Some(12),
            Self::Fixed(width) => Some(width),
            Self::Boolean | Self::Bytes => None,
        }
    }
}

/// The columns of a schema, and how many columns of values there are in a group.
pub(super) fn columns(elements: Vec<Element>) -> Outcome<(Vec<Column>, usize)> {
    let mut elements = elements.into_iter();
    let root = elements.next().ok_or("it has no schema")?;
    let (mut columns, mut place) = (Vec::new(), 0);
    for _ in 0..root.children {
        let cut = "its schema ends too early";
        let element = elements.next().ok_or(cut)?;
        let first = place;
        let form = match element.stored {
            Some(_) => {
                place += 1;
                form(&element)
            }
            None => {
                // Everything below is passed over.
                let mut open = element.children;
                while open > 0 {
                    let below = elements.next().ok_or(cut)?;
                    place += usize::from(below.stored.is_some());
                    open = (open - 1).checked_add(below.children).ok_or(cut)?;
                }
                Err("lists, structs or maps")
            }
        };
        columns.push(Column {
            name: element.name,
            // A struct of nothing has no values; its place is not looked at.
            place: first.min(place.saturating_sub(1)),
            optional: element.repetition == 1,
            form,
        });
    }
    match (elements.next(), columns.is_empty() || place == 0) {
        (Some(_), _) => Err("its schema is no tree".to_owned()),
        (None, true) => Err("it has no columns".to_owned()),
        (None, false) => Ok((columns, place)),
    }
}

/// What the values of a column are; or a word for them, if they are no cells of a table.
fn form(element: &Element) -> Result<Form, &'static str> {
    const BYTES: &str = "bytes that are no text";
    const UNKNOWN: &str = "values of a type that is not known";
    if element.repetition == 2 {
        return Err("lists, structs or maps");
    }
    let stored = element
        .stored
        .and_then(|stored| Stored::of(stored, element.width));
    let stored = stored.ok_or(UNKNOWN)?;
    let decimal = |scale: i64| match (0..=MOST_DIGITS).contains(&scale) {
        true => Ok(Meaning::Decimal(scale as usize)),
        false => Err(UNKNOWN),
    };
    let meaning = match (&element.logical, element.converted) {
        (Some(logical), _) => match logical.kind {
            1 | 4 | 12 => Meaning::Text,
            5 => decimal(logical.scale)?,
            6 => Meaning::Date,
            7 => Meaning::Time(logical.parts),
            8 => Meaning::Moment(logical.parts),
            10 if logical.is_signed => Meaning::Plain,
            10 => Meaning::Unsigned,
            // A column without any value.
            11 => Meaning::Plain,
            13 => return Err(BYTES),
            14 => return Err("UUIDs as bytes"),
            15 => Meaning::Half,
            16 => return Err("variants"),
            17 | 18 => return Err("places on a map"),
            _ => return Err(UNKNOWN),
        },
        (None, Some(converted)) => match converted {
            0 | 4 | 19 => Meaning::Text,
            5 => decimal(element.scale)?,
            6 => Meaning::Date,
            7 => Meaning::Time(1_000),
            8 => Meaning::Time(1_000_000),
            9 => Meaning::Moment(1_000),
            10 => Meaning::Moment(1_000_000),
            11..=14 => Meaning::Unsigned,
            15..=18 => Meaning::Plain,
            20 => return Err(BYTES),
            21 => return Err("intervals of time"),
            _ => return Err(UNKNOWN),
        },
        (None, None) => match stored {
            Stored::Int96 => Meaning::Moment(1_000_000_000),
            _ => Meaning::Plain,
        },
    };
    let fits = match meaning {
        // Without a type bytes may be anything.
        Meaning::Plain if matches!(stored, Stored::Bytes | Stored::Fixed(_)) => {
            let empty = element
                .logical
                .as_ref()
                .is_some_and(|logical| logical.kind == 11);
            return match empty {
                true => Ok(Form { stored, meaning }),
                false => Err(BYTES),
            };
        }
        Meaning::Plain => stored != Stored::Int96,
        Meaning::Unsigned => matches!(stored, Stored::Int32 | Stored::Int64),
        Meaning::Text => matches!(stored, Stored::Bytes | Stored::Fixed(_)),
        Meaning::Decimal(_) => match stored {
            Stored::Fixed(width) => width <= 16,
            _ => matches!(stored, Stored::Int32 | Stored::Int64 | Stored::Bytes),
        },
        Meaning::Date => stored == Stored::Int32,
        Meaning::Time(parts) => parts > 0 && matches!(stored, Stored::Int32 | Stored::Int64),
        Meaning::Moment(parts) => parts > 0 && matches!(stored, Stored::Int64 | Stored::Int96),
        Meaning::Half => stored == Stored::Fixed(2),
    };
    match fits {
        true => Ok(Form { stored, meaning }),
        false => Err(UNKNOWN),
    }
}

pub(super) fn element(thrift: &mut Thrift<'_>, kind: Kind) -> Outcome<Element> {
    let mut element = Element::default();
    thrift.structure(kind, |thrift, id, kind| match id {
        1 => thrift.int(kind).map(|stored| element.stored = Some(stored)),
        2 => thrift.size(kind).map(|width| element.width = width),
        3 => thrift
            .int(kind)
            .map(|repetition| element.repetition = repetition),
        4 => {
            let name = thrift.binary(kind)?;
            let name = std::str::from_utf8(name).map_err(|_| "a column's name is no text")?;
            element.name = name.to_owned();
            Ok(())
        }
        5 => thrift
            .size(kind)
            .map(|children| element.children = children),
        6 => thrift
            .int(kind)
            .map(|converted| element.converted = Some(converted)),
        7 => thrift.int(kind).map(|scale| element.scale = scale),
        10 => logical(thrift, kind).map(|logical| element.logical = logical),
        _ => thrift.skip(kind),
    })?;
    match (element.stored, element.children) {
        // A group has children or no type, and a column of values has a type and no children.
        (Some(_), 1..) => Err(format!("column \"{}\" has columns below it", element.name)),
        _ => Ok(element),
    }
}

/// A union: a struct of one field, whose number is the kind.
fn logical(thrift: &mut Thrift<'_>, kind: Kind) -> Outcome<Option<Logical>> {
    let mut found = None;
    thrift.structure(kind, |thrift, id, kind| {
        let mut logical = Logical {
            kind: id,
            scale: 0,
            parts: 0,
            is_signed: true,
        };
        thrift.structure(kind, |thrift, field, kind| match (id, field) {
            (5, 1) => thrift.int(kind).map(|scale| logical.scale = scale),
            (7 | 8, 2) => thrift.structure(kind, |thrift, unit, kind| {
                logical.parts = match unit {
                    1 => 1_000,
                    2 => 1_000_000,
                    3 => 1_000_000_000,
                    _ => 0,
                };
                thrift.skip(kind)
            }),
            (10, 2) => thrift.bool(kind).map(|is| logical.is_signed = is),
            _ => thrift.skip(kind),
        })?;
        found = Some(logical);
        Ok(())
    })?;
    Ok(found)
}
