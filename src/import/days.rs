//! Days as exports write them, with or without the time of day.

use crate::value::Date;

/// In which order a day with slashes is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// `9/29/2012`, as in the United States.
    #[default]
    MonthFirst,
    /// `29/9/2012`.
    DayFirst,
}

/// The day at the beginning of a text: `9/29/2012 10:41:46 AM`, `29.09.2012 10:41`, `2012-09-29T10:41:46`. `None` for what is
/// none, or none of the calendar.
pub(super) fn day(text: &str, order: Order) -> Option<Date> {
    let date = text.trim().split([' ', 'T', '\u{a0}', '\u{202f}']).next()?;
    let sign = date.chars().find(|sign| !sign.is_ascii_digit())?;
    let mut parts = date.split(sign).map(|part| part.parse::<i16>().ok());
    let (one, two, three, None) = (parts.next()??, parts.next()??, parts.next()??, parts.next()) else { return None };
    let (year, month, day) = match (sign, order) {
        ('-', _) => (one, two, three),
        ('.', _) | ('/', Order::DayFirst) => (three, two, one),
        ('/', Order::MonthFirst) => (three, one, two),
        _ => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|_| year >= 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_several_countries() {
        let shown = |text, order| day(text, order).map_or_else(|| "none".to_owned(), |day| day.to_string());
        let first = Order::MonthFirst;
        assert_eq!(shown("9/29/2012 10:41:46 AM", first), "2012-09-29");
        assert_eq!(shown("29/9/2012 10:41:46", Order::DayFirst), "2012-09-29");
        assert_eq!(shown("29.09.2012 10:41:46", first), "2012-09-29");
        assert_eq!(shown("2012-09-29T10:41:46Z", first), "2012-09-29");
        for none in ["", "never", "29/9/2012", "9/29/12", "9/29", "2012-02-30", "1/2/3/4"] {
            assert_eq!(shown(none, first), "none", "{none}");
        }
    }
}
