"""CertLogic and the rules by which countries accept certificates: pure."""
