//! CSV: a row per licence line, for a spreadsheet or a script. The columns are named as in the JSON.

use super::json::Context;
use crate::judge::judgement::{Judgement, LicenseLine};
use crate::value::decimal_text;

const COLUMNS: [&str; 10] =
    ["license", "version", "metric", "owned", "used", "buy", "spare", "unit_price", "cost", "currency"];

/// The licence lines of a position. What is not for sale has no price.
pub fn position(context: &Context<'_>, judgement: &Judgement) -> String {
    let mut rows = vec![COLUMNS.map(str::to_owned)];
    rows.extend(judgement.licenses.iter().map(|line| row(context, line)));
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    for row in rows {
        // Rows of one length, written to memory.
        let _ = writer.write_record(row.map(|cell| safe(&cell)));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn row(context: &Context<'_>, line: &LicenseLine) -> [String; 10] {
    [
        context.program.licenses[line.of.license].header.name.clone(),
        line.of.version_text(context.program).to_owned(),
        line.of.metric.text().to_owned(),
        line.owned.to_string(),
        line.used.to_string(),
        line.buy.to_string(),
        line.spare.to_string(),
        line.unit_price.map_or_else(String::new, decimal_text),
        decimal_text(line.cost),
        context.estate.currency.clone().unwrap_or_default(),
    ]
}

/// A cell that no spreadsheet takes for a formula. No figure of a position is negative, so none is changed.
fn safe(cell: &str) -> String {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}
