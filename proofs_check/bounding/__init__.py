"""Norm bounds and sample sizes of one network, beside what is measured (``hessproof bound``)."""
