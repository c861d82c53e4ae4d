"""Free probability: laws, transforms, free cumulants, and the spectrum of a free sum."""
