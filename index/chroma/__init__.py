"""Chroma in a process of its own, kept in step with the catalog."""
