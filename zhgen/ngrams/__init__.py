"""What was counted: n-grams of pieces, with NumPy alone."""
