"""Engines of forecasting: arrays and tables in, samples and quantiles out; no Django, no database, no network."""
