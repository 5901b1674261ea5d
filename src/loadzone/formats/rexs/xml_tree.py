"""XML as a tree that remembers its lines, parsed so that a file can do no harm: no entities, no depth, no fetching."""

from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from loadzone.words.errors import UnreadableFile
from loadzone.words.texts import text

MOST_DEPTH = 64


@dataclass
class Node:
    """An element: its name without prefix, attributes, text and children."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list["Node"] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text directly in the element."""
        return "".join(self.words)

    def first(self, tag: str) -> "Node | None":
        """The first child of a name."""
        return next((each for each in self.children if each.tag == tag), None)

    def all(self, tag: str) -> list["Node"]:
        """The children of a name."""
        return [each for each in self.children if each.tag == tag]


def parse(content: bytes) -> Node:
    """The root of an XML document.

    Raises
    ------
    UnreadableFile : it is broken, declares entities or nests too deep
    """
    roots: list[Node] = []
    path: list[Node] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(path) >= MOST_DEPTH:
            raise UnreadableFile(
                text("line {line}: elements nest deeper than {most}", line=parser.CurrentLineNumber, most=MOST_DEPTH)
            )
        node = Node(tag.rpartition(":")[2], attributes, parser.CurrentLineNumber)
        (path[-1].children if path else roots).append(node)
        path.append(node)

    def end(_tag: str) -> None:
        path.pop()

    def words(data: str) -> None:
        path[-1].words.append(data)

    def entity(name: str, *_rest: object) -> None:
        raise UnreadableFile(
            text(
                "line {line}: the file declares the entity «{name}»; REXS has none, and such files are used to exhaust "
                "a reader: it is refused",
                line=parser.CurrentLineNumber,
                name=name,
            )
        )

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, words
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(content, True)  # noqa: FBT003  expat takes it by position
    except expat.ExpatError as error:
        raise UnreadableFile(
            text("line {line}: broken XML ({reason})", line=error.lineno, reason=expat.ErrorString(error.code))
        ) from error
    except (LookupError, ValueError) as error:
        raise UnreadableFile(text("broken XML ({reason})", reason=str(error))) from error
    return roots[0]


def opening(tag: str, attributes: dict[str, str | None], *, is_empty: bool = False) -> str:
    """A start tag; attributes that are None are left out."""
    told = "".join(f" {name}={_quoted(value)}" for name, value in attributes.items() if value is not None)
    return f"<{tag}{told}{'/' if is_empty else ''}>"


def escaped(words: str) -> str:
    """Text between tags; a carriage return would be lost as such."""
    return escape(words, {"\r": "&#13;"})


def _quoted(value: str) -> str:
    return quoteattr(value, {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;"})
