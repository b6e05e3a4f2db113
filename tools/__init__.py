"""What maintainers run: environments, locks, audits and where the tests' time goes."""
