"""What the doctor looks at, and how it mends."""
