"""Rules of recognition as data, and the pure function that decides by them."""
