"""Real attempts against the running consortium; each must fail, and says why it did."""
