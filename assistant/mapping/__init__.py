"""A map of the notes: their sections in two dimensions, what is alike near each other.

catalog --places--> Places (one a section, with vectors) --layout--> (n, 2) --process--> map.json
                                                                             ^
note_map.NoteMap starts the process when the map is first looked at, and again when the notes have changed
"""
