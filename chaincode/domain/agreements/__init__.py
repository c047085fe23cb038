"""Learning agreements: what a student takes at the host, and what it replaces at home.

Student, host and home agree on numbered versions of two tables (Erasmus+ learning agreement).
"""
