//! Answers go to stdout, in the form that was asked for; everything else goes to stderr.

use std::fmt::Display;
use std::io::Write as _;

use anstyle::Style;
use comfy_table::{ColumnConstraint, Table};
use serde::Serialize;

pub const DIM: Style = Style::new().dimmed();
pub const BOLD: Style = Style::new().bold();
pub const GOOD: Style = color(anstyle::AnsiColor::Green);
pub const CAUTION: Style = color(anstyle::AnsiColor::Yellow);
pub const BAD: Style = color(anstyle::AnsiColor::Red);

const fn color(color: anstyle::AnsiColor) -> Style {
    Style::new().fg_color(Some(anstyle::Color::Ansi(color)))
}

/// In a style where the stream shows styles.
pub fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON document, or one per line where the answer has no end.
    Json,
}

impl Format {
    pub fn is_text(self) -> bool {
        self == Self::Text
    }

    /// Prints `value` as JSON, or what `text` makes of it.
    pub fn show<T: Serialize>(self, value: &T, text: impl FnOnce(&T) -> String) {
        match self {
            Self::Text => print(text(value)),
            Self::Json => print(to_json(value, serde_json::to_string_pretty)),
        }
    }

    /// As [`show`](Self::show), for one of many: JSON stays on one line.
    pub fn show_line<T: Serialize>(self, value: &T, text: impl FnOnce(&T) -> String) {
        match self {
            Self::Text => print(text(value)),
            Self::Json => print(to_json(value, serde_json::to_string)),
        }
    }
}

fn to_json<T>(value: &T, write: impl FnOnce(&T) -> serde_json::Result<String>) -> String {
    write(value).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"))
}

/// One line or more on stdout.
pub fn print(text: impl Display) {
    if writeln!(anstream::stdout().lock(), "{text}").is_err() {
        // The reader has gone, as in `hob logs -f | head`: there is nobody left to tell.
        std::process::exit(0);
    }
}

/// One line or more on stderr. Failing to warn is no reason to fail.
pub fn note(text: impl Display) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Columns without borders, as wide as their content.
pub fn table<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(comfy_table::ContentArrangement::Disabled);
    table.set_header(header);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 3));
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    table.trim_fmt()
}

/// As in `1.2 MB`, how AWS counts: powers of 1024.
pub fn bytes(count: u64) -> String {
    match count {
        0..1024 => format!("{count} B"),
        1024..1_048_576 => format!("{:.1} KB", count as f64 / 1024.0),
        1_048_576..1_073_741_824 => format!("{:.1} MB", count as f64 / 1_048_576.0),
        _ => format!("{:.1} GB", count as f64 / 1_073_741_824.0),
    }
}

/// As in `850 µs`, `12.3 ms`, `4.2 s`.
pub fn duration(duration: std::time::Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        _ if seconds < 0.001 => format!("{:.0} µs", seconds * 1e6),
        _ if seconds < 1.0 => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{seconds:.1} s"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn sizes_and_times_are_written_for_people() {
        assert_eq!([bytes(12), bytes(1536), bytes(5 << 20)], ["12 B", "1.5 KB", "5.0 MB"]);
        let times = [Duration::from_micros(850), Duration::from_micros(12_340), Duration::from_millis(4_200)];
        assert_eq!(times.map(duration), ["850 µs", "12.3 ms", "4.2 s"]);
    }

    #[test]
    fn a_table_has_columns_and_no_borders() {
        let rows = [["a".to_owned(), "1".to_owned()], ["long".to_owned(), "22".to_owned()]];
        assert_eq!(table(["NAME", "N"], rows), "NAME   N\na      1\nlong   22");
    }
}
