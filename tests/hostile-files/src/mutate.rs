//! Files that are nearly right.

use autograd::random::stream;
use rand::RngExt;

/// Sizes, counts and signs that readers are known to stumble over.
const NUMBERS: [u64; 14] = [
    0,
    1,
    2,
    127,
    128,
    255,
    256,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
    0x1_0000_0000,
    0x7fff_ffff_ffff_ffff,
    u64::MAX,
];

/// Pieces of text that mean something to a reader of text.
const WORDS: [&str; 22] = [
    ",",
    ";",
    "\"",
    "\n",
    "\r\n",
    "\t",
    "=",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "NaN",
    "-inf",
    "1e308",
    "99999999999999999999",
    "-1",
    "0.",
    "\u{feff}",
    "\u{1b}[31m",
    "é",
];

/// Makes the so manyth input of a name from seeds: one of them with up to eight changes, the same in every run. `length`
/// limits it.
///
/// # Panics
/// If there are no seeds.
pub fn mutated(name: &str, seeds: &[Vec<u8>], index: u64, length: usize) -> Vec<u8> {
    let mut rng = stream(1, &format!("hostile {name}"), 0, index);
    let mut below = |n: usize| if n == 0 { 0 } else { rng.random_range(0..n) };
    let mut bytes = seeds[below(seeds.len())].clone();
    for _ in 0..1 + below(8) {
        let at = below(bytes.len() + 1);
        // Lengths stand in a header, so the beginning is changed more often.
        let at = if below(3) == 0 {
            at.min(below(128))
        } else {
            at
        };
        match below(10) {
            0 => flip(&mut bytes, at, below(8)),
            1 => set(&mut bytes, at, &[below(256) as u8]),
            2 | 3 => {
                let number = NUMBERS[below(NUMBERS.len())];
                let size = [1, 2, 4, 8][below(4)];
                let (little, big) = (number.to_le_bytes(), number.to_be_bytes());
                match below(2) {
                    0 => set(&mut bytes, at, &little[..size]),
                    _ => set(&mut bytes, at, &big[8 - size..]),
                }
            }
            4 => bytes.truncate(at),
            5 => drop(bytes.drain(at..(at + 1 + below(16)).min(bytes.len()).max(at))),
            6 => {
                let word = WORDS[below(WORDS.len())].as_bytes();
                bytes.splice(at..at, word.iter().copied());
            }
            7 => {
                // A piece stands twice, or many times.
                let piece = bytes[at..(at + 1 + below(64)).min(bytes.len()).max(at)].to_vec();
                let times = 1 + below(3) * below(40);
                let room = length.saturating_sub(bytes.len());
                let times = times.min(room / piece.len().max(1));
                bytes.splice(at..at, piece.repeat(times));
            }
            8 => digits(&mut bytes, at, NUMBERS[below(NUMBERS.len())]),
            _ => {
                let other = &seeds[below(seeds.len())];
                let from = below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
        }
    }
    bytes.truncate(length);
    bytes
}

fn flip(bytes: &mut [u8], at: usize, bit: usize) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << bit;
    }
}

fn set(bytes: &mut [u8], at: usize, new: &[u8]) {
    for (byte, new) in bytes.iter_mut().skip(at).zip(new) {
        *byte = *new;
    }
}

/// Puts a number in the place of the digits that come next.
fn digits(bytes: &mut Vec<u8>, at: usize, number: u64) {
    let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit) else {
        return;
    };
    let start = at + start;
    let count = bytes[start..].iter().take_while(|b| b.is_ascii_digit());
    let end = start + count.count();
    bytes.splice(start..end, number.to_string().into_bytes());
}
