"""The words of the project as records: claims, checks, evidence, verdicts."""
