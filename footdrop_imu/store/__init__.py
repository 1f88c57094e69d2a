"""People, walks, plans and logs in a database: SQLite of one's own, PostgreSQL of a clinic."""
