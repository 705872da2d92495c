"""The door: checkpoints, devices, scans, and the admission that is computed from them.

A scan is a fact that is only ever added. Who is in, since when and through which door follows from the scans
alone, whatever the order in which they arrived (see `admission`).
"""
