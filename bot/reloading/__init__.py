"""How the content changes while the bot runs: proposed aside, checked, swapped in, taken back."""
