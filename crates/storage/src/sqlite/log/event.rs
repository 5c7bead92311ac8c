use hob_types::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::group;
use super::store::{sql_limit, timestamp};
use crate::{
    EventOrder, EventPage, EventPosition, EventQuery, LogEventRecord, StorageError, StreamSelection,
};

pub(super) fn page(connection: &Connection, query: &EventQuery) -> Result<EventPage, StorageError> {
    let Some(group) = group::id(connection, &query.group)? else { return Ok(EventPage::default()) };
    let Select { sql, params } = select(group, query);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut failure = None;
    let rows = statement.query_map(params_from_iter(params), record)?;
    let page = query.page(rows.map_while(|row| row.map_err(|error| failure = Some(error)).ok()));
    match failure {
        None => Ok(page),
        Some(error) => Err(error.into()),
    }
}

struct Select {
    sql: String,
    params: Vec<Value>,
}

impl Select {
    fn and(&mut self, condition: &str, params: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.params.extend(params);
    }
}

/// Reads along an index in the order that is asked for, so that a page costs what it holds.
fn select(group: i64, query: &EventQuery) -> Select {
    const FROM: &str = "
        SELECT log_event.timestamp, log_event.id, log_stream.name, log_event.ingested, log_event.message
        FROM log_event JOIN log_stream ON log_stream.id = log_event.stream_id
        WHERE log_event.group_id = ?";
    let mut select = Select { sql: FROM.to_owned(), params: vec![Value::Integer(group)] };
    select_streams(&mut select, group, &query.streams);
    if let Some(start) = query.start {
        select.and("log_event.timestamp >= ?", [millis(start)]);
    }
    if let Some(end) = query.end {
        select.and("log_event.timestamp < ?", [millis(end)]);
    }
    let direction = select_side_of_cut(&mut select, query.order);
    let order = format!(" ORDER BY log_event.timestamp {direction}, log_event.id {direction} LIMIT ?");
    select.sql.push_str(&order);
    // One more than the page holds tells whether there are more.
    select.params.push(Value::Integer(sql_limit(query.limit.saturating_add(1))));
    select
}

fn select_streams(select: &mut Select, group: i64, streams: &StreamSelection) {
    let text = |name: &String| Value::Text(name.clone());
    match streams {
        StreamSelection::All => {}
        StreamSelection::Named(names) => {
            let placeholders = vec!["?"; names.len()].join(", ");
            let condition = match names.len() {
                // Known to be one row, so that the stream's own index is used.
                1 => {
                    "log_event.stream_id = (SELECT id FROM log_stream WHERE group_id = ? AND name = ?)".into()
                }
                _ => format!("log_stream.group_id = ? AND log_stream.name IN ({placeholders})"),
            };
            select.and(&condition, [Value::Integer(group)].into_iter().chain(names.iter().map(text)));
        }
        StreamSelection::Prefix(prefix) => {
            select.and("substr(log_stream.name, 1, length(?)) = ?", [text(prefix), text(prefix)]);
        }
    }
}

/// Returns the direction in which to read.
fn select_side_of_cut(select: &mut Select, order: EventOrder) -> &'static str {
    let mut side = |operator: &str, cut: Option<EventPosition>| {
        if let Some(EventPosition { timestamp, sequence }) = cut {
            let condition = format!("(log_event.timestamp, log_event.id) {operator} (?, ?)");
            let sequence = Value::Integer(i64::try_from(sequence).unwrap_or(i64::MAX));
            select.and(&condition, [millis(timestamp), sequence]);
        }
    };
    match order {
        EventOrder::Forward { cut } => {
            side(">", cut);
            "ASC"
        }
        EventOrder::Backward { cut } => {
            side("<=", cut);
            "DESC"
        }
    }
}

fn millis(moment: Timestamp) -> Value {
    Value::Integer(moment.as_millis())
}

fn record(row: &Row<'_>) -> rusqlite::Result<LogEventRecord> {
    Ok(LogEventRecord {
        position: EventPosition { timestamp: timestamp(row, 0)?, sequence: row.get(1)? },
        stream: row.get(2)?,
        ingested: timestamp(row, 3)?,
        message: row.get(4)?,
    })
}
