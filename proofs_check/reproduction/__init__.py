"""The figures of Singh et al. 2021, redone: numbers first, pictures from them."""
