//! The values of one Parquet column as text, a batch of rows at a time.

use crate::estate::cells::plainly;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, ByteArrayType, DataType};
use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescriptor;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::fmt::Display;

/// How the values of a column become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    /// A text, or yes and no, or a number, as it is.
    Plain,
    /// A whole number without a sign, held in one that has one.
    Unsigned,
    /// A number with a floating point.
    Float { is_name: bool },
    /// A decimal number of so many decimals.
    Decimal { scale: u32, is_name: bool },
    /// Days since 1970-01-01.
    Days,
    /// Moments since 1970-01-01, of which a second has so many.
    Moments(i64),
}

impl Type {
    /// The type of a column of single values, whose numbers may be names; `None` for what cannot be written in a cell.
    pub fn of(column: &ColumnDescriptor, is_name: bool) -> Option<Type> {
        if column.max_rep_level() > 0 {
            return None;
        }
        let (physical, converted) = (column.physical_type(), column.converted_type());
        match (column.logical_type_ref(), converted) {
            (Some(LogicalType::Time(_) | LogicalType::Float16 | LogicalType::Uuid), _) => None,
            (Some(LogicalType::Timestamp(time)), _) if physical == Physical::INT64 => {
                Some(Type::Moments(match time.unit {
                    TimeUnit::MILLIS => 1_000,
                    TimeUnit::MICROS => 1_000_000,
                    TimeUnit::NANOS => 1_000_000_000,
                }))
            }
            (_, ConvertedType::TIMESTAMP_MILLIS) => Some(Type::Moments(1_000)),
            (_, ConvertedType::TIMESTAMP_MICROS) => Some(Type::Moments(1_000_000)),
            (_, ConvertedType::DECIMAL) if column.type_precision() > MOST_DIGITS => None,
            (_, ConvertedType::DECIMAL) => {
                u32::try_from(column.type_scale()).ok().map(|scale| Type::Decimal { scale, is_name })
            }
            (_, ConvertedType::DATE) => Some(Type::Days),
            (_, ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64) => {
                Some(Type::Unsigned)
            }
            (_, ConvertedType::NONE | ConvertedType::INT_8 | ConvertedType::INT_16 | ConvertedType::INT_32) => {
                plain(physical, is_name)
            }
            (_, ConvertedType::INT_64 | ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON) => {
                plain(physical, is_name)
            }
            (_, _) => None,
        }
    }

    fn whole(self, value: i64, unsigned: u64) -> String {
        match self {
            Type::Plain | Type::Float { .. } => value.to_string(),
            Type::Unsigned => unsigned.to_string(),
            Type::Decimal { scale, is_name } => decimal(value.into(), scale, is_name),
            Type::Days => moment(value, 0),
            Type::Moments(second) => {
                let seconds = value.div_euclid(second);
                moment(seconds.div_euclid(DAY), seconds.rem_euclid(DAY))
            }
        }
    }

    fn float(self, value: &impl Display) -> Cow<'static, str> {
        shortest(value.to_string(), self == Type::Float { is_name: true }).into()
    }

    fn bytes(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Type::Decimal { scale, is_name } => match big_endian(bytes) {
                Some(value) => decimal(value, scale, is_name).into(),
                // Past its own precision; no number, so that whoever reads it says so.
                None => bytes.iter().fold("0x".to_owned(), |text, byte| format!("{text}{byte:02x}")).into(),
            },
            Type::Plain | Type::Unsigned | Type::Float { .. } | Type::Days | Type::Moments(_) => {
                std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
            }
        }
    }
}

fn plain(physical: Physical, is_name: bool) -> Option<Type> {
    match physical {
        Physical::BOOLEAN | Physical::INT32 | Physical::INT64 | Physical::BYTE_ARRAY => Some(Type::Plain),
        Physical::FLOAT | Physical::DOUBLE => Some(Type::Float { is_name }),
        Physical::INT96 | Physical::FIXED_LEN_BYTE_ARRAY => None,
    }
}

