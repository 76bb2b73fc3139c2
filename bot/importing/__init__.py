"""Content from an editor's phone: files and texts are read, looked at, dated and put in."""
