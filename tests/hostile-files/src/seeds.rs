//! Files to begin with.

use crate::readers::{model_of_two, trainer};
use crate::wrap::{gzip, workbook, zip};
use nn::safetensors;
use settings::{Kind, settle, to_toml};
use std::path::Path;

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

pub(crate) fn csv() -> Vec<Vec<u8>> {
    let mut seeds = texts(&[
        "a,b,kind\n1,2,x\n3,4.5,y\n-1e3,,x\n7,8,y\n",
        "\u{feff}when;price;\"of, it\"\n2020-01-31;1.234,50 €;\"a \"\"b\"\"\"\n2021-12-01;7,25 €;c\n",
        "id\tname\tshare\n001\tAnn\t12 %\n002\tBob\t3.5 %\n003\t\tn/a\n",
        "0.1,0.2,1\r\n0.3,0.4,0\r\n",
        "a|b\n1,000,000|yes\n2,500|no\n$3|yes\n",
        "x\n",
    ]);
    let columns: Vec<String> = (0..40).map(|i| format!("c{i}")).collect();
    let row = |r: usize| {
        (0..40)
            .map(|c| format!("t{}", r * c % 7))
            .collect::<Vec<_>>()
            .join(",")
    };
    let rows: Vec<String> = (0..30).map(row).collect();
    let wide = format!("{}\n{}\n", columns.join(","), rows.join("\n"));
    seeds.push(gzip(wide.as_bytes()));
    seeds.push(wide.into_bytes());
    seeds
}

/// Those that the tests of the reader have.
pub(crate) fn parquet() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/tests/goldens/parquet");
    let names = [
        "pandas", "polars", "duckdb", "second", "old", "index", "nested", "lz4",
    ];
    let read = |name| std::fs::read(folder.join(name).with_extension("parquet"));
    names
        .map(|name| read(name).expect("a file of the tests"))
        .into()
}

pub(crate) fn rows_to_predict() -> Vec<Vec<u8>> {
    texts(&[
        "a,b\n1,x\n2,y\n",
        "b,c,a\nx,0,1.5\nz,1,\n",
        "1,2\n3,4\n",
        "a;b\n1,5;x\n",
    ])
}

/// An array of NumPy's: version 1.0, padded as NumPy does.
fn array(descr: &str, shape: &str, elements: &[u8]) -> Vec<u8> {
    let text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    let length = (10 + text.len() + 1).next_multiple_of(64) - 10;
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((length as u16).to_le_bytes());
    bytes.extend(format!("{text:<width$}\n", width = length - 1).bytes());
    bytes.extend_from_slice(elements);
    bytes
}

pub(crate) fn npy() -> Vec<Vec<u8>> {
    let doubles: Vec<u8> = (0..6).flat_map(|i| f64::from(i).to_le_bytes()).collect();
    vec![
        array("<f8", "(3, 2)", &doubles),
        array("|u1", "(2, 4, 4)", &[7; 32]),
        array("<i8", "(6,)", &doubles),
        array(">f4", "(2, 3, 2, 1)", &doubles),
    ]
}

pub(crate) fn npz() -> Vec<Vec<u8>> {
    let (x, y) = (npy().swap_remove(0), array("|u1", "(3,)", &[0, 1, 1]));
    let parts = ["x_train.npy", "y_train.npy", "x_test.npy", "y_test.npy"];
    let all = [&x, &y, &x, &y].map(|array| array.as_slice());
    vec![
        zip([("x.npy", x.as_slice()), ("y.npy", &y)]),
        zip(parts.into_iter().zip(all)),
    ]
}

pub(crate) fn idx() -> Vec<Vec<u8>> {
    let file = |axes: &[u32], payload: usize| {
        let mut bytes = vec![0, 0, 8, axes.len() as u8];
        bytes.extend(axes.iter().flat_map(|n| n.to_be_bytes()));
        bytes.resize(bytes.len() + payload, 7);
        bytes
    };
    let (images, labels) = (file(&[4, 5, 5], 100), file(&[4], 4));
    vec![
        gzip(&images),
        gzip(&file(&[100, 28, 28], 78400)),
        images,
        labels,
    ]
}

/// A PNG file of 6 × 4 pixels.
fn png(color: png::ColorType, depth: png::BitDepth, palette: Option<&'static [u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 6, 4);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if let Some(palette) = palette {
        encoder.set_palette(palette);
    }
    let row = (6 * color.samples() * depth as usize).div_ceil(8);
    let mut writer = encoder.write_header().unwrap();
    let pixels: Vec<u8> = (0..4 * row).map(|i| (i % 2) as u8).collect();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    bytes
}

pub(crate) fn image() -> Vec<Vec<u8>> {
    use png::{BitDepth, ColorType};
    vec![
        png(ColorType::Grayscale, BitDepth::Eight, None),
        png(ColorType::Rgba, BitDepth::Sixteen, None),
        png(
            ColorType::Indexed,
            BitDepth::Four,
            Some(&[0, 0, 0, 255, 255, 255]),
        ),
        include_bytes!("../../../datasets/tests/goldens/grey.jpg").to_vec(),
        include_bytes!("../../../datasets/tests/goldens/coloured.jpg").to_vec(),
    ]
}

pub(crate) fn drawing() -> Vec<Vec<u8>> {
    image()
}

/// A record of a workbook of before 2007.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let head = [kind, data.len() as u16].map(u16::to_le_bytes).concat();
    [&head[..], data].concat()
}

