"""What residents asked in vain: shown to editors, taught, and told to who waits for it."""
