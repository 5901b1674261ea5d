"""State detection: combs of lines in log-envelope spectra, tested against decoys inside the same record."""
