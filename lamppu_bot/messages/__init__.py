"""What people read in Slack: pure builders from values to messages and forms, and the parsers of what comes back."""
