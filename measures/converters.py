from datetime import date


class MonthConverter:
    """`2026-03` in an address is date(2026, 3, 1) in a view; `2026-13` is a 404, never a fault."""

    regex = r"[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"


class CodeConverter:
    """`sh07` in an address is "SH07" in a view; what does not look like a code is a 404 without a query."""

    regex = r"[A-Za-z]{2}[0-9]{2,3}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


class SheetConverter:
    """The ending of a spreadsheet's name."""

    regex = "xlsx|csv"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ChartFormConverter(SheetConverter):
    """The ending of a chart's file."""

    regex = "svg|png|csv"
