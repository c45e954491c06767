//! The plot of cost against the number of users: units for each of them against units for all hosts, with the break-even.
//!
//! A small SVG by hand: two lines, two axes and a mark need no library. Its numbers are those of the judgement.

use super::html::escape;
use super::json::Context;
use super::wording::{counted, money};
use crate::estate::Heads;
use crate::judge::judgement::{Judgement, Rivals};
use crate::value::{decimal_text, grouped};
use rust_decimal::Decimal;
use std::fmt::Write;

/// A figure for each break-even, as HTML; nothing where there is none.
pub fn break_evens(context: &Context<'_>, judgement: &Judgement) -> String {
    let figures = judgement.rivals.iter().enumerate();
    figures.filter_map(|(place, even)| figure(context, even, place)).collect()
}

/// What the plot says, for those who do not see it and beside it for those who do.
fn caption(context: &Context<'_>, even: &Rivals, all: Decimal) -> Option<String> {
    let (connector, each) = (connector(context, even), even.each.text(context.program));
    let (all, price) = (money(context, all), money(context, even.each_price));
    let from = counted(even.users, "user", "users");
    let mut text = format!(
        "{}: from {from} on, {connector} for {all} together costs no more than {each} at {price} each.",
        context.program.functionality_path(even.functionality)
    );
    match even.heads {
        Heads::Count(heads) => {
            let cost = money(context, even.each_price.checked_mul(Decimal::from(heads))?);
            let _ = write!(text, " Either would cover {} here: {cost} against {all}.", counted(heads, "user", "users"));
        }
        Heads::Many => text.push_str(" The users whom either would cover here cannot be counted."),
    }
    Some(text)
}

fn connector(context: &Context<'_>, even: &Rivals) -> String {
    format!("{} {}", grouped(even.units), even.connector.text(context.program))
}

fn figure(context: &Context<'_>, even: &Rivals, place: usize) -> Option<String> {
    let all = even.connector_price.checked_mul(Decimal::from(even.units))?;
    let plot = Plot::new(even, all)?;
    let caption = escape(&caption(context, even, all)?);
    let legend = format!(
        "<ul class=\"legend\"><li class=\"first\">{} for each user</li><li class=\"second\">{} for all</li></ul>",
        escape(&even.each.text(context.program)),
        escape(&connector(context, even))
    );
    let currency = context.estate.currency.as_deref().unwrap_or("");
    Some(format!(
        "<figure>\n{legend}\n{}<figcaption>{caption}</figcaption>\n</figure>\n",
        plot.svg(&format!("plot-{place}"), &caption, &escape(currency))
    ))
}

/// The picture, and the margins around the drawing in it: left, top, right, below.
const SIZE: (i64, i64) = (640, 360);
const MARGIN: (i64, i64, i64, i64) = (84, 34, 24, 52);

/// A plot and its scales.
struct Plot {
    /// Where the lines meet: users and cost.
    even: (Decimal, Decimal),
    /// The users of the estate, where they lie within the picture.
    here: Option<Decimal>,
    each_price: Decimal,
    all: Decimal,
    /// The greatest number of users and the greatest cost shown.
    most: (Decimal, Decimal),
}

impl Plot {
    /// None where there is nothing to see: units that cost nothing, or sums beyond what can be added up.
    fn new(even: &Rivals, all: Decimal) -> Option<Plot> {
        let users = Decimal::from(even.users);
        let cost = even.each_price.checked_mul(users).filter(|cost| *cost > Decimal::ZERO)?;
        // The users of the estate are shown where they do not press the break-even into a corner.
        let here = match even.heads {
            Heads::Count(heads) => Some(Decimal::from(heads)).filter(|here| *here <= users * Decimal::from(5)),
            Heads::Many => None,
        };
        let right = here.unwrap_or(users).max(users) * Decimal::new(15, 1);
        let most = (right, even.each_price.checked_mul(right)?.max(all.checked_mul(Decimal::new(15, 1))?));
        Some(Plot { even: (users, cost), here, each_price: even.each_price, all, most })
    }

