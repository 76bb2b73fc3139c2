"""The adapter: Telegram, the terminal and the database around the knowledge base."""
