"""Tables of forecasting: runs, what they said, how it went; reports."""
