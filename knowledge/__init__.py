"""The core: bulletin text in, cited answers out. Knows nothing of Telegram or of the database."""
