//! The whole path of a request, from its bytes to the answer's, on a made-up service.

mod authentication;
mod aws_chunked;
mod aws_json;
mod cellar;
mod fixture;
mod hooks;
mod limits;
mod patterns;
mod query;
mod rest_json;
mod rest_xml;
mod routing;
mod s3_model;
mod server;
mod server_routes;
mod streams;
mod upfront;
mod validation;
mod virtual_hosts;
