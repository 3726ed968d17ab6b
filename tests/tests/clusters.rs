//! The tables of `docs/clusters.md`, computed from those of `BENCHMARKS.md`.

use std::fs;
use std::path::Path;

/// A network between nodes.
struct Links {
    name: &'static str,
    /// Seconds that a message takes, however short.
    latency: f64,
    /// Bytes a second.
    bandwidth: f64,
}

const LINKS: [Links; 2] = [
    Links {
        name: "10 GbE",
        latency: 20e-6,
        bandwidth: 1.25e9,
    },
    Links {
        name: "HDR",
        latency: 1.2e-6,
        bandwidth: 24e9,
    },
];

impl Links {
    /// Seconds to add up a vector of all nodes, so that each has the sum.
    fn allreduce(&self, nodes: usize, bytes: f64) -> f64 {
        let n = nodes as f64;
        2.0 * (n - 1.0) / n * bytes / self.bandwidth + 2.0 * n.log2() * self.latency
    }
}

/// Workloads with the widths of their layers and the samples of a batch.
const NETWORKS: [(&str, &[usize], usize); 6] = [
    ("xor_2_8_2_sigmoid_adam_b32", &[2, 8, 2], 32),
    ("runge_1_50_50_1_tanh_adam_b32", &[1, 50, 50, 1], 32),
    ("digits_64_64_relu_adam_b32", &[64, 64, 10], 32),
    ("mnist_64_32_relu_adam_b128", &[784, 64, 32, 10], 128),
    (
        "mnist_3x100_sigmoid_rmsprop_b64",
        &[784, 100, 100, 100, 10],
        64,
    ),
    ("mnist_512_512_relu_adam_b128", &[784, 512, 512, 10], 128),
];

/// Weights and biases.
fn parameters(widths: &[usize]) -> usize {
    let layers = widths.windows(2);
    layers.map(|layer| layer[0] * layer[1] + layer[1]).sum()
}

fn page(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(name)).unwrap()
}

/// Seconds of a workload on one thread, its fastest repetition.
fn measured(workload: &str) -> f64 {
    let page = page("BENCHMARKS.md");
    let (_, table) = page.split_once("### One thread").unwrap();
    let (table, _) = table.split_once("###").unwrap();
    let row = table
        .lines()
        .find(|line| line.starts_with(&format!("| `{workload}` |")));
    let cell = row.unwrap().split('|').nth(2).unwrap();
    let fastest = cell.split('/').next().unwrap().trim();
    1e-6 * fastest.parse::<f64>().unwrap()
}

/// A table in Markdown.
fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule = format!("|{}\n", "---|".repeat(head.len()));
    let rows: String = rows.iter().map(|row| line(row)).collect();
    format!("{}{rule}{rows}", line(head))
}

/// A number with blanks between thousands.
fn grouped(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{} {:03}", grouped(number / 1000), number % 1000),
    }
}

#[track_caller]
fn stands_in_the_page(name: &str, wanted: &str) {
    let page = page("docs/clusters.md");
    let (_, rest) = page
        .split_once(&format!("<!-- computed: {name} -->\n"))
        .unwrap();
    let (found, _) = rest.split_once("<!-- end -->").unwrap();
    assert!(
        found.trim() == wanted.trim(),
        "the table of {name} in docs/clusters.md is not what is computed:\n\n{wanted}"
    );
}

#[test]
fn speed_ups_of_steps_are_those_computed() {
    let nodes = [2, 8, 64];
    let mut head: Vec<String> = ["workload", "parameters", "step, µs"]
        .map(str::to_owned)
        .into();
    for links in &LINKS {
        head.extend(nodes.map(|n| format!("{}, n = {n}", links.name)));
    }
    let row = |(workload, widths, batch): &(&str, &[usize], usize)| {
        let (step, parameters) = (measured(workload), parameters(widths));
        let mut cells = vec![
            format!("`{workload}`"),
            grouped(parameters),
            format!("{:.1}", 1e6 * step),
        ];
        for links in &LINKS {
            cells.extend(nodes.map(|n| {
                let shared = step / n as f64 + links.allreduce(n, 4.0 * parameters as f64);
                match n <= *batch {
                    true => format!("{:.2}", step / shared),
                    false => "–".to_owned(),
                }
            }));
        }
        cells
    };
    let rows: Vec<Vec<String>> = NETWORKS.iter().map(row).collect();
    stands_in_the_page("steps", &table(&head, &rows));
}

#[test]
fn efficiencies_of_slices_and_spectra_are_those_computed() {
    let nodes = [64, 1024];
    let mut head: Vec<String> = ["work", "one thread, s"].map(str::to_owned).into();
    for links in &LINKS {
        head.extend(nodes.map(|n| format!("{}, n = {n}", links.name)));
    }
    let row = |name: &str, one: f64, shared: &dyn Fn(&Links, usize) -> f64| {
        let mut cells = vec![name.to_owned(), format!("{one:.2}")];
        for links in &LINKS {
            cells.extend(nodes.map(|n| format!("{:.2}", one / (n as f64 * shared(links, n)))));
        }
        cells
    };
    let point = measured("landscape_eval_mnist10k_64_32_per_point");
    let slice = |side: usize| {
        let points = side * side;
        row(
            &format!("slice, {side} × {side} points"),
            point * points as f64,
            &|links, n| {
                let sent = 24.0 * points as f64 / links.bandwidth;
                point * points.div_ceil(n) as f64 + sent + (n as f64).log2() * links.latency
            },
        )
    };
    // The benchmark's batch has 1024 samples.
    let sample = measured("hvp_mnist_64_32_b1024_shared") / 1024.0;
    let bytes = 4.0 * parameters(&[784, 64, 32, 10]) as f64;
    let samples: usize = 60_000;
    let product = row(
        "Hessian-vector product, 60 000 samples",
        sample * samples as f64,
        &|links, n| sample * samples.div_ceil(n) as f64 + links.allreduce(n, bytes),
    );
    let rows = [slice(51), slice(501), product];
    stands_in_the_page("surfaces", &table(&head, &rows));
}

#[test]
fn the_model_has_its_limits() {
    assert_eq!(parameters(&[784, 64, 32, 10]), 52_650);
    assert_eq!(parameters(&[784, 100, 100, 100, 10]), 99_710);
    let links = &LINKS[1];
    // One node sends nothing; many send each byte twice.
    assert_eq!(links.allreduce(1, 1e9), 0.0);
    let much = links.allreduce(1 << 20, 24e9);
    assert!((much - 2.0).abs() < 1e-3, "{much}");
    // Two nodes send two messages of half of the vector.
    let two = links.allreduce(2, 48e3);
    assert!((two - 2.0 * (1.2e-6 + 1e-6)).abs() < 1e-12, "{two}");
}
