"""Early warning: counts by place and day in, alarms out; each method's false alarms are measured on quiet years.

`ears` (c1, c2, c3), `cusum`, `farrington`, `scan`; `fusion` makes one list of them, `quiet` measures them.
"""
