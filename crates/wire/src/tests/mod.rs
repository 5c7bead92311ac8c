//! The whole path of a request, from its bytes to the answer's, on a made-up service.

mod authentication;
mod aws_json;
mod fixture;
mod limits;
mod patterns;
mod query;
mod rest_json;
mod routing;
mod server;
mod server_routes;
mod validation;
