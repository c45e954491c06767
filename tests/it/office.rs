//! The workbook of a report in an office program, where one is installed.

use crate::browser::installed;
use crate::cli::run;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every sheet of a workbook as CSV, each in a file of its own, by the office program.
fn converted(office: &str, book: &Path, folder: &Path) {
    let profile = folder.join("profile");
    let every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
    let call = Command::new(office)
        .arg(format!("-env:UserInstallation=file://{}", profile.display()))
        .args(["--headless", "--convert-to", every_sheet, "--outdir"])
        .args([folder, book])
        .output()
        .unwrap();
    assert!(call.status.success(), "{}", String::from_utf8_lossy(&call.stderr));
}

/// The rows below the header, without the last columns.
fn rows(text: &str, without: usize) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>());
    rows.map(|row| row[..row.len() - without].to_vec()).collect()
}

#[test]
fn a_workbook_opens_and_holds_the_same_figures() {
    let Some(office) = installed(&["soffice", "libreoffice"]) else {
        eprintln!("skipped: no LibreOffice is installed, so the workbook was not opened");
        return;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("office");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (name, estate) in [("school", "examples/school"), ("shops", "examples/mixed-versions")] {
        let book: PathBuf = folder.join(format!("{name}.xlsx"));
        run(&["check", estate, "--format", "xlsx", "-q", "-o", book.to_str().unwrap()]);
        converted(office, &book, &folder);
        let sheet = std::fs::read_to_string(folder.join(format!("{name}-Position.csv"))).unwrap();
        let report = run(&["check", estate, "--format", "csv", "-q"]).stdout;
        // The currency stands in the header of the sheet.
        let figures = rows(&report, 1);
        assert!(figures.len() > 2, "{report}");
        assert_eq!(rows(&sheet, 0), figures);
    }
}
