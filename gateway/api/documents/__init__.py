"""The JSON documents of the REST interface, and their way to and from commands and records."""
