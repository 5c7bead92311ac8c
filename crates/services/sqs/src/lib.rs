//! The Simple Queue Service: queues, and the messages that wait in them.
