"""Fill gradebooks of Canvas and Moodle, and pack feedback for them, from the record."""
