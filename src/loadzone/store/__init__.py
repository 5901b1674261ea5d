"""What is kept: catalog (SQL), ledger (append-only events), lake (Delta tables), waveforms (objects), and their backup.

Nothing here knows a broker, a page or a flow: who calls brings the rows, the time and the organisations that he sees.
"""
