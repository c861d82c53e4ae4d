"""Networks with bias: which ranks data can have, draws, the survey, the definition route."""
