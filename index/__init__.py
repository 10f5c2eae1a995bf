"""Notes to searchable: a folder of Markdown becomes a catalog, vectors and hits."""
