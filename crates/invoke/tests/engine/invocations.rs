//! What callers get and what is logged, whatever a function does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use hob_invoke::{EngineConfiguration, Invocation, InvokeError, Invoker, ThrottleReason};
use hob_sandbox::Exit;
use hob_types::Runtime;
use insta::assert_snapshot;
use tokio::sync::Semaphore;

use crate::support::{Harness, program, redacted, soon};

fn echo() -> Harness {
    Harness::new(program(|client| client.echo()))
}

#[tokio::test]
async fn the_first_invocation_is_cold_and_the_next_ones_are_warm() {
    let harness = echo();
    assert_eq!(harness.answer("{\"a\":1}").await, "{\"a\":1}");
    assert_eq!(harness.answer("2").await, "2");
    assert_snapshot!(harness.logs().await, @r#"
    INIT_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    START RequestId: <id> Version: $LATEST
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|Init Duration: <n> ms|
    START RequestId: <id> Version: $LATEST
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|
    "#);
    assert_eq!(harness.sandboxes.created.load(Ordering::Relaxed), 1);
    let statistics = harness.engine.statistics();
    assert_eq!((statistics.environments, statistics.idle, statistics.running), (1, 1, 0));
    assert_eq!((statistics.invocations, statistics.cold_starts), (2, 1));
}

#[tokio::test]
async fn only_the_cold_invocation_is_billed_for_the_init() {
    let harness = echo();
    let cold = harness.invoke("1").await.unwrap().measured;
    let warm = harness.invoke("2").await.unwrap().measured;
    let whole = |duration: Duration| Duration::from_millis(duration.as_nanos().div_ceil(1_000_000) as u64);
    assert_eq!(cold.billed, whole(cold.duration + cold.init.unwrap()));
    assert_eq!((warm.init, warm.billed), (None, whole(warm.duration)));
}

#[tokio::test]
async fn the_runtime_gets_every_header_of_an_invocation() {
    let harness = Harness::new(program(|mut client| async move {
        loop {
            let event = client.next().await;
            let mut headers: Vec<_> =
                event.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            headers.sort();
            client.respond(event.id(), headers.join("\n").as_bytes()).await;
        }
    }));
    let mut invocation = harness.invocation("{}");
    invocation.client_context = Some("{\"custom\":{}}".to_owned());
    invocation.trace_header =
        Some("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1".to_owned());
    let result = harness.engine.invoke(invocation).await.unwrap();
    assert_snapshot!(redacted(&String::from_utf8_lossy(&result.payload)), @r#"
    content-length: 2
    content-type: application/json
    lambda-runtime-aws-request-id: <id>
    lambda-runtime-client-context: {"custom":{}}
    lambda-runtime-deadline-ms: 1767323048677
    lambda-runtime-invocation-id: <id>
    lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:000000000000:function:hello
    lambda-runtime-trace-id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1
    "#);
}

#[tokio::test]
async fn variables_of_the_user_replace_defaults_but_not_what_aws_reserves() {
    let harness = echo();
    harness.answer("1").await;
    let environment = harness.sandboxes.last_environment.lock().unwrap().clone();
    let text: Vec<_> = environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let text = text.join("\n");
    let ports = |text: &str| {
        text.split("127.0.0.1:")
            .enumerate()
            .map(|(i, part)| {
                if i == 0 {
                    part.to_owned()
                } else {
                    format!("127.0.0.1:<port>{}", part.trim_start_matches(|c: char| c.is_ascii_digit()))
                }
            })
            .collect::<String>()
    };
    let stream = text.lines().find(|line| line.starts_with("AWS_LAMBDA_LOG_STREAM_NAME")).unwrap().to_owned();
    assert_eq!(stream.len(), "AWS_LAMBDA_LOG_STREAM_NAME=2026/01/02/[$LATEST]".len() + 32);
    assert_snapshot!(ports(&text).replace(&stream, "AWS_LAMBDA_LOG_STREAM_NAME=<stream>"), @r#"
    AWS_ACCESS_KEY_ID=ASIAKEY
    AWS_DEFAULT_REGION=us-east-1
    AWS_ENDPOINT_URL=http://127.0.0.1:<port>
    AWS_EXECUTION_ENV=AWS_Lambda_python3.12
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128
    AWS_LAMBDA_FUNCTION_NAME=hello
    AWS_LAMBDA_FUNCTION_VERSION=$LATEST
    AWS_LAMBDA_INITIALIZATION_TYPE=on-demand
    AWS_LAMBDA_LOG_FORMAT=Text
    AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/hello
    AWS_LAMBDA_LOG_STREAM_NAME=<stream>
    AWS_LAMBDA_RUNTIME_API=127.0.0.1:<port>
    AWS_REGION=us-east-1
    AWS_SECRET_ACCESS_KEY=secret
    AWS_SESSION_TOKEN=token
    AWS_XRAY_CONTEXT_MISSING=LOG_ERROR
    AWS_XRAY_DAEMON_ADDRESS=169.254.100.1:2000
    LAMBDA_RUNTIME_DIR=/var/runtime
    LAMBDA_TASK_ROOT=/var/task
    LANG=en_US.UTF-8
    LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib
    PATH=/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin
    PYTHONPATH=/var/runtime
    STAGE=test
    TZ=Europe/Berlin
    _AWS_XRAY_DAEMON_ADDRESS=169.254.100.1
    _AWS_XRAY_DAEMON_PORT=2000
    _HANDLER=app.handler
    "#);
}

#[tokio::test]
async fn an_error_that_the_function_reports_is_its_answer() {
    let harness = Harness::new(program(|mut client| async move {
        loop {
            let event = client.next().await;
            client.fail(event.id(), r#"{"errorMessage":"no","errorType":"ValueError"}"#).await;
        }
    }));
    assert_eq!(harness.answer("1").await, r#"!{"errorMessage":"no","errorType":"ValueError"}"#);
    assert!(!harness.logs().await.contains("Status"));
}

#[tokio::test]
async fn a_crash_is_the_answer_and_the_next_invocation_starts_the_program_again() {
    let harness = Harness::new(program(|mut client| async move {
        let event = client.next().await;
        client.print_error("going down\n");
        match event.text() {
            "0" => Exit::Status(0),
            "1" => Exit::Status(1),
            "memory" => Exit::OutOfMemory,
            _ => Exit::Signal(11),
        }
    }));
    assert_snapshot!(
        [
            harness.answer("0").await,
            harness.answer("1").await,
            harness.answer("memory").await,
            harness.answer("segfault").await,
        ]
        .join("\n"),
        @r#"
        !{"errorType":"Runtime.ExitError","errorMessage":"RequestId: <id> Error: Runtime exited without providing a reason"}
        !{"errorType":"Runtime.ExitError","errorMessage":"RequestId: <id> Error: Runtime exited with error: exit status 1"}
        !{"errorType":"Runtime.ExitError","errorMessage":"RequestId: <id> Error: Runtime exited with error: signal: killed"}
        !{"errorType":"Runtime.ExitError","errorMessage":"RequestId: <id> Error: Runtime exited with error: signal: segmentation fault"}
        "#
    );
    assert_snapshot!(harness.logs().await, @r#"
    INIT_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    START RequestId: <id> Version: $LATEST
    going down
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|Init Duration: <n> ms|Status: error|Error Type: Runtime.ExitError
    START RequestId: <id> Version: $LATEST
    going down
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|Status: error|Error Type: Runtime.ExitError
    START RequestId: <id> Version: $LATEST
    going down
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|Status: error|Error Type: Runtime.OutOfMemory
    START RequestId: <id> Version: $LATEST
    going down
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|Status: error|Error Type: Runtime.ExitError
    "#);
    assert_eq!(harness.sandboxes.created.load(Ordering::Relaxed), 1);
    assert_eq!(harness.sandboxes.started.load(Ordering::Relaxed), 4);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_is_the_answer_and_kills_the_program() {
    let harness = Harness::new(program(|mut client| async move {
        client.next().await;
        client.print("working\n");
        std::future::pending().await
    }));
    assert_snapshot!(harness.answer("1").await, @r#"
    !{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: <id> Error: Task timed out after <n> seconds"}
    "#);
    assert_snapshot!(harness.logs().await, @r#"
    INIT_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    START RequestId: <id> Version: $LATEST
    working
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|Init Duration: <n> ms|Status: timeout
    "#);
    assert_eq!(harness.engine.statistics().idle, 1);
}

#[tokio::test]
async fn an_init_that_posts_an_error_is_run_again_and_then_is_the_answer() {
    let harness = Harness::new(program(|mut client| async move {
        client.print("[ERROR] cannot import\n");
        let error = r#"{"errorMessage":"Unable to import module 'app'","errorType":"Runtime.ImportModuleError","requestId":"","stackTrace":[]}"#;
        client.fail_init("Runtime.ImportModuleError", error).await;
        std::future::pending().await
    }));
    assert_snapshot!(harness.answer("1").await, @r#"
    !{"errorMessage":"Unable to import module 'app'","errorType":"Runtime.ImportModuleError","requestId":"","stackTrace":[]}
    "#);
    assert_snapshot!(harness.logs().await, @r#"
    INIT_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    [ERROR] cannot import
    INIT_REPORT Init Duration: <n> ms|Phase: init|Status: error|Error Type: Runtime.ImportModuleError
    [ERROR] cannot import
    INIT_REPORT Init Duration: <n> ms|Phase: invoke|Status: error|Error Type: Runtime.ImportModuleError
    START RequestId: <id> Version: $LATEST
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|Status: error|Error Type: Runtime.ImportModuleError
    "#);
}

#[tokio::test]
async fn an_init_that_fails_once_does_not_fail_the_invocation() {
    let starts = Arc::new(AtomicUsize::new(0));
    let harness = Harness::new(program(move |client| {
        let first = starts.fetch_add(1, Ordering::Relaxed) == 0;
        async move { if first { Exit::Status(3) } else { client.echo().await } }
    }));
    assert_eq!(harness.answer("1").await, "1");
    assert_snapshot!(harness.logs().await, @r#"
    INIT_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    INIT_REPORT Init Duration: <n> ms|Phase: init|Status: error|Error Type: Runtime.ExitError
    START RequestId: <id> Version: $LATEST
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|
    "#);
}

#[tokio::test(start_paused = true)]
async fn an_init_that_hangs_takes_ten_seconds_and_then_the_functions_timeout() {
    let harness = Harness::new(program(|_client| std::future::pending()));
    let began = tokio::time::Instant::now();
    assert_snapshot!(harness.answer("1").await, @r#"
    !{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: <id> Error: Task timed out after <n> seconds"}
    "#);
    assert_eq!(began.elapsed().as_secs(), 13);
    assert_snapshot!(harness.logs().await, @r#"
    INIT_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    INIT_REPORT Init Duration: <n> ms|Phase: init|Status: timeout
    INIT_REPORT Init Duration: <n> ms|Phase: invoke|Status: timeout
    START RequestId: <id> Version: $LATEST
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|Status: timeout
    "#);
}

#[tokio::test]
async fn a_program_that_cannot_be_executed_is_an_invalid_entrypoint() {
    let harness = echo();
    *harness.sandboxes.refuse_start.lock().unwrap() = Some(8);
    assert_snapshot!(harness.answer("1").await, @r#"
    !{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: <id> Error: fork/exec /var/lang/bin/python: exec format error"}
    "#);
    assert_snapshot!(harness.logs().await, @r#"
    INIT_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    INIT_REPORT Init Duration: <n> ms|Phase: init|Status: error|Error Type: Runtime.InvalidEntrypoint
    INIT_REPORT Init Duration: <n> ms|Phase: invoke|Status: error|Error Type: Runtime.InvalidEntrypoint
    START RequestId: <id> Version: $LATEST
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|Status: error|Error Type: Runtime.InvalidEntrypoint
    "#);
    *harness.sandboxes.refuse_start.lock().unwrap() = None;
    assert_eq!(harness.answer("2").await, "2");
}

#[tokio::test]
async fn a_runtime_that_is_not_installed_is_a_function_error() {
    let mut harness = echo();
    harness.version.runtime = Some(Runtime::new("ruby3.4"));
    assert_snapshot!(harness.answer("1").await, @r#"
    !{"errorType":"Runtime.NotInstalled","errorMessage":"RequestId: <id> Error: ruby3.4 is not installed"}
    "#);
    assert_snapshot!(harness.logs().await, @r#"
    START RequestId: <id> Version: $LATEST
    [hob] ruby3.4 is not installed
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 0 MB|Status: error|Error Type: Runtime.NotInstalled
    "#);
    let tail = harness.engine.invoke(Invocation { log_tail: true, ..harness.invocation("1") }).await.unwrap();
    assert!(String::from_utf8_lossy(&tail.log_tail.unwrap()).contains("[hob] ruby3.4 is not installed\n"));
}

#[tokio::test]
async fn a_machine_without_isolation_is_a_service_error_that_names_the_fix() {
    let harness = echo();
    *harness.sandboxes.unavailable.lock().unwrap() = Some("enable user namespaces".to_owned());
    let error = harness.invoke("1").await.unwrap_err();
    assert!(
        matches!(&error, InvokeError::Service(text) if text.contains("enable user namespaces")),
        "{error}"
    );
    assert_eq!(harness.engine.statistics().environments, 0);
}

#[tokio::test]
async fn a_response_may_have_6_mib_and_100_bytes() {
    let harness = Harness::new(program(|mut client| async move {
        loop {
            let event = client.next().await;
            let size: usize = event.text().parse().unwrap();
            let answer = client.respond(event.id(), &vec![b'x'; size]).await;
            client.print(&format!("{} {}", answer.status, answer.text()));
        }
    }));
    let largest = (6 << 20) + 100;
    assert_eq!(harness.invoke(&largest.to_string()).await.unwrap().payload.len(), largest);
    assert_snapshot!(harness.answer(&(largest + 1).to_string()).await, @r#"
    !{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}
    "#);
    assert_eq!(harness.answer("1").await, "x");
    assert!(harness.logs().await.contains(r#"413 {"errorMessage":"Exceeded maximum allowed payload size"#));
}

#[tokio::test]
async fn a_streamed_response_is_collected() {
    let harness = Harness::new(program(|mut client| async move {
        let event = client.next().await;
        let request = format!(
            "POST /2018-06-01/runtime/invocation/{}/response HTTP/1.1\r\n\
             Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n\r\n\
             5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
            event.id()
        );
        client.send_raw(request.as_bytes()).await;
        client.echo().await
    }));
    assert_eq!(harness.answer("1").await, "hello world");
}

#[tokio::test]
async fn calls_out_of_order_are_refused_as_on_aws() {
    let harness = Harness::new(program(|mut client| async move {
        let mut seen = vec![client.respond("1", b"early").await];
        let event = client.next().await;
        let id = event.id().to_owned();
        seen.push(client.fail_init("Runtime.Late", "{}").await);
        seen.push(client.respond("11111111-2222-4333-8444-555555555555", b"other").await);
        let wrong = "Lambda-Runtime-Invocation-Id: other\r\n";
        seen.push(client.send("POST", &format!("/runtime/invocation/{id}/response"), wrong, b"").await);
        seen.push(client.send("GET", "/runtime/restore/next", "", b"").await);
        let lines: Vec<_> =
            seen.iter().map(|answer| format!("{} {}", answer.status, answer.text().trim())).collect();
        client.respond(&id, lines.join("\n").as_bytes()).await;
        let again = client.respond(&id, b"again").await;
        client.print(&format!("again: {}\n", again.text().trim()));
        client.echo().await
    }));
    assert_snapshot!(harness.answer("1").await, @r#"
    400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}
    403 {"errorMessage":"State transition from Running to InitError failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}
    400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}
    400 {"errorMessage":"Invalid invocation ID","errorType":"InvalidInvocationId"}
    404 404 page not found
    "#);
    harness.answer("2").await;
    assert!(harness.logs().await.contains(r#"again: {"errorMessage":"Invalid request ID""#));
}

#[tokio::test]
async fn the_log_tail_is_the_invocation_from_start_to_report() {
    let harness = Harness::new(program(|mut client| async move {
        loop {
            let event = client.next().await;
            client.print("a line\nno end");
            client.respond(event.id(), b"{}").await;
        }
    }));
    harness.answer("1").await;
    let mut invocation = harness.invocation("2");
    invocation.log_tail = true;
    let tail = harness.engine.invoke(invocation).await.unwrap().log_tail.unwrap();
    assert_snapshot!(redacted(&String::from_utf8_lossy(&tail)), @r#"
    START RequestId: <id> Version: $LATEST
    a line
    no endEND RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|
    "#);
    assert_eq!(harness.invoke("3").await.unwrap().log_tail, None);
}

#[tokio::test]
async fn concurrent_invocations_get_an_environment_each() {
    let gate = Arc::new(Semaphore::new(0));
    let opened = Arc::clone(&gate);
    let harness = Harness::new(program(move |mut client| {
        let gate = Arc::clone(&gate);
        async move {
            loop {
                let event = client.next().await;
                gate.acquire().await.unwrap().forget();
                client.respond(event.id(), &event.body).await;
            }
        }
    }));
    let both = async { tokio::join!(harness.answer("1"), harness.answer("2")) };
    let open = async {
        while harness.sandboxes.started.load(Ordering::Relaxed) < 2 {
            tokio::task::yield_now().await;
        }
        opened.add_permits(100);
    };
    let (answers, ()) = soon(async { tokio::join!(both, open) }).await;
    assert_eq!(answers, ("1".to_owned(), "2".to_owned()));
    harness.settle().await;
    assert_eq!(harness.engine.statistics().idle, 2);
}

#[tokio::test]
async fn many_callers_get_their_own_answers_from_no_more_environments_than_callers() {
    let harness = echo();
    let caller = async |caller: usize| {
        for call in 0..50 {
            let payload = format!("{caller}.{call}");
            assert_eq!(harness.invoke(&payload).await.unwrap().payload, payload);
        }
    };
    let [a, b, c, d] = [0, 1, 2, 3].map(caller);
    soon(async { tokio::join!(a, b, c, d) }).await;
    assert!(harness.sandboxes.created.load(Ordering::Relaxed) <= 4);
    let statistics = harness.engine.statistics();
    assert_eq!((statistics.running, statistics.invocations), (0, 200));
}

#[tokio::test]
async fn the_account_limit_throttles() {
    let configuration = EngineConfiguration { concurrency_limit: 1, ..EngineConfiguration::default() };
    let harness = Harness::configured(configuration, program(|client| client.echo()));
    let (first, second) = tokio::join!(harness.invoke("1"), harness.invoke("2"));
    assert_eq!(first.unwrap().payload, Bytes::from_static(b"1"));
    let reason = ThrottleReason::ConcurrentInvocationLimitExceeded;
    assert!(matches!(second, Err(InvokeError::Throttled(found)) if found == reason));
    assert_eq!(harness.answer("3").await, "3");
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_stop_the_function() {
    let harness = echo();
    let mut invocation = Box::pin(harness.invoke("1"));
    let poll = std::future::poll_fn(|context| {
        std::task::Poll::Ready(invocation.as_mut().poll(context).is_pending())
    });
    assert!(poll.await);
    drop(invocation);
    soon(async {
        while harness.engine.statistics().idle == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(harness.logs().await.contains("END RequestId"));
    assert_eq!(harness.engine.statistics().running, 0);
}

#[tokio::test]
async fn an_update_retires_the_environments_of_the_old_revision() {
    let mut harness = echo();
    harness.answer("1").await;
    harness.settle().await;
    let keep = harness.next_revision();
    harness.engine.retire(&harness.version.arn, Some(harness.version.version), Some(keep));
    harness.settle().await;
    assert_eq!(harness.sandboxes.removed.load(Ordering::Relaxed), 1);
    assert!(harness.credentials.0.lock().unwrap().is_empty());
    assert_eq!(harness.answer("2").await, "2");
    assert_eq!(harness.sandboxes.created.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn an_invocation_that_comes_after_an_update_of_its_revision_leaves_no_environment() {
    let mut harness = echo();
    harness.answer("1").await;
    let late = harness.invocation("late");
    let keep = harness.next_revision();
    harness.engine.retire(&harness.version.arn, Some(harness.version.version), Some(keep));
    harness.answer("2").await;
    assert_eq!(harness.engine.invoke(late).await.unwrap().payload, "late");
    harness.settle().await;
    let statistics = harness.engine.statistics();
    assert_eq!((statistics.environments, statistics.idle), (1, 1));
}

#[tokio::test]
async fn a_running_invocation_finishes_before_its_environment_is_retired() {
    let harness = echo();
    let (answer, ()) = tokio::join!(harness.answer("1"), async {
        while harness.sandboxes.started.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        harness.engine.retire(&harness.version.arn, None, None);
    });
    assert_eq!(answer, "1");
    harness.settle().await;
    assert_eq!(harness.sandboxes.removed.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn an_environment_that_nobody_uses_is_ended() {
    let harness = echo();
    harness.answer("1").await;
    tokio::time::sleep(Duration::from_secs(599)).await;
    assert_eq!(harness.engine.statistics().environments, 1);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(harness.engine.statistics().environments, 0);
    assert_eq!(harness.sandboxes.removed.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_shutdown_lets_invocations_finish_and_leaves_nothing() {
    let harness = echo();
    let (answer, ()) = tokio::join!(harness.answer("1"), harness.engine.shutdown(Duration::from_secs(60)));
    assert_eq!(answer, "1");
    assert_eq!(harness.sandboxes.removed.load(Ordering::Relaxed), 1);
    assert_eq!(harness.answer("2").await, "The server is shutting down.");
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_what_does_not_finish() {
    let harness = Harness::new(program(|mut client| async move {
        client.next().await;
        std::future::pending().await
    }));
    let shutdown = async {
        while harness.sandboxes.started.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        harness.engine.shutdown(Duration::from_secs(1)).await;
    };
    let (answer, ()) = tokio::join!(harness.answer("1"), shutdown);
    assert_eq!(answer, "The execution environment was ended before the function answered.");
    assert_eq!(harness.sandboxes.removed.load(Ordering::Relaxed), 1);
}
