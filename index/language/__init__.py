"""Korean and English words: morphemes, terms, particles, amounts, and spelling."""
