"""Between members' gateways: messages out, evidence in, on `gateway.exchange`."""
