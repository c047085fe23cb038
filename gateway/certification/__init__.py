"""The member's certificate authority, as the use cases need it."""
