//! What a caller sees, operation by operation.
