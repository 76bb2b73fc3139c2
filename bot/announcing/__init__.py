"""What editors and residents see of announcements: sentences, buttons, the way to write one."""