/// A workbook of before 2007: a compound file of one stream, whose first sheet has titles and five rows of nine numbers.
pub(crate) fn xls() -> Vec<Vec<u8>> {
    let begin = record(0x0809, &[0, 6, 5, 0, 0, 0, 0, 0]);
    let end = record(0x000a, &[]);
    let at = (begin.len() + 12 + end.len()) as u32;
    let sheet = record(0x0085, &[at.to_le_bytes(), [0; 4]].concat());
    let mut stream = [begin.clone(), sheet, end.clone(), begin].concat();
    for row in 0..6_u16 {
        for column in 0..9_u16 {
            let place = [row, column, 15].map(u16::to_le_bytes).concat();
            let value = f64::from(row * 9 + column) / 4.0;
            stream.extend(match row {
                0 => record(0x00fd, &[&place[..], &7_u32.to_le_bytes()].concat()),
                _ => record(0x0203, &[&place[..], &value.to_le_bytes()].concat()),
            });
        }
    }
    stream.extend(end);
    stream.resize(4096, 0);

    // Sector 0 has the table of sectors, 1 the directory, 2 to 9 the stream.
    let mut next = [u32::MAX; 128];
    next[1] = 0xffff_fffe;
    (2..9).for_each(|sector| next[sector] = sector as u32 + 1);
    next[9] = 0xffff_fffe;
    let mut file = vec![0_u8; 512 * 3];
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    put(30, &9_u16.to_le_bytes());
    put(44, &1_u32.to_le_bytes());
    put(48, &1_u32.to_le_bytes());
    put(56, &4096_u32.to_le_bytes());
    put(512, &next.map(u32::to_le_bytes).concat());
    let name: Vec<u8> = "Workbook\0"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    put(1024, &name);
    put(1024 + 64, &(name.len() as u16).to_le_bytes());
    put(1024 + 116, &2_u32.to_le_bytes());
    put(1024 + 120, &4096_u32.to_le_bytes());
    vec![[file, stream].concat()]
}

pub(crate) fn sheet() -> Vec<Vec<u8>> {
    let row = |row: usize| {
        let cells =
            (0..10).map(|c| format!("<c r=\"{}{row}\"><v>{row}.5</v></c>", char::from(b'A' + c)));
        format!("<row r=\"{row}\">{}</row>", cells.collect::<String>())
    };
    let rows: String = (1..6).map(row).collect();
    texts(&[
        &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        "<sheetData><row><c t=\"inlineStr\"><is><t>x</t></is></c></row><row/><row><c><f>1+1</f><v>-2E0</v></c></row></sheetData>",
    ])
}

pub(crate) fn xlsx() -> Vec<Vec<u8>> {
    let golden = include_bytes!("../../../datasets/tests/goldens/energy.xlsx");
    vec![golden.to_vec(), workbook(&sheet().swap_remove(0))]
}

pub(crate) fn tar() -> Vec<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    let names = (1..6).map(|i| format!("data_batch_{i}.bin"));
    for name in names.chain(["test_batch.bin".to_owned()]) {
        let mut header = tar::Header::new_gnu();
        header.set_size(3073);
        header.set_mode(0o644);
        let path = format!("cifar-10-batches-bin/{name}");
        archive
            .append_data(&mut header, path, &[3; 3073][..])
            .unwrap();
    }
    vec![archive.into_inner().unwrap()]
}

pub(crate) fn tgz() -> Vec<Vec<u8>> {
    tar().iter().map(|archive| gzip(archive)).collect()
}

/// What something writes to a file.
fn written(write: impl FnOnce(&Path)) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    write(&path);
    std::fs::read(path).unwrap()
}

pub(crate) fn model() -> Vec<Vec<u8>> {
    let about = "a network of two inputs".into();
    vec![written(|path| {
        safetensors::save(path, &model_of_two().params, &about).unwrap()
    })]
}

pub(crate) fn checkpoint() -> Vec<Vec<u8>> {
    vec![written(|path| {
        nn::checkpoint::save(path, &trainer()).unwrap()
    })]
}

pub(crate) fn settings() -> Vec<Vec<u8>> {
    let kinds = [Kind::Classification, Kind::Regression, Kind::Reconstruction];
    let mut seeds: Vec<Vec<u8>> = kinds
        .into_iter()
        .map(|kind| to_toml(&settle(kind, &[]).unwrap()).into_bytes())
        .collect();
    seeds.extend(texts(&[
        "data = \"mnist\"\nhidden = [64, 32]\nlr = 1e-3\nactivation = [\"relu\", \"tanh\"]\n",
        "grid = [\"lr=0.1,0.01\", \"hidden=8,16x16\"]\nsearch = \"random:3\"\nclass-weight = \"a=2,b=1\"\n",
    ]));
    seeds
}

pub(crate) fn history() -> Vec<Vec<u8>> {
    let line = r#"{"epoch":1,"step":24,"lr":0.001,"seconds":0.25,"train":{"loss":1.5,"accuracy":0.75,"penalty":0.0},"validation":null}"#;
    let odd = r#"{"epoch":2,"step":48,"lr":1e-3,"seconds":"NaN","train":{"loss":"Infinity","mse":"NaN","penalty":0.0},"validation":{"loss":1,"mse":2,"penalty":0}}"#;
    texts(&[&format!("{line}\n{odd}\n"), &line[..40]])
}
