//! What is said of a Kafka consumer, in both directions. Both kinds of Kafka say it alike.

use hob_storage::{KafkaConsumer, SchemaRegistry, SourceAccess};

use crate::api::shapes::{
    AmazonManagedKafkaEventSourceConfig, KafkaSchemaRegistryAccessConfig, KafkaSchemaRegistryConfig,
    KafkaSchemaValidationConfig, SelfManagedKafkaEventSourceConfig,
};
use crate::mapping::KafkaChange;

pub(super) fn msk_change(given: AmazonManagedKafkaEventSourceConfig) -> KafkaChange {
    KafkaChange {
        group: given.consumer_group_id,
        consumption_mode: None,
        schema_registry: given.schema_registry_config.map(registry),
    }
}

pub(super) fn self_managed_change(given: SelfManagedKafkaEventSourceConfig) -> KafkaChange {
    KafkaChange {
        group: given.consumer_group_id,
        consumption_mode: given.consumption_mode,
        schema_registry: given.schema_registry_config.map(registry),
    }
}

pub(super) fn describe_msk(consumer: &KafkaConsumer) -> AmazonManagedKafkaEventSourceConfig {
    AmazonManagedKafkaEventSourceConfig {
        consumer_group_id: Some(consumer.group.clone()),
        schema_registry_config: consumer.schema_registry.as_ref().map(describe_registry),
    }
}

pub(super) fn describe_self_managed(consumer: &KafkaConsumer) -> SelfManagedKafkaEventSourceConfig {
    SelfManagedKafkaEventSourceConfig {
        consumer_group_id: Some(consumer.group.clone()),
        schema_registry_config: consumer.schema_registry.as_ref().map(describe_registry),
        consumption_mode: consumer.consumption_mode.clone(),
    }
}

fn registry(given: KafkaSchemaRegistryConfig) -> SchemaRegistry {
    let access = given.access_configs.unwrap_or_default().into_iter();
    let validated = given.schema_validation_configs.unwrap_or_default().into_iter();
    SchemaRegistry {
        uri: given.schema_registry_uri,
        event_record_format: given.event_record_format,
        access: access
            .map(|access| SourceAccess {
                kind: access.r#type.unwrap_or_default(),
                uri: access.uri.unwrap_or_default(),
            })
            .collect(),
        validated_attributes: validated.filter_map(|validated| validated.attribute).collect(),
    }
}

fn describe_registry(registry: &SchemaRegistry) -> KafkaSchemaRegistryConfig {
    let access = registry.access.iter().map(|access| KafkaSchemaRegistryAccessConfig {
        r#type: Some(access.kind.clone()),
        uri: Some(access.uri.clone()),
    });
    let validated = registry
        .validated_attributes
        .iter()
        .map(|attribute| KafkaSchemaValidationConfig { attribute: Some(attribute.clone()) });
    KafkaSchemaRegistryConfig {
        schema_registry_uri: registry.uri.clone(),
        event_record_format: registry.event_record_format.clone(),
        access_configs: (!registry.access.is_empty()).then(|| access.collect()),
        schema_validation_configs: (!registry.validated_attributes.is_empty()).then(|| validated.collect()),
    }
}
