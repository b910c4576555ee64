"""`python -m zhgen` is the command `zhgen`."""

from zhgen.cli import main

if __name__ == "__main__":
    main()
