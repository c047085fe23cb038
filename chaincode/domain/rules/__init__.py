"""How members come to a rule: its versions, the ballot on each, and which is in force on a day."""
