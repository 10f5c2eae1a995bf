"""Cases drafted for any folder of notes, for its owner to review; read `rows.py` first."""