/// What a column that has no type holds, as those call it who write it.
pub(super) fn called(column: &ColumnDescriptor) -> String {
    let (logical, converted, physical) = (column.logical_type_ref(), column.converted_type(), column.physical_type());
    match (logical, converted) {
        (Some(LogicalType::Time(_)), _) | (_, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS) => {
            "times of day".to_owned()
        }
        (_, ConvertedType::DECIMAL) => format!("decimals of up to {} digits", column.type_precision()),
        (_, ConvertedType::INTERVAL) => "intervals of time".to_owned(),
        (_, ConvertedType::BSON) => "documents in BSON".to_owned(),
        (Some(LogicalType::Uuid), _) => "UUIDs".to_owned(),
        (Some(LogicalType::Float16), _) => "numbers of 16 bits with a floating point".to_owned(),
        (_, _) if physical == Physical::INT96 => "timestamps of the outdated type INT96".to_owned(),
        (_, _) if physical == Physical::FIXED_LEN_BYTE_ARRAY => {
            format!("{} bytes that are no text", column.type_length())
        }
        (_, _) => format!("values of the type {physical}"),
    }
}

/// The most digits of a decimal number that is read.
const MOST_DIGITS: i32 = 38;

/// The seconds of a day.
const DAY: i64 = 86_400;

/// A day, and the time of day unless it is midnight; the number of the day where no calendar reaches.
fn moment(days: i64, second: i64) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    let Ok(date) = jiff::Span::new().try_days(days).and_then(|span| epoch.checked_add(span)) else {
        return days.to_string();
    };
    match second {
        0 => date.to_string(),
        second => format!("{date} {:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60),
    }
}

/// A number of hundredths, thousandths … without the zeros that it has from its column alone. One of too many digits stays a
/// whole number of them.
fn decimal(value: i128, scale: u32, is_name: bool) -> String {
    Decimal::try_from_i128_with_scale(value, scale)
        .map_or_else(|_| format!("{value}e-{scale}"), |exact| shortest(exact.normalize().to_string(), is_name))
}

/// A number as it is shortest; but for a name, so that nobody can think that its point parts thousands.
fn shortest(number: String, is_name: bool) -> String {
    if is_name { number } else { plainly(&number) }
}

/// A number of any width in two's complement; none if it needs more than 128 bits.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xFF } else { 0 };
    let mut whole = [sign; 16];
    let (spare, bytes) = bytes.split_at(bytes.len().saturating_sub(whole.len()));
    let from = whole.len() - bytes.len();
    whole.get_mut(from..)?.copy_from_slice(bytes);
    let value = i128::from_be_bytes(whole);
    let fits = spare.iter().all(|byte| *byte == sign) && (spare.is_empty() || value.is_negative() == (sign == 0xFF));
    fits.then_some(value)
}

/// A column that is being read.
pub(super) struct Values(ColumnReader);

/// How many rows are read at once.
const BATCH: usize = 8_192;

impl Values {
    /// Begins with a column of a row group.
    pub fn new(reader: ColumnReader) -> Self {
        Values(reader)
    }

    /// The next rows; fewer than asked for at the end of the row group. A null is a blank cell.
    pub fn batch(&mut self, ty: Type) -> Result<Texts, ParquetError> {
        match &mut self.0 {
            ColumnReader::BoolColumnReader(reader) => texts(reader, shown),
            ColumnReader::Int32ColumnReader(reader) => {
                texts(reader, |value| ty.whole((*value).into(), value.cast_unsigned().into()).into())
            }
            ColumnReader::Int64ColumnReader(reader) => {
                texts(reader, |value| ty.whole(*value, value.cast_unsigned()).into())
            }
            ColumnReader::Int96ColumnReader(reader) => texts(reader, shown),
            ColumnReader::FloatColumnReader(reader) => texts(reader, |value| ty.float(value)),
            ColumnReader::DoubleColumnReader(reader) => texts(reader, |value| ty.float(value)),
            ColumnReader::ByteArrayColumnReader(reader) if ty == Type::Plain => plain_texts(reader),
            ColumnReader::ByteArrayColumnReader(reader) => texts(reader, |value| ty.bytes(value.data())),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => texts(reader, |value| ty.bytes(value.data())),
        }
    }
}

