//! What is logged where a function's log format is JSON.

use hob_invoke::{Invocation, Invoker};
use hob_sandbox::Exit;
use hob_types::{LogFormat, LogLevel, LoggingConfiguration, Runtime, SystemLogLevel};
use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{Harness, Program, program};

fn harness(application_level: LogLevel, system_level: SystemLogLevel, program: Program) -> Harness {
    let mut harness = Harness::new(program);
    harness.version.logging =
        LoggingConfiguration { format: LogFormat::Json, application_level, system_level };
    harness
}

/// Prints what it gets, line by line, and answers with it.
fn printer() -> Program {
    program(|mut client| async move {
        loop {
            let event = client.next().await;
            let lines: Vec<String> = serde_json::from_slice(&event.body).unwrap();
            lines.iter().for_each(|line| client.print(&format!("{line}\n")));
            client.respond(event.id(), &event.body).await;
        }
    })
}

fn levelled(level: &str) -> String {
    format!(r#"{{"level":"{level}","timestamp":"2026-01-02T03:04:05Z"}}"#)
}

fn payload(lines: &[String]) -> String {
    serde_json::to_string(lines).unwrap()
}

/// Measured numbers, and the runtime's ARN, replaced.
fn redacted(log: &str) -> String {
    log.lines().map(redacted_line).collect::<Vec<_>>().join("\n")
}

fn redacted_line(line: &str) -> String {
    let Ok(mut event) = serde_json::from_str::<Value>(line) else { return line.to_owned() };
    let Some(record) = event.get_mut("record") else { return line.to_owned() };
    if let Some(arn) = record.get_mut("runtimeVersionArn") {
        *arn = "<arn>".into();
    }
    if let Some(instance) = record.get_mut("instanceId") {
        *instance = "<stream>".into();
    }
    for name in ["durationMs", "billedDurationMs", "initDurationMs"] {
        if let Some(number) = record.get_mut("metrics").and_then(|metrics| metrics.get_mut(name)) {
            *number = 0.into();
        }
    }
    event["time"].take();
    crate::support::redacted(&event.to_string())
}

#[tokio::test]
async fn the_platforms_events_are_those_of_the_telemetry_api() {
    let harness = harness(LogLevel::Info, SystemLogLevel::Debug, printer());
    harness.answer(r#"["cold"]"#).await;
    harness.answer(r#"["warm"]"#).await;
    assert_snapshot!(redacted(&harness.logs().await), @r#"
    {"time":null,"type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init","runtimeVersion":"python:3.12.v1","runtimeVersionArn":"<arn>","functionName":"hello","functionVersion":"$LATEST","instanceId":"<stream>","instanceMaxMemory":134217728}}
    {"time":null,"type":"platform.initRuntimeDone","record":{"initializationType":"on-demand","phase":"init","status":"success"}}
    {"time":null,"type":"platform.initReport","record":{"initializationType":"on-demand","phase":"init","status":"success","metrics":{"durationMs":0}}}
    {"time":null,"type":"platform.start","record":{"requestId":"<id>","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:hello","version":"$LATEST"}}
    cold
    {"time":null,"type":"platform.runtimeDone","record":{"requestId":"<id>","status":"success","metrics":{"durationMs":0,"producedBytes":8}}}
    {"time":null,"type":"platform.report","record":{"requestId":"<id>","metrics":{"durationMs":0,"billedDurationMs":0,"memorySizeMB":128,"maxMemoryUsedMB":35,"initDurationMs":0},"status":"success"}}
    {"time":null,"type":"platform.start","record":{"requestId":"<id>","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:hello","version":"$LATEST"}}
    warm
    {"time":null,"type":"platform.runtimeDone","record":{"requestId":"<id>","status":"success","metrics":{"durationMs":0,"producedBytes":8}}}
    {"time":null,"type":"platform.report","record":{"requestId":"<id>","metrics":{"durationMs":0,"billedDurationMs":0,"memorySizeMB":128,"maxMemoryUsedMB":35},"status":"success"}}
    "#);
}

#[tokio::test]
async fn by_default_there_is_as_much_as_in_text() {
    let harness = harness(LogLevel::Info, SystemLogLevel::Info, printer());
    harness.answer(r#"["one"]"#).await;
    assert_snapshot!(redacted(&harness.logs().await), @r#"
    {"time":null,"type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init","runtimeVersion":"python:3.12.v1","runtimeVersionArn":"<arn>","functionName":"hello","functionVersion":"$LATEST","instanceId":"<stream>","instanceMaxMemory":134217728}}
    {"time":null,"type":"platform.start","record":{"requestId":"<id>","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:hello","version":"$LATEST"}}
    one
    {"time":null,"type":"platform.report","record":{"requestId":"<id>","metrics":{"durationMs":0,"billedDurationMs":0,"memorySizeMB":128,"maxMemoryUsedMB":35,"initDurationMs":0},"status":"success"}}
    "#);
}

#[tokio::test]
async fn the_functions_lines_are_kept_as_they_are_if_they_matter_enough() {
    let harness = harness(LogLevel::Warn, SystemLogLevel::Warn, printer());
    let lines = ["info".to_owned(), levelled("INFO"), levelled("ERROR"), r#"{ "no": "level" }"#.to_owned()];
    harness.answer(&payload(&lines)).await;
    assert_snapshot!(redacted(&harness.logs().await), @r#"
    info
    {"level":"ERROR","timestamp":"2026-01-02T03:04:05Z"}
    "#);
}

#[tokio::test]
async fn a_callers_tail_has_the_same_lines() {
    let harness = harness(LogLevel::Error, SystemLogLevel::Info, printer());
    let lines = [levelled("WARN"), levelled("ERROR")];
    let invocation = Invocation { log_tail: true, ..harness.invocation(&payload(&lines)) };
    let tail = harness.engine.invoke(invocation).await.unwrap().log_tail.unwrap();
    assert_snapshot!(redacted(&String::from_utf8_lossy(&tail)), @r#"
    {"time":null,"type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init","runtimeVersion":"python:3.12.v1","runtimeVersionArn":"<arn>","functionName":"hello","functionVersion":"$LATEST","instanceId":"<stream>","instanceMaxMemory":134217728}}
    {"time":null,"type":"platform.start","record":{"requestId":"<id>","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:hello","version":"$LATEST"}}
    {"level":"ERROR","timestamp":"2026-01-02T03:04:05Z"}
    {"time":null,"type":"platform.report","record":{"requestId":"<id>","metrics":{"durationMs":0,"billedDurationMs":0,"memorySizeMB":128,"maxMemoryUsedMB":35,"initDurationMs":0},"status":"success"}}
    "#);
}

#[tokio::test]
async fn failures_matter_more_than_successes() {
    let harness = harness(
        LogLevel::Info,
        SystemLogLevel::Warn,
        program(|mut client| async move {
            client.next().await;
            Exit::OutOfMemory
        }),
    );
    harness.answer("1").await;
    assert_snapshot!(redacted(&harness.logs().await), @r#"
    {"time":null,"type":"platform.runtimeDone","record":{"requestId":"<id>","status":"error","errorType":"Runtime.OutOfMemory","metrics":{"durationMs":0,"producedBytes":0}}}
    {"time":null,"type":"platform.report","record":{"requestId":"<id>","metrics":{"durationMs":0,"billedDurationMs":0,"memorySizeMB":128,"maxMemoryUsedMB":35,"initDurationMs":0},"status":"error","errorType":"Runtime.OutOfMemory"}}
    "#);
}

#[tokio::test]
async fn an_init_that_fails_has_its_events_each_time() {
    let harness = harness(LogLevel::Info, SystemLogLevel::Info, program(|_| async { Exit::Status(3) }));
    harness.answer("1").await;
    assert_snapshot!(redacted(&harness.logs().await), @r#"
    {"time":null,"type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init","runtimeVersion":"python:3.12.v1","runtimeVersionArn":"<arn>","functionName":"hello","functionVersion":"$LATEST","instanceId":"<stream>","instanceMaxMemory":134217728}}
    {"time":null,"type":"platform.initRuntimeDone","record":{"initializationType":"on-demand","phase":"init","status":"error","errorType":"Runtime.ExitError"}}
    {"time":null,"type":"platform.initReport","record":{"initializationType":"on-demand","phase":"init","status":"error","errorType":"Runtime.ExitError","metrics":{"durationMs":0}}}
    {"time":null,"type":"platform.initRuntimeDone","record":{"initializationType":"on-demand","phase":"invoke","status":"error","errorType":"Runtime.ExitError"}}
    {"time":null,"type":"platform.initReport","record":{"initializationType":"on-demand","phase":"invoke","status":"error","errorType":"Runtime.ExitError","metrics":{"durationMs":0}}}
    {"time":null,"type":"platform.start","record":{"requestId":"<id>","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:hello","version":"$LATEST"}}
    {"time":null,"type":"platform.runtimeDone","record":{"requestId":"<id>","status":"error","errorType":"Runtime.ExitError","metrics":{"durationMs":0,"producedBytes":0}}}
    {"time":null,"type":"platform.report","record":{"requestId":"<id>","metrics":{"durationMs":0,"billedDurationMs":0,"memorySizeMB":128,"maxMemoryUsedMB":35},"status":"error","errorType":"Runtime.ExitError"}}
    "#);
}

#[tokio::test]
async fn why_there_is_no_environment_is_an_event() {
    let mut harness = harness(LogLevel::Info, SystemLogLevel::Warn, printer());
    harness.version.runtime = Some(Runtime::new("ruby3.4"));
    harness.answer("1").await;
    assert_snapshot!(redacted(&harness.logs().await), @r#"
    {"time":null,"type":"hob.note","record":{"message":"ruby3.4 is not installed"}}
    {"time":null,"type":"platform.runtimeDone","record":{"requestId":"<id>","status":"error","errorType":"Runtime.NotInstalled","metrics":{"durationMs":0,"producedBytes":0}}}
    {"time":null,"type":"platform.report","record":{"requestId":"<id>","metrics":{"durationMs":0,"billedDurationMs":0,"memorySizeMB":128,"maxMemoryUsedMB":0},"status":"error","errorType":"Runtime.NotInstalled"}}
    "#);
}

#[tokio::test]
async fn a_runtime_is_told_the_format_and_the_level() {
    let harness = harness(LogLevel::Debug, SystemLogLevel::Info, program(|client| client.echo()));
    harness.answer("1").await;
    let environment = harness.sandboxes.last_environment.lock().unwrap().clone();
    let logging = environment
        .iter()
        .filter(|(name, _)| ["AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_LOG_LEVEL"].contains(&name.as_str()));
    let logging: Vec<_> = logging.map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(logging, ["AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_LEVEL=DEBUG"]);
}
