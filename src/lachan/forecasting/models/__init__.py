"""Tables of forecasting: runs, what they said, how it went; alarms; reports."""

from lachan.forecasting.models.alarms import Alarm, AlarmStep
from lachan.forecasting.models.report import Report, ReportDrawing, ReportNote, ReportReader, ReportSend
from lachan.forecasting.models.runs import Forecast, Input, Memory, Nowcast, Part, Raised, Rt, Run, Score

__all__ = [
    "Alarm",
    "AlarmStep",
    "Forecast",
    "Input",
    "Memory",
    "Nowcast",
    "Part",
    "Raised",
    "Report",
    "ReportDrawing",
    "ReportNote",
    "ReportReader",
    "ReportSend",
    "Rt",
    "Run",
    "Score",
]
