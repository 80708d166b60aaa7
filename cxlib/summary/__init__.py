"""What several wings say together: sentences for people, and groups and times side by side."""
