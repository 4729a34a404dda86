//! Single values of a Parquet column as text: an address, a number, a date.

use ::parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use ::parquet::data_type::Int96;
use ::parquet::schema::types::ColumnDescriptor;

/// What the values of a column mean, as far as it changes how they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Shown as it is stored.
    Plain,
    /// Bytes that are text.
    Text,
    /// A number without a sign.
    Unsigned,
    /// Days since 1970-01-01.
    Date,
    /// Ticks since midnight; so many in a second.
    Time(i64),
    /// Ticks since 1970-01-01; so many in a second. The flag: in UTC, not in an unnamed local time.
    Timestamp(i64, bool),
    /// A whole number with so many digits behind the point.
    Decimal(usize),
    /// Sixteen bytes of an identifier.
    Uuid,
    /// Bytes that are no text.
    Opaque,
}

const MILLIS: i64 = 1_000;
const MICROS: i64 = 1_000_000;
const NANOS: i64 = 1_000_000_000;
const SECONDS_OF_A_DAY: i64 = 86_400;

/// The Julian day number of 1970-01-01, from which Spark's and Impala's INT96 timestamps count.
const JULIAN_DAY_OF_EPOCH: i64 = 2_440_588;

/// Digits behind the point at most. Arrow's widest decimal has 76.
const MOST_SCALE: i32 = 76;

impl Kind {
    /// The meaning that the schema gives to a column: by the logical type of newer files or the converted type of
    /// older ones.
    pub(super) fn of(column: &ColumnDescriptor) -> Kind {
        match column.logical_type_ref() {
            Some(logical) => Kind::of_logical(logical),
            None => Kind::of_converted(column),
        }
    }

    fn of_logical(logical: &LogicalType) -> Kind {
        match logical {
            LogicalType::String | LogicalType::Enum | LogicalType::Json => Kind::Text,
            LogicalType::Integer(integer) if !integer.is_signed => Kind::Unsigned,
            LogicalType::Integer(_) => Kind::Plain,
            LogicalType::Date => Kind::Date,
            LogicalType::Time(time) => Kind::Time(ticks(time.unit)),
            LogicalType::Timestamp(time) => Kind::Timestamp(ticks(time.unit), time.is_adjusted_to_u_t_c),
            LogicalType::Decimal(decimal) => Kind::decimal(decimal.scale),
            LogicalType::Uuid => Kind::Uuid,
            _ => Kind::Opaque,
        }
    }

    fn of_converted(column: &ColumnDescriptor) -> Kind {
        match column.converted_type() {
            ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Kind::Text,
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64 => {
                Kind::Unsigned
            }
            ConvertedType::DATE => Kind::Date,
            ConvertedType::TIME_MILLIS => Kind::Time(MILLIS),
            ConvertedType::TIME_MICROS => Kind::Time(MICROS),
            ConvertedType::TIMESTAMP_MILLIS => Kind::Timestamp(MILLIS, true),
            ConvertedType::TIMESTAMP_MICROS => Kind::Timestamp(MICROS, true),
            ConvertedType::DECIMAL => Kind::decimal(column.type_scale()),
            ConvertedType::BSON | ConvertedType::INTERVAL => Kind::Opaque,
            _ => Kind::Plain,
        }
    }

    fn decimal(scale: i32) -> Kind {
        Kind::Decimal(usize::try_from(scale.clamp(0, MOST_SCALE)).unwrap_or(0))
    }

    /// Whether values of this meaning, stored as `physical`, can be a text: strings, and bytes about which the file
    /// says nothing more (pandas and Spark write strings so, too).
    pub(super) fn may_be_text(self, physical: Type) -> bool {
        physical == Type::BYTE_ARRAY && matches!(self, Kind::Text | Kind::Plain)
    }
}

fn ticks(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::MILLIS => MILLIS,
        TimeUnit::MICROS => MICROS,
        TimeUnit::NANOS => NANOS,
    }
}

/// A whole number, with its sign.
pub(super) fn show_integer(value: i64, kind: Kind) -> String {
    match kind {
        Kind::Date => date(value),
        Kind::Time(ticks) => time(value, ticks),
        Kind::Timestamp(ticks, utc) => timestamp(value, ticks, utc),
        Kind::Decimal(scale) => decimal(i128::from(value), scale),
        _ => value.to_string(),
    }
}

/// A number of 32 bits.
pub(super) fn show_i32(value: i32, kind: Kind) -> String {
    match kind {
        Kind::Unsigned => value.cast_unsigned().to_string(),
        _ => show_integer(i64::from(value), kind),
    }
}

/// A number of 64 bits.
pub(super) fn show_i64(value: i64, kind: Kind) -> String {
    match kind {
        Kind::Unsigned => value.cast_unsigned().to_string(),
        _ => show_integer(value, kind),
    }
}

/// A timestamp of the old kind: nanoseconds of the day, and the Julian day.
pub(super) fn show_int96(value: &Int96) -> String {
    let [low, high, day] = value.data() else { return String::new() };
    let nanos = (i64::from(*high) << 32) | i64::from(*low);
    let days = i64::from(*day) - JULIAN_DAY_OF_EPOCH + nanos.div_euclid(SECONDS_OF_A_DAY * NANOS);
    format!("{}T{}", date(days), time(nanos.rem_euclid(SECONDS_OF_A_DAY * NANOS), NANOS))
}

