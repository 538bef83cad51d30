"""What a page must be: closed tags, unique ids, links that lead somewhere, nothing from afar."""

import re
from html.parser import HTMLParser

_VOID = frozenset({"meta", "br", "img", "input", "link", "hr", "path", "use"})
_LOADS = frozenset({"src", "href", "srcset", "data", "action", "poster", "formaction"})


class Page(HTMLParser):
    """A page that was read; AssertionError where it is not what a page must be."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []
        assert source.startswith("<!DOCTYPE html>")
        self._check()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open, tag
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        """What is read, in one line."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def ids(self) -> list[str]:
        """Every id."""
        return [str(attributes["id"]) for _, attributes in self.tags if "id" in attributes]

    def _check(self) -> None:
        """No id is there twice, no link leads nowhere, and nothing is far."""
        assert len(self.ids) == len(set(self.ids))
        for tag, attributes in self.tags:
            for name, value in attributes.items():
                assert not name.startswith("on"), (tag, name)
                if name in _LOADS:
                    assert not re.match(r"\w+:|//", value or ""), (tag, value)
                if name == "href" and (value or "").startswith("#"):
                    assert (value or "")[1:] in self.ids, value
                if name == "aria-labelledby":
                    assert value in self.ids
                for target in re.findall(r"url\(([^)]*)\)", value or ""):
                    assert target.startswith("#"), target
                    assert target[1:] in self.ids, target
        for svg in self.all("svg"):
            assert svg.get("aria-label") or svg.get("aria-hidden") == "true"
        assert [m["lang"] for m in self.all("html")] == ["en"]
        assert len(self.all("main")) == len(self.all("h1")) == 1
