"""Two systems' records: read into snapshots, matched, and decided field by field."""
