"""How an index lies on disk: builds, their rows, the lock of the one writer."""
