/* The view of notes. */
"use strict";
