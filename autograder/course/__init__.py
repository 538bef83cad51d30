"""What an instructor configures: course.toml, the roster, and the names that people go by."""
