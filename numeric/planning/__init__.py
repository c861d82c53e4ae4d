"""What a computation will cost, in operations and bytes, before it is begun."""
