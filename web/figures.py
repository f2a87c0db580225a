"""How are dates, numbers and sizes written in the three languages?

The patterns are our own: CLDR writes the long Kazakh date as «2026 ж. 23 қараша»,
while the library writes «2026 жылғы 23 қараша». Kazakh month names have a second
stored form for «дейін» (until), because no case ending is ever attached to a
value at run time.
"""

from __future__ import annotations

from datetime import date

NO_BREAK_SPACE = "\u00a0"
FIVE_DIGITS = 10_000

_KAZAKH = (
    "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан"
).split()
_KAZAKH_DATIVE = (
    "қаңтарға ақпанға наурызға сәуірге мамырға маусымға шілдеге тамызға қыркүйекке"
    " қазанға қарашаға желтоқсанға"
).split()
_RUSSIAN = (
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
).split()
_ENGLISH = (
    "January February March April May June July August September October November December"
).split()

_BYTE_UNITS = {
    "kk": ("Б", "КБ", "МБ", "ГБ"),
    "ru": ("Б", "КБ", "МБ", "ГБ"),
    "en": ("B", "KB", "MB", "GB"),
}


def long_date(day: date, language: str) -> str:
    """«2026 жылғы 23 қараша», «23 ноября 2026 г.», 23 November 2026."""
    if language == "kk":
        return _kazakh_date(day, _KAZAKH)
    if language == "ru":
        return _glue(f"{day.day} {_RUSSIAN[day.month - 1]} {day.year} г.")
    return _glue(f"{day.day} {_ENGLISH[day.month - 1]} {day.year}")


def until_date(day: date, language: str) -> str:
    """The form that stands before «дейін»: «2055 жылғы 31 желтоқсанға».

    Russian and English have the same form after «до» and "until" as alone.
    """
    return _kazakh_date(day, _KAZAKH_DATIVE) if language == "kk" else long_date(day, language)


def short_date(day: date) -> str:
    """For tables, in every language: 23.11.2026."""
    return f"{day.day:02}.{day.month:02}.{day.year}"


def number(value: float, language: str) -> str:
    """`39 195` with a no-break space from five digits on; `58,1` but 58.1 in English."""
    if isinstance(value, int):
        return _grouped(value)
    whole, _, part = f"{value:.1f}".partition(".")
    return f"{_grouped(int(whole))}{'.' if language == 'en' else ','}{part}"


def size(length: int, language: str) -> str:
    """A file's length in bytes as people read it: `6,9 МБ`, `410 КБ`; 1 KB = 1000 B."""
    amount, power = float(length), 0
    while amount >= 999.5 and power < len(_BYTE_UNITS[language]) - 1:
        amount, power = amount / 1000, power + 1
    short = power > 1 and amount < 9.95
    told = number(amount, language) if short else number(round(amount), language)
    return told + NO_BREAK_SPACE + _BYTE_UNITS[language][power]


def _kazakh_date(day: date, months: list[str]) -> str:
    return _glue(f"{day.year} жылғы {day.day} {months[day.month - 1]}")


def _glue(text: str) -> str:
    return text.replace(" ", NO_BREAK_SPACE)


def _grouped(value: int) -> str:
    if abs(value) < FIVE_DIGITS:
        return str(value)
    return f"{value:,}".replace(",", NO_BREAK_SPACE)
