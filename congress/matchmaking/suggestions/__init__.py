"""Who should meet whom: pure functions from plain data to lists with reasons. The formula stands in `weights`."""
