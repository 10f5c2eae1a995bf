"""What a sync does on the way from a folder to the catalog."""
