"""Wire forms of certificates: pure, usable without Django from the command line."""