/// The texts of cells of a column.
#[derive(Debug, Default)]
pub(super) struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a row; empty for a blank cell.
    pub fn get(&self, row: usize) -> &str {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(row).and_then(|end| self.text.get(start..*end)).unwrap_or("")
    }

    fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }
}

fn shown(value: &impl Display) -> Cow<'_, str> {
    value.to_string().into()
}

fn texts<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    text: impl Fn(&T::T) -> Cow<'_, str>,
) -> Result<Texts, ParquetError> {
    let (levels, values) = records(reader)?;
    let mut texts = Texts::default();
    each(&levels, &values, |value| texts.push(&value.map(&text).unwrap_or_default()));
    Ok(texts)
}

/// Texts as they are. All bytes together show to be text in a fraction of the time that each cell would take.
fn plain_texts(reader: &mut ColumnReaderImpl<ByteArrayType>) -> Result<Texts, ParquetError> {
    let (levels, values) = records(reader)?;
    let (mut bytes, mut ends) = (Vec::new(), Vec::new());
    each(&levels, &values, |value| {
        bytes.extend_from_slice(value.map_or(&[], ByteArray::data));
        ends.push(bytes.len());
    });
    match String::from_utf8(bytes) {
        Ok(text) if ends.iter().all(|end| text.is_char_boundary(*end)) => Ok(Texts { text, ends }),
        // With a sign in the place of what is no text, different cells would be one.
        Ok(_) | Err(_) => Err(ParquetError::General("a cell is not in UTF-8".to_owned())),
    }
}

/// The next values, and the level of each row: above 0 where it has one. A column that every row fills has no levels.
fn records<T: DataType>(reader: &mut ColumnReaderImpl<T>) -> Result<(Vec<i16>, Vec<T::T>), ParquetError> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let (records, found, _) = reader.read_records(BATCH, Some(&mut levels), None, &mut values)?;
    values.truncate(found.min(records));
    Ok((levels, values))
}

/// Visits the value of each row, or none.
fn each<'v, V>(levels: &[i16], values: &'v [V], mut visit: impl FnMut(Option<&'v V>)) {
    let mut values = values.iter();
    if levels.is_empty() {
        values.for_each(|value| visit(Some(value)));
    } else {
        levels.iter().for_each(|level| visit(if *level > 0 { values.next() } else { None }));
    }
}

#[cfg(test)]
mod tests {
    use super::{big_endian, decimal};

    #[test]
    fn no_decimal_looks_like_thousands() {
        let shown = |value, scale| decimal(value, scale, false);
        assert_eq!([shown(1_125, 3), shown(125, 3), shown(-2_375, 3)], ["1.1250", "0.125", "-2.3750"]);
        assert_eq!([shown(1_500, 2), shown(1_234_500, 3), shown(0, 2)], ["15", "1234.5", "0"]);
    }

    #[test]
    fn a_name_of_digits_is_as_short_as_it_can_be() {
        let named = |value, scale| decimal(value, scale, true);
        assert_eq!([named(700, 2), named(1_125, 3), named(1_750, 3)], ["7", "1.125", "1.75"]);
    }

    #[test]
    fn numbers_of_any_width() {
        let wide = |sign: u8, rest: &[u8]| [[sign; 20].as_slice(), rest].concat();
        assert_eq!(big_endian(&[]), Some(0));
        assert_eq!(big_endian(&[0x01, 0x00]), Some(256));
        assert_eq!(big_endian(&[0xFF]), Some(-1));
        assert_eq!(big_endian(&wide(0x00, &[0x2A])), Some(42));
        assert_eq!(big_endian(&wide(0xFF, &[0xFE])), Some(-2));
        assert_eq!(big_endian(&[[1].as_slice(), &[0; 16]].concat()), None);
        assert_eq!(big_endian(&[[0].as_slice(), &[0xFF; 16]].concat()), None);
    }
}
