"""The page: ask on the left, check on the right.

Read `page.py` first; it puts the parts together. What a part shows is made by a pure function that
returns HTML (`chat.py`, `sources.py`), what it says is in `texts.py`, how it looks in `style.css` and the part's own,
and what happens in the browser in `asking.js` (questions), `page.js` (answers) and `source.js` (the source panel).
"""
