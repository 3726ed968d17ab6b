//! The page in a real browser: Chromium without a window, where there is one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{hessian, path, plane};
use crate::output::{self, Heading};

/// Time limit of drawing a page.
const PATIENCE: Duration = Duration::from_secs(60);

/// The first of the usual names that is in PATH.
fn browser() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let found = ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .find_map(|name| {
            std::env::split_paths(&folders)
                .map(|folder| folder.join(name))
                .find(|program| program.is_file())
        });
    if found.is_none() {
        println!("skipped: no chromium, chromium-browser or google-chrome in PATH");
    }
    found
}

/// What the browser prints about a page: the document after its scripts, and what they complained of.
fn open(browser: &Path, page: &Path, flags: &[&str]) -> (String, String) {
    let profile = tempfile::tempdir().unwrap();
    let folder = profile.path();
    let [out, err] = ["out", "err"].map(|name| folder.join(name));
    let file = |path: &Path| Stdio::from(std::fs::File::create(path).unwrap());
    let mut child = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--enable-logging=stderr",
        ])
        .args(["--virtual-time-budget=3000", "--window-size=1200,1100"])
        .arg(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
        ))
        .args(flags)
        .arg(format!("file://{}", page.display()))
        .stdout(file(&out))
        .stderr(file(&err))
        .spawn()
        .unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("the browser took longer than {PATIENCE:?}");
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let read = |path: &Path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    assert!(status.success(), "{}", read(&err));
    (read(&out), read(&err))
}

fn complaints(log: &str) -> Vec<&str> {
    log.lines()
        .filter(|line| line.contains("CONSOLE"))
        .collect()
}

#[test]
fn the_surface_is_drawn() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let heading = Heading {
        title: "mnist: the loss surface",
        lead: "784 → 64 relu → 32 relu → 10.",
    };
    let (slice, line, spectrum) = (plane(51), path(), hessian());
    let page = output::report(
        folder.path(),
        heading,
        Some(&slice),
        Some(&line),
        Some(&spectrum),
    );
    let page = page.unwrap().remove(0);

    let (document, log) = open(&browser, &page, &["--dump-dom"]);
    assert_eq!(complaints(&log), Vec::<&str>::new());
    assert!(document.contains("data-state=\"drawn\""), "{log}");
    let cells = document.split_once("data-cells=\"").unwrap().1;
    let cells: usize = cells.split_once('"').unwrap().0.parse().unwrap();
    // All 2500 but those at the corner that is not finite.
    assert!((2400..2500).contains(&cells), "{cells}");

    let light = colors(&browser, &page, &[]);
    assert!(light.iter().all(|count| *count > 100), "{light:?}");
    // The paper is dark, the surface is the same.
    let dark = colors(&browser, &page, &["--force-dark-mode"]);
    assert!(dark.iter().all(|count| *count > 100), "{dark:?}");
}

/// How many pixels of a page's image have each of some colors of the surface, and of its holes.
fn colors(browser: &Path, page: &Path, flags: &[&str]) -> Vec<usize> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.png");
    let screenshot = format!("--screenshot={}", file.display());
    open(browser, page, &[flags, &[screenshot.as_str()]].concat());
    let image = resvg::tiny_skia::Pixmap::load_png(&file).unwrap();
    let count = |[r, g, b]: [u8; 3]| {
        let close = |a: u8, b: u8| a.abs_diff(b) <= 12;
        let pixels = image.pixels().iter();
        pixels
            .filter(|p| close(p.red(), r) && close(p.green(), g) && close(p.blue(), b))
            .count()
    };
    // Viridis at 0.5, 0.7 and 0.83, and gray.
    [
        [0x21, 0x91, 0x8c],
        [0x44, 0xbf, 0x70],
        [0x8f, 0xd7, 0x44],
        [0xc4, 0xc4, 0xc4],
    ]
    .map(count)
    .to_vec()
}

/// Writes the page of a plane.
fn page_of_a_plane(folder: &Path) -> PathBuf {
    let heading = Heading {
        title: "t",
        lead: "l",
    };
    let pages = output::report(folder, heading, Some(&plane(21)), None, None);
    pages.unwrap().remove(0)
}

#[test]
fn without_scripts_the_still_image_stays() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = page_of_a_plane(folder.path());
    // A browser without scripts passes over the script as over text.
    let text = std::fs::read_to_string(&page).unwrap();
    let still = folder.path().join("still.html");
    std::fs::write(
        &still,
        text.replace("<script>", "<script type=\"text/plain\">"),
    )
    .unwrap();
    let (document, _) = open(&browser, &still, &["--dump-dom"]);
    assert!(!document.contains("data-state"), "{document}");
    let seen = colors(&browser, &still, &[]);
    assert!(seen[..3].iter().all(|count| *count > 100), "{seen:?}");
}

/// What a reader does, each followed by whether the image has changed.
const READER: &str = r#"<script>
addEventListener("load", async () => {
  // Without a window there are no frames.
  window.requestAnimationFrame = (draw) => setTimeout(draw, 0);
  const frames = () => new Promise((done) => setTimeout(done, 50));
  const canvas = document.querySelector("canvas");
  const at = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, { pointerId: 1, clientX: x, clientY: y, bubbles: true }));
  const key = (key) => () => canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const seen = [];
  const does = async (name, action) => {
    const before = canvas.toDataURL();
    action();
    await frames();
    seen.push(`${name} ${canvas.toDataURL() === before ? "nothing" : "changed"}`);
  };
  await does("drag", () => { at("pointerdown", 300, 500); at("pointermove", 380, 520); at("pointerup", 380, 520); });
  await does("turn", key("ArrowLeft"));
  await does("tilt", key("ArrowUp"));
  await does("zoom", key("+"));
  await does("wheel", () => canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: 200, cancelable: true })));
  await does("log", key("l"));
  await does("button", () => document.querySelector(".log").click());
  await does("reset", () => document.querySelector(".reset").click());
  await does("reset", () => document.querySelector(".reset").click());
  const choice = document.querySelector("select");
  await does("choice", () => { choice.selectedIndex = 1; choice.dispatchEvent(new Event("change")); });
  const box = canvas.getBoundingClientRect();
  for (let y = 0; y < box.height && !document.querySelector("output").textContent; y += 3) {
    canvas.dispatchEvent(new PointerEvent("pointermove", { pointerId: 1, clientX: box.left + box.width / 2, clientY: box.top + y }));
  }
  seen.push(document.querySelector("output").textContent);
  document.body.dataset.seen = seen.join("; ");
});
</script></body>"#;

#[test]
fn the_surface_answers_hands_and_keys() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = page_of_a_plane(folder.path());
    let text = std::fs::read_to_string(&page).unwrap();
    std::fs::write(&page, text.replace("</body>", READER)).unwrap();
    let (document, log) = open(&browser, &page, &["--dump-dom"]);
    assert_eq!(complaints(&log), Vec::<&str>::new());
    let seen = document.split_once("data-seen=\"").expect(&log).1;
    let seen: Vec<&str> = seen.split_once('"').unwrap().0.split("; ").collect();
    let expected = [
        "drag changed",
        "turn changed",
        "tilt changed",
        "zoom changed",
        "wheel changed",
        "log changed",
        "button changed",
        "reset changed",
        "reset nothing",
        "choice changed",
    ];
    assert_eq!(seen[..10], expected);
    // The point under the pointer, and its number.
    assert!(
        seen[10].starts_with('(') && seen[10].contains("): 0."),
        "{seen:?}"
    );
}
