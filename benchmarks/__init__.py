"""Every figure that the README or a note quotes is printed by a command here. Each takes --json."""
