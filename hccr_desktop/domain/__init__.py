"""Values and rules of handwriting recognition: numpy and the standard library only."""
