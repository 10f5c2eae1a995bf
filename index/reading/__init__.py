"""A file of the vault to blocks, sentences and links with exact places in its text."""
