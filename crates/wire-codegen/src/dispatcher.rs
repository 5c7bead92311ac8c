//! The operations' marker types and the service that dispatches to their handlers.

use crate::model::{Model, ShapeRef};
use crate::names;

pub(crate) fn write(model: &Model) -> String {
    let markers: String = model
        .operations
        .iter()
        .map(|(name, operation)| {
            format!(
                "#[derive(Clone, Copy, Debug)]
pub struct {name};

impl ::hob_wire::Operation for {name} {{
    type Input = {};
    type Output = {};
    const NAME: &'static str = {name:?};
}}

",
                type_of(&operation.input),
                type_of(&operation.output),
            )
        })
        .collect();
    markers + &service(model) + TEST
}

/// Part of the tests of every service.
const TEST: &str = "#[cfg(test)]
mod tests {
    #[test]
    fn every_pattern_of_the_model_is_a_regular_expression() {
        assert_eq!(super::tables::MODEL.broken_patterns(), Vec::<&str>::new());
    }
}

";

fn type_of(reference: &Option<ShapeRef>) -> String {
    reference.as_ref().map_or_else(|| "()".to_owned(), |reference| names::type_name(&reference.shape))
}

fn service(model: &Model) -> String {
    let bounds: String =
        model.operations.keys().map(|name| format!("        + ::hob_wire::Handle<{name}>\n")).collect();
    let arms: String = model
        .operations
        .keys()
        .enumerate()
        .map(|(index, name)| {
            format!("            {index} => ::hob_wire::call::<{name}, S>(&self.handler, exchange),\n")
        })
        .collect();
    format!(
        "/// The service, answering each operation on the allow-list through `handler`.
pub fn service<S>(handler: ::std::sync::Arc<S>) -> impl ::hob_wire::Service
where
    S: Send + Sync + 'static
{bounds}{{
    Dispatcher {{ handler }}
}}

/// What the service's model says.
pub fn model() -> &'static ::hob_wire::schema::Model {{
    &tables::MODEL
}}

struct Dispatcher<S> {{
    handler: ::std::sync::Arc<S>,
}}

impl<S> ::hob_wire::Service for Dispatcher<S>
where
    S: Send + Sync + 'static
{bounds}{{
    fn model(&self) -> &'static ::hob_wire::schema::Model {{
        &tables::MODEL
    }}

    fn call<'a>(&'a self, exchange: ::hob_wire::Exchange<'a>) -> ::hob_wire::Call<'a> {{
        match exchange.operation.index {{
{arms}            _ => ::hob_wire::no_such_operation(exchange),
        }}
    }}
}}

"
    )
}
