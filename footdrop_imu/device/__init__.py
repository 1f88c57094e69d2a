"""Bytes of a sensor to samples: profiles, decoding, clocks, captures, the Bluetooth client, simulated sensors."""
