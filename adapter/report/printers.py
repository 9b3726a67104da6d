"""Report: which printer prints which format."""

from __future__ import annotations

from adapter.report.printer import Format, Output, Printer


def printer_for(form: Format, output: Output) -> Printer:
    """A printer of the given format; its module is imported only now."""
    match form:
        case Format.DIFF:
            from adapter.report.diff import DiffPrinter

            return DiffPrinter(output)
        case Format.JSON:
            from adapter.report.machine import JsonPrinter

            return JsonPrinter(output)
        case Format.SARIF:
            from adapter.report.sarif import SarifPrinter

            return SarifPrinter(output)
        case Format.HTML:
            from adapter.report.html import HtmlPrinter

            return HtmlPrinter(output)
