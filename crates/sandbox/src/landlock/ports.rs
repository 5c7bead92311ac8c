//! To which TCP ports a function may connect.
//!
//! Landlock knows ports, not addresses, and has no ranges: a port is open on the Internet and on this machine, or on
//! neither. So only those are open by which services on the Internet are commonly reached, and of this machine's
//! services only what listens on one of these. Servers of development (3000, 4566, 8000, 8080 …) are not among them.

/// Each with what is commonly found there.
pub(super) const PORTS: &[(u16, &str)] = &[
    (53, "DNS, for answers that are too long for a datagram"),
    (80, "HTTP"),
    (443, "HTTPS"),
    (465, "mail submission over TLS"),
    (587, "mail submission"),
    (1433, "SQL Server"),
    (1521, "Oracle"),
    (3306, "MySQL, MariaDB, Aurora"),
    (5432, "PostgreSQL, Aurora"),
    (5439, "Redshift"),
    (5671, "AMQP over TLS"),
    (6379, "Redis, Valkey, ElastiCache"),
    (8883, "MQTT over TLS"),
    (9092, "Kafka"),
    (9094, "Kafka over TLS"),
    (9096, "Kafka with SASL"),
    (9098, "Kafka with IAM"),
    (27017, "MongoDB, DocumentDB"),
];
