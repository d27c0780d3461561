"""Corrections as a product: asked by the person, proposed by one, approved by another, answered."""
