"""The graded cases: inputs, accepted answers with tolerances, misconception outputs, and points."""
