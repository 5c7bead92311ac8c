//! HTTP over the machine's network.

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONNECTION, HOST};
use http::{Method, Request, Uri};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::http::{HttpFailure, HttpPost, HttpRequest};

/// Until there is a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Until there is an answer. Source: "Amazon SNS message delivery retries", 15 seconds.
const ANSWER: Duration = Duration::from_secs(15);

/// Trusts the certificate authorities that the machine trusts. A connection serves one request.
#[derive(Default)]
pub struct SystemHttp {
    /// Read when the first endpoint of HTTPS is reached.
    tls: OnceLock<Arc<ClientConfig>>,
}

#[async_trait]
impl HttpPost for SystemHttp {
    async fn post(&self, request: HttpRequest) -> Result<u16, HttpFailure> {
        let HttpRequest { url, headers, body } = request;
        let uri: Uri = url.parse().map_err(failed)?;
        let request = assemble(&uri, &headers, body)?;
        timeout(ANSWER, self.send(&uri, request)).await.map_err(|_| late("answered"))?
    }
}

impl SystemHttp {
    async fn send(&self, uri: &Uri, request: Request<Full<Bytes>>) -> Result<u16, HttpFailure> {
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let is_https = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let stream =
            timeout(CONNECT, connect(host, port)).await.map_err(|_| late("accepted a connection"))??;
        if !is_https {
            return exchange(stream, request).await;
        }
        let name = ServerName::try_from(host.to_owned()).map_err(failed)?;
        let stream = TlsConnector::from(self.tls()?).connect(name, stream).await.map_err(failed)?;
        exchange(stream, request).await
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, HttpFailure> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls.clone());
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let tls = versions.map_err(failed)?.with_root_certificates(roots).with_no_client_auth();
        Ok(self.tls.get_or_init(|| Arc::new(tls)).clone())
    }
}

/// What is in the URL before the `@` goes into a header.
fn assemble(
    uri: &Uri,
    headers: &[(&'static str, String)],
    body: String,
) -> Result<Request<Full<Bytes>>, HttpFailure> {
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let (user, host) =
        authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request = Request::builder().method(Method::POST).uri(path).header(HOST, host);
    request = request.header(CONNECTION, "close");
    if let Some(user) = user {
        let user: Vec<u8> = percent_decode_str(user).collect();
        request = request.header(AUTHORIZATION, format!("Basic {}", BASE64.encode(user)));
    }
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request.body(Full::new(body.into())).map_err(failed)
}

/// To the first address of the host that accepts.
async fn connect(host: &str, port: u16) -> Result<TcpStream, HttpFailure> {
    let addresses = tokio::net::lookup_host((host, port)).await.map_err(failed)?;
    let allowed: Vec<SocketAddr> = addresses.filter(|address| is_allowed(address.ip())).collect();
    if allowed.is_empty() {
        return Err(HttpFailure("the host has no address that messages may go to".to_owned()));
    }
    TcpStream::connect(allowed.as_slice()).await.map_err(failed)
}

/// Not link-local ones, where clouds tell a machine its secrets.
fn is_allowed(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !address.is_link_local() && !address.is_multicast() && !address.is_broadcast(),
        IpAddr::V6(address) => {
            // Where AWS tells it by IPv6.
            let is_metadata = address.segments()[..3] == [0xfd00, 0x0ec2, 0];
            !address.is_unicast_link_local() && !address.is_multicast() && !is_metadata
        }
    }
}

/// The body of the answer is not read.
async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    request: Request<Full<Bytes>>,
) -> Result<u16, HttpFailure> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
    let mut response = pin!(sender.send_request(request));
    let response = tokio::select! {
        response = &mut response => response,
        // The answer may have been the last that came.
        _ = connection => response.await,
    };
    Ok(response.map_err(failed)?.status().as_u16())
}

fn failed(error: impl std::fmt::Display) -> HttpFailure {
    HttpFailure(error.to_string())
}

fn late(what: &str) -> HttpFailure {
    HttpFailure(format!("the endpoint has not {what} in time"))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::task::JoinSet;

    use super::*;

    #[test]
    fn link_local_addresses_get_nothing() {
        for refused in ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "fd00:ec2::254", "224.0.0.1"]
        {
            assert!(!is_allowed(refused.parse().unwrap()), "{refused}");
        }
        for allowed in ["127.0.0.1", "::1", "10.0.0.1", "203.0.113.7", "2001:db8::1", "fd00::1"] {
            assert!(is_allowed(allowed.parse().unwrap()), "{allowed}");
        }
    }

    /// Answers each connection with one status and closes it.
    async fn answering(statuses: &[u16]) -> (String, JoinSet<()>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let statuses = statuses.to_vec();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            for status in statuses {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut received = Vec::new();
                while !received.ends_with(b"body") {
                    stream.read_buf(&mut received).await.unwrap();
                }
                let answer =
                    format!("HTTP/1.0 {status} Whatever\r\nlocation: http://127.0.0.1:1/\r\n\r\nmore");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        (url, tasks)
    }

    #[tokio::test]
    async fn an_answer_counts_though_the_connection_ends_with_it() {
        let statuses = [200, 204, 302, 404, 503].repeat(20);
        let (url, mut tasks) = answering(&statuses).await;
        let http = SystemHttp::default();
        for status in statuses {
            let request = HttpRequest { url: url.clone(), headers: Vec::new(), body: "body".to_owned() };
            assert_eq!(http.post(request).await, Ok(status));
        }
        tasks.join_next().await;
        let nobody = HttpRequest { url, headers: Vec::new(), body: "body".to_owned() };
        assert!(http.post(nobody).await.is_err());
    }

    #[test]
    fn a_request_names_path_host_and_user() {
        let uri: Uri = "http://me:p%40ss@example.com:8080/a?b=c".parse().unwrap();
        let request =
            assemble(&uri, &[("x-amz-sns-topic-arn", "arn".to_owned())], "body".to_owned()).unwrap();
        assert_eq!(request.uri(), "/a?b=c");
        assert_eq!(request.headers()["host"], "example.com:8080");
        assert_eq!(request.headers()["authorization"], "Basic bWU6cEBzcw==");
        assert_eq!(request.headers()["x-amz-sns-topic-arn"], "arn");
    }
}
