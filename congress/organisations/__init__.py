"""Clusters, companies, academic institutions, public bodies, associations, and the accounts that belong to them."""
