//! Invoke: runs a function and answers what it answered, or accepts an event that it will run for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_invoke::InvocationResult;
use hob_types::{InvocationSource, Version};
use hob_wire::{AwsError, Handle, RequestContext};

use super::unserved;
use crate::api::shapes::{InvocationRequest, InvocationResponse, Invoke};
use crate::api::{Lambda, error};
use crate::event::AcceptEvent;
use crate::function::InvokeFunction;

/// Of a client context, as it is sent, in bytes. Source: Invoke, `X-Amz-Client-Context`.
const CLIENT_CONTEXT_MAX: usize = 3583;

impl Handle<Invoke> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: InvocationRequest,
    ) -> Result<InvocationResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref());
        let target = target.map_err(error::latest_target)?;
        unserved::check_invoke(&input)?;
        check_content_type(input.content_type.as_deref())?;
        let client_context = client_context(input.client_context.as_deref())?;
        let payload = input.payload.unwrap_or_default();
        if input.invocation_type.as_deref() == Some("DryRun") {
            self.functions.check_invoke(&target, &payload).await?;
            return Ok(InvocationResponse { status_code: Some(204), ..Default::default() });
        }
        if input.invocation_type.as_deref() == Some("Event") {
            let event = AcceptEvent { request_id: context.request_id, payload, trace_header: input.trace_id };
            return Ok(accepted(self.events.accept(&target, event).await?));
        }
        let invoke = InvokeFunction {
            request_id: context.request_id,
            source: InvocationSource::Invoke,
            payload,
            client_context,
            trace_header: input.trace_id,
            log_tail: input.log_type.as_deref() == Some("Tail"),
        };
        Ok(answer(self.functions.invoke(&target, invoke).await?))
    }
}

/// A client context is for those who wait for an answer, as is the end of the log. Source: Invoke, `X-Amz-Client-Context`.
fn accepted(trace_header: String) -> InvocationResponse {
    InvocationResponse { status_code: Some(202), trace_id: Some(trace_header), ..Default::default() }
}

fn answer((executed, result): (Version, InvocationResult)) -> InvocationResponse {
    InvocationResponse {
        status_code: Some(200),
        function_error: result.function_error.then(|| "Unhandled".to_owned()),
        log_result: result.log_tail.map(|tail| BASE64.encode(tail)),
        payload: Some(result.payload),
        executed_version: Some(executed.to_string()),
        trace_id: Some(result.trace_header),
        durable_execution_arn: None,
    }
}

/// SDKs name no type, or that of any blob; what says that it is something else is refused.
fn check_content_type(content_type: Option<&str>) -> Result<(), AwsError> {
    let Some(given) = content_type else { return Ok(()) };
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let fine = matches!(essence.as_str(), "" | "application/json" | "application/octet-stream")
        || essence.ends_with("+json")
        || essence.starts_with("application/x-amz-json");
    if fine { Ok(()) } else { Err(error::unsupported_media_type()) }
}

fn client_context(encoded: Option<&str>) -> Result<Option<String>, AwsError> {
    let Some(encoded) = encoded.filter(|encoded| !encoded.is_empty()) else { return Ok(None) };
    if encoded.len() > CLIENT_CONTEXT_MAX {
        return Err(error::client_context_too_long(CLIENT_CONTEXT_MAX));
    }
    let decoded = BASE64.decode(encoded).ok().and_then(|decoded| String::from_utf8(decoded).ok());
    let json = decoded.filter(|decoded| crate::function::check_json(decoded.as_bytes()).is_ok());
    json.map(Some).ok_or_else(error::invalid_client_context)
}
