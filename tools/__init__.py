"""Tools for maintainers: environments, locks, audits, catalogs, programs and full runs."""
