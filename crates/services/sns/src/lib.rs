//! The Simple Notification Service: topics, who subscribes to them, and the messages on their way.
