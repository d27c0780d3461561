"""Certificates on paper: templates, drawing, the legibility gate. Pure."""
