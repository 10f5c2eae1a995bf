"""Does a place of the notes say a sentence? What is read off both, and how it is compared; pure."""
