"""What `assistant/conversations.py` is made of: the file, its records, answers as they grow, Markdown."""
