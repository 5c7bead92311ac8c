//! AWS's JSON format: the Telemetry API's events, one a line.
//!
//! Source: Lambda guide, "Lambda Telemetry API Event schema reference"; the order of the fields is as recorded.

use std::time::Duration;

use hob_types::{MemoryMib, RequestId, Timestamp, Version, runtime_version_arn};
use serde::{Serialize, Serializer};

use super::{Dropped, InitStart, PlatformEvent, Report, RuntimeDone, Status};
use crate::Initialization;
use crate::current::whole_milliseconds;
use crate::phase::InitPhase;

pub(super) fn line(event: &PlatformEvent<'_>, now: Timestamp) -> String {
    match event {
        PlatformEvent::InitStart(start) => write("platform.initStart", now, &init_start(start)),
        PlatformEvent::InitRuntimeDone { initialization, phase, status } => {
            write("platform.initRuntimeDone", now, &init_done(*initialization, *phase, *status, None))
        }
        PlatformEvent::InitReport { initialization, phase, duration, status } => {
            write("platform.initReport", now, &init_done(*initialization, *phase, *status, Some(*duration)))
        }
        PlatformEvent::RestoreStart(start) => write("platform.restoreStart", now, &instance(start)),
        PlatformEvent::RestoreRuntimeDone { status } => {
            write("platform.restoreRuntimeDone", now, &restore_done(*status, None))
        }
        PlatformEvent::RestoreReport { duration, status } => {
            write("platform.restoreReport", now, &restore_done(*status, Some(*duration)))
        }
        PlatformEvent::Start { request_id, function_arn, version } => {
            let (request_id, version) = (Shown(*request_id), Shown(*version));
            write("platform.start", now, &StartRecord { request_id, function_arn, version })
        }
        PlatformEvent::RuntimeDone(done) => write("platform.runtimeDone", now, &runtime_done(done)),
        PlatformEvent::Report(report) => write("platform.report", now, &self::report(report)),
        PlatformEvent::LogsDropped(dropped) => write("platform.logsDropped", now, &logs_dropped(dropped)),
        PlatformEvent::Note { text, .. } => write("hob.note", now, &NoteRecord { message: text }),
    }
}

#[derive(Serialize)]
struct Envelope<'a, R> {
    time: String,
    r#type: &'a str,
    record: &'a R,
}

fn write(r#type: &str, now: Timestamp, record: &impl Serialize) -> String {
    let envelope = Envelope { time: now.to_rfc3339(), r#type, record };
    let mut line = serde_json::to_string(&envelope).expect("strings and numbers have a JSON form");
    line.push('\n');
    line
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitStartRecord<'a> {
    initialization_type: &'a str,
    phase: Shown<InitPhase>,
    #[serde(flatten)]
    instance: InstanceRecord<'a>,
}

/// What starts; a restore's whole record.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InstanceRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    runtime_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    runtime_version_arn: Option<String>,
    function_name: &'a str,
    function_version: Shown<Version>,
    instance_id: &'a str,
    /// In bytes.
    instance_max_memory: u64,
}

fn init_start<'a>(start: &InitStart<'a>) -> InitStartRecord<'a> {
    let phase = match start.initialization {
        Initialization::SnapStart => InitPhase::Snapshot,
        Initialization::OnDemand | Initialization::ProvisionedConcurrency => InitPhase::Init,
    };
    let initialization_type = start.initialization.name();
    InitStartRecord { initialization_type, phase: Shown(phase), instance: instance(start) }
}

