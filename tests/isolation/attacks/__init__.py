"""What hostile functions attempt, one module per area. Deployed as they are, and read by the tests."""
