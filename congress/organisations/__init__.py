"""Clusters, companies, academics and public bodies, and the accounts that belong to them."""
