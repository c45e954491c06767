//! The page of a report in a real browser, where one is installed.

use crate::cli::run;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Added to the page: sorts the first table by its last column, once up and once down, and writes down what came of it.
const PROBE: &str = r#"<script>
  window.addEventListener("error", (event) => document.body.setAttribute("data-error", event.message));
  document.addEventListener("securitypolicyviolation", (event) => document.body.setAttribute("data-error", event.blockedURI));
  const table = document.querySelector("table.sortable");
  const head = [...table.tHead.rows[0].cells].at(-1);
  const column = () => [...table.tBodies[0].rows].map((row) => row.cells[head.cellIndex].textContent).join(" ");
  head.querySelector("button").click();
  document.body.setAttribute("data-up", head.getAttribute("aria-sort") + " " + column());
  head.querySelector("button").click();
  document.body.setAttribute("data-down", head.getAttribute("aria-sort") + " " + column());
  document.body.setAttribute("data-loaded", String(performance.getEntriesByType("resource").length));
  document.body.setAttribute("data-plots", String([...document.querySelectorAll("svg")].filter((svg) => svg.getBoundingClientRect().height > 100).length));
</script>
</body>"#;

/// The first of some programs that is installed.
pub fn installed(names: &[&'static str]) -> Option<&'static str> {
    let answers = |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|call| call.status.success());
    names.iter().copied().find(answers)
}

/// What the browser makes of a page, or says of it.
fn opened(browser: &str, page: &Path, flags: &[&str]) -> (String, String) {
    let profile = page.with_extension("profile");
    let call = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--window-size=1100,1800"])
        .args(["--no-first-run", "--disable-background-networking"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(flags)
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    (String::from_utf8_lossy(&call.stdout).into_owned(), String::from_utf8_lossy(&call.stderr).into_owned())
}

fn page(name: &str, arguments: &[&str]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.html"));
    run(&[arguments, &["--format", "html", "-q", "-o", path.to_str().unwrap()]].concat());
    path
}

#[test]
fn a_page_sorts_and_plots_and_asks_for_nothing() {
    let Some(browser) = installed(&["chromium", "chromium-browser", "google-chrome"]) else {
        eprintln!("skipped: no Chromium is installed, so the pages were not opened");
        return;
    };
    for (name, arguments, least, most) in [
        ("school", ["check", "examples/school"], "1,999 5,800 18,800 40,943", "40,943 18,800 5,800 1,999"),
        ("school-plan", ["plan", "examples/school"], "1,999 5,800 18,800 40,943", "40,943 18,800 5,800 1,999"),
    ] {
        let path = page(name, &arguments);
        let picture = format!("--screenshot={}", path.with_extension("png").display());
        opened(browser, &path, &[&picture]);
        assert!(path.with_extension("png").is_file(), "the picture is kept");
        let probed = path.with_extension("probed.html");
        std::fs::write(&probed, std::fs::read_to_string(&path).unwrap().replace("</body>", PROBE)).unwrap();
        let (found, said) = opened(browser, &probed, &["--dump-dom"]);
        for wanted in [
            format!("data-up=\"ascending {least}\""),
            format!("data-down=\"descending {most}\""),
            "data-loaded=\"0\"".to_owned(),
            "data-plots=\"2\"".to_owned(),
        ] {
            assert!(
                found.contains(&wanted),
                "{name}: {wanted} in {:?}",
                found.split("<main>").next().unwrap_or("").split("</style>").last()
            );
        }
        assert!(!found.contains("data-error=\"") && !said.contains(":CONSOLE"), "{name}: {said}");
    }
}
