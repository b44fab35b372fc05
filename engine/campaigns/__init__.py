"""What is sent without being asked for: to whom, what it says, when, and what became of each copy."""
