"""Tables of forecasting: runs, what they said, how it went; alarms; reports; effectiveness."""

from lachan.forecasting.models.alarms import Alarm, AlarmStep
from lachan.forecasting.models.demand import DemandBlock, DemandPlace, DemandRun
from lachan.forecasting.models.effectiveness import Effectiveness
from lachan.forecasting.models.report import Report, ReportDrawing, ReportNote, ReportReader, ReportSend
from lachan.forecasting.models.runs import Forecast, Input, Memory, Nowcast, Part, Raised, Rt, Run, Score

__all__ = [
    "Alarm",
    "AlarmStep",
    "DemandBlock",
    "DemandPlace",
    "DemandRun",
    "Effectiveness",
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
