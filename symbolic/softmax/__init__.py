"""The softmax and cross-entropy: curvature in the logits, its sharp norm, and the range of the loss."""
