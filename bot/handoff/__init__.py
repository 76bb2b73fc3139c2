"""Questions that the bulletin cannot answer, handed to people and brought back answered."""
