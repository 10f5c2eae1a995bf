/* The view of numbers. */
"use strict";
