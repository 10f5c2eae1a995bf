"""Questions with known answers over `corpus/`, and the gate that every change must pass."""
