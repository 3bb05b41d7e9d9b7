"""For each diagnostic a file that has it, and what puts it right: the tests and the manual use the same ones."""

from collections.abc import Mapping

from engine.diagnostics import codes
from tests.samples import HEAD, RECORD, Sample, mapping
from tests.wrong_rules import SURNAME, WRONG_RULES


def _yaml(text: str, at: tuple[int, int], fix: tuple[str, str], *, shown: bool = True) -> Sample:
    return Sample(text, at, fix, kind="yaml", shown=shown)


_SETTINGS = "workspace: trial\nsystems: {portal: {environment: live, token: env:PORTAL_TOKEN}}\n"

SAMPLES: Mapping[str, Sample] = {
    codes.NOT_UTF8: Sample(
        "workspace: \xe9cole\n", (1, 12), ("\xe9", "e"), kind="yaml", data=b"workspace: \xe9cole\n", shown=False
    ),
    codes.BYTE_ORDER_MARK: _yaml("\ufeffworkspace: trial\n", (1, 1), ("\ufeff", ""), shown=False),
    codes.NUL_CHARACTER: _yaml("workspace: tri\0al\n", (1, 15), ("\0", ""), shown=False),
    codes.HIDDEN_CHARACTER: _yaml("workspace: tri\u200bal\n", (1, 15), ("\u200b", ""), shown=False),
    codes.EMPTY_FILE: _yaml("# nothing but a comment\n", (1, 1), ("\n", "\nworkspace: trial\n")),
    codes.TOO_DEEP: _yaml("a: " + "[" * 65 + "]" * 65 + "\n", (1, 67), ("[" * 60 + "]" * 60, "[]")),
    codes.YAML_SYNTAX: _yaml("fields: ]\n", (1, 9), ("]", "[]")),
    codes.UNCLOSED_QUOTE: _yaml('title: "Office and Portal\n', (1, 8), ("Portal", 'Portal"')),
    codes.UNCLOSED_BRACKET: _yaml("surname: {mis: surname, provider: LastName\n", (1, 10), ("LastName", "LastName}")),
    codes.UNKNOWN_ESCAPE: _yaml('separator: "\\q"\n', (1, 13), ("\\q", "\\n")),
    codes.TEXT_NEEDS_QUOTES: _yaml("title: Office: the MIS\n", (1, 14), ("Office: the MIS", "'Office: the MIS'")),
    codes.BAD_INDENTATION: _yaml(
        "surname:\n  mis: surname\n provider: LastName\n", (3, 2), (" provider", "  provider")
    ),
    codes.TAB_INDENTATION: _yaml("surname:\n\tmis: surname\n", (2, 1), ("\t", "  ")),
    codes.YAML_ANCHOR: _yaml("surname: &name {mis: surname}\n", (1, 10), ("&name ", "")),
    codes.YAML_ALIAS: _yaml("surname: *name\n", (1, 10), ("*name", "{mis: surname}")),
    codes.YAML_MERGE: _yaml(
        "surname: {<<: {mis: surname}, provider: LastName}\n", (1, 11), ("<<: {mis: surname}", "mis: surname")
    ),
    codes.YAML_TAG: _yaml("surname: !text Lee\n", (1, 10), ("!text Lee", "'Lee'")),
    codes.YAML_DIRECTIVE: _yaml("%YAML 1.1\n---\nworkspace: trial\n", (1, 1), ("%YAML 1.1\n", "")),
    codes.SEVERAL_DOCUMENTS: _yaml(
        "workspace: trial\n---\nworkspace: other\n", (2, 1), ("---\nworkspace: other\n", "")
    ),
    codes.COMPLEX_KEY: _yaml("[mis, provider]: surname\n", (1, 1), ("[mis, provider]", "mis")),
    codes.EMPTY_KEY: _yaml(": surname\n", (1, 1), (":", "mis:")),
    codes.DUPLICATE_KEY: _yaml(
        "surname: {mis: surname}\nemail: {mis: email}\nsurname: {mis: note}\n",
        (3, 1),
        ("surname: {mis: note}", "note: {mis: note}"),
    ),
    codes.FOLDED_TEXT: _yaml("when: >\n  mis.email = null\n", (1, 7), (">", "|")),
    codes.MULTI_LINE_TEXT: _yaml("title: Office\n  and Portal\n", (2, 3), ("\n  and", " and")),
    codes.READ_DIFFERENTLY: _yaml("answer: no\n", (1, 9), ("no", "'no'")),
    codes.UNKNOWN_KEY: Sample(
        mapping("surname: {mis: surname, provide: LastName}"), (12, 31), ("provide:", "provider:"), ("`provider`",)
    ),
    codes.MISSING_KEY: Sample(
        HEAD.replace("mis: office\n", "") + RECORD + f"      {SURNAME}\n",
        (1, 1),
        ("provider: portal", "mis: office\nprovider: portal"),
        ("`mis`",),
    ),
    codes.WRONG_TYPE: Sample(
        mapping("surname: {mis: surname, provider: 7}"), (12, 41), ("7", "LastName"), ("`provider`", "quotes")
    ),
    codes.NOT_ONE_OF: Sample(
        _SETTINGS + "exchanges: {portal: {enabled: yes}}\n", (3, 31), ("yes", "on"), ("`on`",), kind="settings"
    ),
    codes.BAD_PATTERN: Sample(
        _SETTINGS.replace("env:PORTAL_TOKEN", "hunter2") + "exchanges: {}\n",
        (2, 46),
        ("hunter2", "env:PORTAL_TOKEN"),
        ("env:NAME",),
        kind="settings",
    ),
    codes.OUT_OF_RANGE: Sample(
        _SETTINGS.replace("token:", "page_size: 0, token:") + "exchanges: {}\n",
        (2, 50),
        ("page_size: 0", "page_size: 50"),
        ("1",),
        kind="settings",
    ),
    codes.TOO_FEW: Sample(
        mapping("surname: {mis: '', provider: LastName}"), (12, 22), ("mis: ''", "mis: surname"), ("`mis`",)
    ),
    codes.TOO_MANY: Sample(
        HEAD + "records:\n" + "".join(f"  r{n}: {{mis: learners, provider: users, fields: {{}}}}\n" for n in range(26)),
        (7, 3),
        ("  r25: {mis: learners, provider: users, fields: {}}\n", ""),
        ("`records`", "25"),
        shown=False,
    ),
    codes.REPEATED_ITEM: Sample(
        mapping("surname: {mis: surname, provider: LastName, compare: [trim, upper, trim]}"), (12, 74), (", trim]", "]")
    ),
    codes.OUT_OF_PLACE: Sample(
        mapping(
            "surname: {mis: surname, provider: LastName, when: 'settings.mode'}",
            "settings:\n  mode: {title: Mode, kind: switch, choices: {A: 1}}\n",
        ),
        (7, 37),
        (", choices: {A: 1}", ""),
        ("`choices`",),
    ),
    **WRONG_RULES,
}
"""Code -> a file that has this fault and no other. A file that is too large, and a workspace, do not fit here."""
