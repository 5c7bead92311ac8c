//! What the URLs in messages lead to. Not operations of the API: whoever has such a URL may follow it, without
//! credentials.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use hob_wire::{AwsError, Body, RawRoute};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;

use crate::subscription::{By, Confirmation};
use crate::urls::PATH_PREFIX;
use crate::{Sns, SnsError, arn};

struct MessageRoute(Arc<Sns>);

impl Sns {
    /// Answers GET for `SubscribeURL`, `UnsubscribeURL` and `SigningCertURL`.
    pub fn route(self: &Arc<Self>) -> impl RawRoute + use<> {
        MessageRoute(Arc::clone(self))
    }

    async fn follow(&self, query: &str) -> Result<String, SnsError> {
        let parameter = |name: &str| parameter(query, name).unwrap_or_default();
        match parameter("Action").as_str() {
            "ConfirmSubscription" => {
                let confirmation = Confirmation {
                    topic: &arn::topic("TopicArn", &parameter("TopicArn"))?,
                    token: &parameter("Token"),
                    authenticated: false,
                    authenticate_on_unsubscribe: false,
                };
                let subscription = self.confirm(&confirmation).await?;
                let result = format!("<SubscriptionArn>{subscription}</SubscriptionArn>");
                Ok(self.xml("ConfirmSubscription", &result))
            }
            "Unsubscribe" => {
                let subscription = arn::subscription(&parameter("SubscriptionArn"))?;
                match self.subscription(&subscription).await {
                    Ok(record) => self.unsubscribe(&record, By::UrlHolder).await?,
                    Err(SnsError::NoSubscription) => {}
                    Err(error) => return Err(error),
                }
                Ok(self.xml("Unsubscribe", ""))
            }
            _ => Err(SnsError::NoTarget),
        }
    }

    /// As the API would answer.
    fn xml(&self, operation: &str, result: &str) -> String {
        let id = self.new_message_id();
        let result = match result {
            "" => String::new(),
            result => format!("<{operation}Result>{result}</{operation}Result>"),
        };
        format!(
            "<{operation}Response xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">{result}<ResponseMetadata>\
             <RequestId>{id}</RequestId></ResponseMetadata></{operation}Response>"
        )
    }

    async fn certificate(&self, file_name: &str) -> Response<Body> {
        match self.signatures.key().await {
            Ok(key) if key.file_name() == file_name => {
                answer(StatusCode::OK, "application/x-pem-file", key.certificate().to_owned())
            }
            Ok(_) => answer(StatusCode::NOT_FOUND, "text/plain", "There is no such certificate.".to_owned()),
            Err(error) => {
                tracing::error!(%error, "messages cannot be signed");
                answer(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", "The server failed.".to_owned())
            }
        }
    }
}

#[async_trait]
impl RawRoute for MessageRoute {
    fn prefix(&self) -> &'static str {
        PATH_PREFIX
    }

    async fn answer(&self, request: Request<Bytes>) -> Response<Body> {
        if request.method() != Method::GET {
            return answer(StatusCode::METHOD_NOT_ALLOWED, "text/plain", "GET only.".to_owned());
        }
        let file_name = request.uri().path().strip_prefix(PATH_PREFIX).unwrap_or_default();
        if !file_name.is_empty() {
            return self.0.certificate(file_name).await;
        }
        match self.0.follow(request.uri().query().unwrap_or_default()).await {
            Ok(xml) => answer(StatusCode::OK, "text/xml", xml),
            Err(error) => refusal(&error.into()),
        }
    }
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

fn refusal(error: &AwsError) -> Response<Body> {
    let status = match error.code {
        "NotFound" => StatusCode::NOT_FOUND,
        "AuthorizationError" => StatusCode::FORBIDDEN,
        "InternalError" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    answer(status, "text/plain", error.message.clone().unwrap_or_default().into_owned())
}

fn answer(status: StatusCode, content_type: &'static str, body: String) -> Response<Body> {
    let mut response = Response::new(Body::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