fn instance<'a>(start: &InitStart<'a>) -> InstanceRecord<'a> {
    InstanceRecord {
        runtime_version: start.runtime_version,
        runtime_version_arn: start.runtime_version.map(|version| runtime_version_arn(start.region, version)),
        function_name: start.function_name.as_str(),
        function_version: Shown(start.function_version),
        instance_id: start.instance_id,
        instance_max_memory: u64::from(start.memory.get()) << 20,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitDoneRecord<'a> {
    initialization_type: &'a str,
    phase: Shown<InitPhase>,
    #[serde(flatten)]
    status: StatusFields<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<InitMetrics>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitMetrics {
    duration_ms: Milliseconds,
}

fn init_done(
    initialization: Initialization,
    phase: InitPhase,
    status: Status<'_>,
    duration: Option<Duration>,
) -> InitDoneRecord<'_> {
    InitDoneRecord {
        initialization_type: initialization.name(),
        phase: Shown(phase),
        status: status.into(),
        metrics: duration.map(|duration| InitMetrics { duration_ms: Milliseconds(duration) }),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RestoreDoneRecord<'a> {
    #[serde(flatten)]
    status: StatusFields<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<InitMetrics>,
}

fn restore_done(status: Status<'_>, duration: Option<Duration>) -> RestoreDoneRecord<'_> {
    let metrics = duration.map(|duration| InitMetrics { duration_ms: Milliseconds(duration) });
    RestoreDoneRecord { status: status.into(), metrics }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StartRecord<'a> {
    request_id: Shown<RequestId>,
    function_arn: &'a str,
    version: Shown<Version>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuntimeDoneRecord<'a> {
    request_id: Shown<RequestId>,
    #[serde(flatten)]
    status: StatusFields<'a>,
    metrics: RuntimeDoneMetrics,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuntimeDoneMetrics {
    duration_ms: Milliseconds,
    produced_bytes: usize,
}

fn runtime_done<'a>(done: &RuntimeDone<'a>) -> RuntimeDoneRecord<'a> {
    let metrics =
        RuntimeDoneMetrics { duration_ms: Milliseconds(done.duration), produced_bytes: done.produced_bytes };
    RuntimeDoneRecord { request_id: Shown(done.request_id), status: done.status.into(), metrics }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportRecord<'a> {
    request_id: Shown<RequestId>,
    metrics: ReportMetrics,
    #[serde(flatten)]
    status: StatusFields<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportMetrics {
    duration_ms: Milliseconds,
    billed_duration_ms: u128,
    #[serde(rename = "memorySizeMB")]
    memory_size: u32,
    #[serde(rename = "maxMemoryUsedMB")]
    max_memory_used: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    init_duration_ms: Option<Milliseconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restore_duration_ms: Option<Milliseconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billed_restore_duration_ms: Option<u128>,
}

fn report<'a>(report: &Report<'a>) -> ReportRecord<'a> {
    let Report { request_id, measured, memory, memory_peak, status } = *report;
    let metrics = ReportMetrics {
        duration_ms: Milliseconds(measured.duration),
        billed_duration_ms: measured.billed.as_millis(),
        memory_size: MemoryMib::get(memory),
        max_memory_used: memory_peak,
        init_duration_ms: measured.init.map(Milliseconds),
        restore_duration_ms: measured.restore.map(Milliseconds),
        billed_restore_duration_ms: measured.restore.map(|restore| whole_milliseconds(restore).as_millis()),
    };
    ReportRecord { request_id: Shown(request_id), metrics, status: status.into() }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogsDroppedRecord {
    dropped_bytes: usize,
    dropped_records: usize,
    reason: String,
}

fn logs_dropped(dropped: &Dropped) -> LogsDroppedRecord {
    let Dropped { bytes, lines, .. } = *dropped;
    LogsDroppedRecord { dropped_bytes: bytes, dropped_records: lines, reason: dropped.to_string() }
}

#[derive(Serialize)]
struct NoteRecord<'a> {
    message: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusFields<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_type: Option<&'a str>,
}

impl<'a> From<Status<'a>> for StatusFields<'a> {
    fn from(status: Status<'a>) -> Self {
        let (status, error_type) = match status {
            Status::Success => ("success", None),
            Status::Timeout => ("timeout", None),
            Status::Error(error_type) => ("error", Some(error_type)),
        };
        Self { status, error_type }
    }
}

/// A string: what it displays.
struct Shown<T>(T);

impl<T: std::fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A number with at most three decimals.
struct Milliseconds(Duration);

