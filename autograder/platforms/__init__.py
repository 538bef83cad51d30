"""Make what goes out to Gradescope, otter, Canvas, Moodle, and to students."""
