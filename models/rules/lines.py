"""On which line of a TOML text something stands: `tomllib` reads the values but forgets where they were."""

import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]
"""The steps to a value: keys of tables, and numbers from 0 in lists."""


def line_of(text: str, path: Path) -> int:
    """Tell the line, from 1; what is missing should have stood in the table whose line is told.

    The text must be TOML that `tomllib` can read.
    """
    lines = _Scanner(text).lines()
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def last_line(text: str) -> int:
    """Tell the number of the last line that holds something."""
    return max(1, text.rstrip().count("\n") + 1)


class _Scanner:
    """Walks once through a text that is known to be valid, and so needs to tell apart only what nests."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.starts = [0, *(place + 1 for place, sign in enumerate(self.text) if sign == "\n")]
        self.found: dict[Path, int] = {}
        self.tables_in_list: dict[Path, int] = {}

    def lines(self) -> dict[Path, int]:
        table: Path = ()
        while self._next():
            if self._sees("[["):
                table = self._header("]]", in_list=True)
            elif self._sees("["):
                table = self._header("]", in_list=False)
            else:
                self._pair(table)
        return self.found

    def _header(self, end: str, *, in_list: bool) -> Path:
        line = self._line()
        self.at += len(end)
        keys = self._keys()
        self.at = self.text.index(end, self.at) + len(end)
        table: Path = ()
        for key in keys[:-1]:
            table = self._newest((*table, key), line)
        table = (*table, keys[-1])
        self._note(table, line)
        if not in_list:
            return table
        self.tables_in_list[table] = self.tables_in_list.get(table, 0) + 1
        return self._newest(table, line)

    def _newest(self, table: Path, line: int) -> Path:
        """What follows a list of tables in a header belongs to its newest table."""
        self._note(table, line)
        if table in self.tables_in_list:
            table = (*table, self.tables_in_list[table] - 1)
            self._note(table, line)
        return table

    def _pair(self, table: Path) -> None:
        line = self._line()
        for key in self._keys():
            table = (*table, key)
            self._note(table, line)
        self.at = self.text.index("=", self.at) + 1
        self._skip_blanks()
        self._value(table)

    def _value(self, path: Path) -> None:
        if self._sees("["):
            self._inside("]", path, is_list=True)
        elif self._sees("{"):
            self._inside("}", path, is_list=False)
        elif self._sees('"') or self._sees("'"):
            self._string()
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self.at += 1

    def _inside(self, end: str, path: Path, *, is_list: bool) -> None:
        self.at += 1
        number = 0
        while self._next() and not self._sees(end):
            if self._sees(","):
                self.at += 1
            elif is_list:
                self._note((*path, number), self._line())
                self._value((*path, number))
                number += 1
            else:
                self._pair(path)
        self.at += 1

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip_blanks()
            begin = self.at
            if self._sees('"') or self._sees("'"):
                self._string()
                keys.append(str(tomllib.loads(f"key = {self.text[begin : self.at]}")["key"]))
            else:
                while self.text[self.at].isalnum() or self.text[self.at] in "-_":
                    self.at += 1
                keys.append(self.text[begin : self.at])
            self._skip_blanks()
            if not self._sees("."):
                return keys
            self.at += 1

    def _string(self) -> None:
        quote = self.text[self.at]
        end = quote * 3 if self._sees(quote * 3) else quote
        self.at += len(end)
        while not self._sees(end):
            self.at += 2 if quote == '"' and self._sees("\\") else 1
        self.at += len(end)
        while len(end) > 1 and self._sees(quote):  # A long string may end with quotation marks of its own.
            self.at += 1

    def _next(self) -> bool:
        """Go on to what is neither blank nor a comment; False at the end."""
        while self.at < len(self.text):
            if self._sees("#"):
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at].isspace():
                self.at += 1
            else:
                return True
        return False

    def _skip_blanks(self) -> None:
        while self._sees(" ") or self._sees("\t"):
            self.at += 1

    def _sees(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def _note(self, path: Path, line: int) -> None:
        self.found.setdefault(path, line)

    def _line(self) -> int:
        return bisect_right(self.starts, self.at)
