"""Small files that prove a rank: what they hold, and how they are made."""