/// Bytes: text, a decimal, an identifier; anything else in hexadecimal digits. What is not UTF-8 in a text becomes
/// U+FFFD.
pub(super) fn show_bytes(bytes: &[u8], kind: Kind, physical: Type) -> String {
    match kind {
        Kind::Text => String::from_utf8_lossy(bytes).into_owned(),
        Kind::Plain if physical == Type::BYTE_ARRAY => String::from_utf8_lossy(bytes).into_owned(),
        Kind::Decimal(scale) => match big_endian(bytes) {
            Some(value) => decimal(value, scale),
            None => hexadecimal(bytes),
        },
        Kind::Uuid if bytes.len() == 16 => uuid(bytes),
        _ => hexadecimal(bytes),
    }
}

/// `1969-12-31` of days since 1970-01-01, by the Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level
/// Date Algorithms", `civil_from_days`).
fn date(days: i64) -> String {
    const DAYS_TO_EPOCH: i64 = 719_468; // from 0000-03-01
    const DAYS_OF_AN_ERA: i64 = 146_097; // 400 years
    let days = days.saturating_add(DAYS_TO_EPOCH);
    let era = days.div_euclid(DAYS_OF_AN_ERA);
    let day_of_era = days.rem_euclid(DAYS_OF_AN_ERA);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `23:59:59`, with as many digits of a second as the value needs.
fn time(value: i64, ticks: i64) -> String {
    let (seconds, rest) = (value.div_euclid(ticks), value.rem_euclid(ticks));
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if rest == 0 {
        return clock;
    }
    let digits = ticks.ilog10() as usize;
    let fraction = format!("{rest:0digits$}");
    format!("{clock}.{}", fraction.trim_end_matches('0'))
}

fn timestamp(value: i64, ticks: i64, utc: bool) -> String {
    let day = SECONDS_OF_A_DAY * ticks;
    let zone = if utc { "Z" } else { "" };
    format!("{}T{}{zone}", date(value.div_euclid(day)), time(value.rem_euclid(day), ticks))
}

fn decimal(value: i128, scale: usize) -> String {
    if scale == 0 {
        return value.to_string();
    }
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    format!("{sign}{whole}.{fraction}")
}

/// A number in two's complement, or none if it has more than 128 bits.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let first = *bytes.first()?;
    if bytes.len() > 16 {
        return None;
    }
    let sign = if first & 0x80 == 0 { 0 } else { -1 };
    Some(bytes.iter().fold(sign, |value, byte| (value << 8) | i128::from(*byte)))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn uuid(bytes: &[u8]) -> String {
    let mut text = hexadecimal(bytes);
    for at in [20, 16, 12, 8] {
        text.insert(at, '-');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times() {
        assert_eq!(show_i32(0, Kind::Date), "1970-01-01");
        assert_eq!(show_i32(-1, Kind::Date), "1969-12-31");
        assert_eq!(show_i32(11_016, Kind::Date), "2000-02-29");
        assert_eq!(show_i64(-1, Kind::Timestamp(MILLIS, true)), "1969-12-31T23:59:59.999Z");
        assert_eq!(show_i64(1_700_000_000_000_000, Kind::Timestamp(MICROS, false)), "2023-11-14T22:13:20");
        let mut old = Int96::new();
        old.set_data(1, 0, 2_440_589);
        assert_eq!(show_int96(&old), "1970-01-02T00:00:00.000000001");
    }

    #[test]
    fn the_ends_of_the_number_range_do_no_harm() {
        for value in [i64::MIN, i64::MAX] {
            for kind in [Kind::Date, Kind::Time(MILLIS), Kind::Timestamp(NANOS, true), Kind::Decimal(76)] {
                assert!(!show_i64(value, kind).is_empty());
            }
        }
        let mut old = Int96::new();
        old.set_data(u32::MAX, u32::MAX, u32::MAX);
        assert!(!show_int96(&old).is_empty());
    }

    #[test]
    fn numbers_and_bytes() {
        assert_eq!(show_i32(-1, Kind::Unsigned), "4294967295");
        assert_eq!(show_i64(-1, Kind::Unsigned), u64::MAX.to_string());
        assert_eq!(show_i64(-5, Kind::Decimal(2)), "-0.05");
        assert_eq!(show_bytes(&[0xFF, 0x85], Kind::Decimal(1), Type::FIXED_LEN_BYTE_ARRAY), "-12.3");
        assert_eq!(show_bytes(b"a\xFF", Kind::Plain, Type::BYTE_ARRAY), "a\u{FFFD}");
        let id: Vec<u8> = (0..16).collect();
        let shown = show_bytes(&id, Kind::Uuid, Type::FIXED_LEN_BYTE_ARRAY);
        assert_eq!(shown, "00010203-0405-0607-0809-0a0b0c0d0e0f");
    }
}
