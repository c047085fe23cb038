"""The settings of Fabric's programs, made from a consortium: pure functions, nothing is written.

Only settings that differ from Fabric's defaults or that the design depends on are given.
"""