    /// A number of users and a cost as a point of the picture, to a tenth.
    fn point(&self, users: Decimal, cost: Decimal) -> (String, String) {
        let (width, height) = (SIZE.0 - MARGIN.0 - MARGIN.2, SIZE.1 - MARGIN.1 - MARGIN.3);
        let along = users / self.most.0 * Decimal::from(width) + Decimal::from(MARGIN.0);
        let down = Decimal::from(SIZE.1 - MARGIN.3) - cost / self.most.1 * Decimal::from(height);
        (decimal_text(along.round_dp(1)), decimal_text(down.round_dp(1)))
    }

    fn line(&self, class: &str, from: (Decimal, Decimal), to: (Decimal, Decimal)) -> String {
        let ((x1, y1), (x2, y2)) = (self.point(from.0, from.1), self.point(to.0, to.1));
        format!("<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>\n")
    }

    fn svg(&self, id: &str, description: &str, currency: &str) -> String {
        let (zero, (right, _)) = (Decimal::ZERO, self.most);
        let mut svg = format!(
            "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
             <title id=\"{id}-title\">Cost against the number of users</title>\n<desc id=\"{id}-desc\">{description}</desc>\n",
            SIZE.0, SIZE.1
        );
        svg.push_str(&self.axes(currency));
        svg.push_str(&self.line("first", (zero, zero), (right, self.each_price * right)));
        svg.push_str(&self.line("second", (zero, self.all), (right, self.all)));
        svg.push_str(&self.line("even", self.even, (self.even.0, zero)));
        svg.push_str(&self.mark(self.even.0, self.even.1, &format!("break-even: {}", self.users(self.even.0))));
        if let Some(here) = self.here.filter(|here| *here != self.even.0) {
            svg.push_str(&self.line("even", (here, self.each_price * here), (here, zero)));
            svg.push_str(&self.mark(here, self.each_price * here, &format!("here: {}", self.users(here))));
        }
        svg + "</svg>\n"
    }

    fn users(&self, users: Decimal) -> String {
        grouped(decimal_text(users))
    }

    /// A point with its words to the left, where the lines leave room.
    fn mark(&self, users: Decimal, cost: Decimal, words: &str) -> String {
        let (x, y) = self.point(users, cost);
        format!(
            "<circle class=\"point\" cx=\"{x}\" cy=\"{y}\" r=\"4.5\"/>\n\
             <text x=\"{x}\" y=\"{y}\" dx=\"-10\" dy=\"-9\" text-anchor=\"end\">{words}</text>\n"
        )
    }

    fn axes(&self, currency: &str) -> String {
        let (zero, (right, top)) = (Decimal::ZERO, self.most);
        let mut svg = String::new();
        for users in ticks(right) {
            let (x, y) = self.point(users, zero);
            let words = grouped(decimal_text(users));
            let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" dy=\"18\" text-anchor=\"middle\">{words}</text>");
        }
        for cost in ticks(top) {
            let (x, y) = self.point(zero, cost);
            let words = grouped(decimal_text(cost));
            svg.push_str(&self.line("grid", (zero, cost), (right, cost)));
            let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" dx=\"-8\" dy=\"4\" text-anchor=\"end\">{words}</text>");
        }
        svg.push_str(&self.line("axis", (zero, zero), (right, zero)));
        svg.push_str(&self.line("axis", (zero, zero), (zero, top)));
        let (x, y) = self.point(right, zero);
        let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" dy=\"42\" text-anchor=\"end\">users</text>");
        let _ = writeln!(svg, "<text x=\"4\" y=\"14\">{currency}</text>");
        svg
    }
}

/// Three to six round numbers from zero up to the most.
fn ticks(most: Decimal) -> Vec<Decimal> {
    let steps = || (-8..28).flat_map(|power| [1, 2, 5].map(|digit| (digit, power)));
    let step = steps().filter_map(|(digit, power)| step(digit, power)).find(|step| *step * Decimal::from(6) > most);
    let multiple = |times: i64| Some(step? * Decimal::from(times));
    (0..=6).filter_map(multiple).filter(|tick| *tick <= most).collect()
}

/// A digit followed or preceded by so many zeros.
fn step(digit: i128, power: i32) -> Option<Decimal> {
    let scale = u32::try_from(-power).unwrap_or(0);
    let zeros = 10_i128.checked_pow(u32::try_from(power).unwrap_or(0))?;
    Decimal::try_from_i128_with_scale(digit * zeros, scale).ok()
}
