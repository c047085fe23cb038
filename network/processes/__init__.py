"""Plain processes that outlive the tool: started detached, noted in files, stopped by note."""
