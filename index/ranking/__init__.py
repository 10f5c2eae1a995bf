"""What a search does on the way from a question to scored chunks."""
