"""What is done with each kind of update: read it, call a pure function, send."""
