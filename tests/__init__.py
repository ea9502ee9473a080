"""What the template promises, held to real servers and tools."""