impl Serialize for Milliseconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let microseconds = self.0.as_nanos().saturating_add(500) / 1000;
        serializer.serialize_f64(u64::try_from(microseconds).unwrap_or(u64::MAX) as f64 / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use hob_types::Region;
    use insta::assert_snapshot;

    use super::super::samples;
    use super::*;

    fn written(event: &PlatformEvent<'_>) -> String {
        let line = line(event, Timestamp::from_millis(1_767_323_045_678));
        let arn = runtime_version_arn(&Region::local(), "python:3.12.v1");
        line.strip_suffix('\n').unwrap().replace(&samples::id().to_string(), "<id>").replace(&arn, "<arn>")
    }

    #[test]
    fn events_of_an_invocation_are_as_recorded_from_aws() {
        let init = Some(Duration::from_micros(463_512));
        let events = [
            samples::init_start(Some("python:3.12.v1"), written),
            written(&samples::start()),
            written(&samples::runtime_done(Status::Success)),
            written(&samples::report(init, Status::Success)),
        ];
        assert_snapshot!(events.join("\n"), @r#"
        {"time":"2026-01-02T03:04:05.678Z","type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init","runtimeVersion":"python:3.12.v1","runtimeVersionArn":"<arn>","functionName":"hello","functionVersion":"$LATEST","instanceId":"2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef","instanceMaxMemory":134217728}}
        {"time":"2026-01-02T03:04:05.678Z","type":"platform.start","record":{"requestId":"<id>","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:hello","version":"$LATEST"}}
        {"time":"2026-01-02T03:04:05.678Z","type":"platform.runtimeDone","record":{"requestId":"<id>","status":"success","metrics":{"durationMs":1.056,"producedBytes":50}}}
        {"time":"2026-01-02T03:04:05.678Z","type":"platform.report","record":{"requestId":"<id>","metrics":{"durationMs":2.345,"billedDurationMs":3,"memorySizeMB":128,"maxMemoryUsedMB":35,"initDurationMs":463.512},"status":"success"}}
        "#);
    }

    #[test]
    fn an_init_has_an_end_and_a_report() {
        let done = |status| PlatformEvent::InitRuntimeDone {
            initialization: Initialization::OnDemand,
            phase: InitPhase::Invoke,
            status,
        };
        let events = [
            written(&done(Status::Success)),
            written(&done(Status::Error("Runtime.ImportModuleError"))),
            written(&samples::init_report(Status::Success)),
            written(&samples::init_report(Status::Timeout)),
        ];
        assert_snapshot!(events.join("\n"), @r#"
        {"time":"2026-01-02T03:04:05.678Z","type":"platform.initRuntimeDone","record":{"initializationType":"on-demand","phase":"invoke","status":"success"}}
        {"time":"2026-01-02T03:04:05.678Z","type":"platform.initRuntimeDone","record":{"initializationType":"on-demand","phase":"invoke","status":"error","errorType":"Runtime.ImportModuleError"}}
        {"time":"2026-01-02T03:04:05.678Z","type":"platform.initReport","record":{"initializationType":"on-demand","phase":"init","status":"success","metrics":{"durationMs":1236.04}}}
        {"time":"2026-01-02T03:04:05.678Z","type":"platform.initReport","record":{"initializationType":"on-demand","phase":"init","status":"timeout","metrics":{"durationMs":1236.04}}}
        "#);
    }

    #[test]
    fn failures_have_their_type() {
        let error = Status::Error("Runtime.ExitError");
        let events = [
            written(&samples::runtime_done(error)),
            written(&samples::report(None, error)),
            written(&samples::report(None, Status::Timeout)),
        ];
        assert_snapshot!(events.join("\n"), @r#"
        {"time":"2026-01-02T03:04:05.678Z","type":"platform.runtimeDone","record":{"requestId":"<id>","status":"error","errorType":"Runtime.ExitError","metrics":{"durationMs":1.056,"producedBytes":50}}}
        {"time":"2026-01-02T03:04:05.678Z","type":"platform.report","record":{"requestId":"<id>","metrics":{"durationMs":2.345,"billedDurationMs":3,"memorySizeMB":128,"maxMemoryUsedMB":35},"status":"error","errorType":"Runtime.ExitError"}}
        {"time":"2026-01-02T03:04:05.678Z","type":"platform.report","record":{"requestId":"<id>","metrics":{"durationMs":2.345,"billedDurationMs":3,"memorySizeMB":128,"maxMemoryUsedMB":35},"status":"timeout"}}
        "#);
    }

    #[test]
    fn what_aws_does_not_name_is_left_out_and_what_it_has_no_event_for_has_a_type_of_its_own() {
        let note = PlatformEvent::Note { text: "say \"no\"", level: hob_types::SystemLogLevel::Info };
        let events = [samples::init_start(None, written), written(&samples::dropped()), written(&note)];
        assert_snapshot!(events.join("\n"), @r#"
        {"time":"2026-01-02T03:04:05.678Z","type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init","functionName":"hello","functionVersion":"$LATEST","instanceId":"2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef","instanceMaxMemory":134217728}}
        {"time":"2026-01-02T03:04:05.678Z","type":"platform.logsDropped","record":{"droppedBytes":926720,"droppedRecords":905,"reason":"905 lines (926720 bytes) were dropped: the function logs more than 20000 lines or 4194304 bytes a second"}}
        {"time":"2026-01-02T03:04:05.678Z","type":"hob.note","record":{"message":"say \"no\""}}
        "#);
    }
}
