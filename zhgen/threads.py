"""How the libraries that multiply matrices are told to compute in one thread: before NumPy is imported."""

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")
"""Variables of the environment, with what they are set to."""
