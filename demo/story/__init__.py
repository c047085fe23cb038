"""The life of one credit across three universities, told in REST calls: one phase, one file."""
