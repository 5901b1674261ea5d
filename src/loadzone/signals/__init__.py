"""What a recording is, and what can be computed from one: descriptors, spectra, envelopes, maps, order tracking."""
