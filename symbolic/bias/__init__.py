"""Networks with bias through the homogeneous coordinate: x̃ = (x, 1), T^l = [W^l b^l; 0 1] (Singh et al. 2021, §7.2)."""
