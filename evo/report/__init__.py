"""A run as a report to send: one self-contained page, or Markdown, and the figures for papers."""

from evo.report.contents import Contents, contents
from evo.report.page import ReportFormat, write_figures, write_report, write_tables
from evo.report.plots import FigureFormat

__all__ = ["Contents", "FigureFormat", "ReportFormat", "contents", "write_figures", "write_report", "write_tables"]
