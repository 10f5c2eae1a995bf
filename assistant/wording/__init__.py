"""What notices and the doctor's findings say, in Korean and English: what is wrong, and what ends it.

entries.py  one entry of the tables
words.py    a problem or an outcome to a sentence
notes.py    what may be the matter with a file and what it says
vault.py    what may be the matter between files, and with the index
"""
