/* The view of map. */
"use strict";
