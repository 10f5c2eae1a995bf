"""Answers written by a chat model; the only door to LangChain's chat models.

models.py     opens a model by LangChain's name for it (providers.py)
prompt.py     what it is told: rules, earlier turns, numbered passages, the question (assistant/prompts/*.md)
tokens.py     how much of that fits
streaming.py  its reply, as it comes; can be stopped at any moment
sentences.py  the reply as sentences with the passages they cite (thinking.py,
              lines.py, boundaries.py, markers.py, written.py)
answering.py  all of it together: a question and passages to sentences
rewriting.py  a follow-up to a question that stands alone
failures.py   what went wrong, in words for people
"""
