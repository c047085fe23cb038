"""The only place that wires: adapters in, a gateway's application out."""
