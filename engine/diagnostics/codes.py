"""The codes of every diagnostic, and one sentence on each.

A code is one group of words; it names the constant here, the heading in the manual and the test case.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# --- the text of a file (YAML) ---------------------------------------------------------------------------------------
NOT_UTF8: Final = "not-utf8"
BYTE_ORDER_MARK: Final = "byte-order-mark"
NUL_CHARACTER: Final = "nul-character"
HIDDEN_CHARACTER: Final = "hidden-character"
FILE_TOO_LARGE: Final = "file-too-large"
EMPTY_FILE: Final = "empty-file"
TOO_DEEP: Final = "too-deep"
TOO_MANY_PARTS: Final = "too-many-parts"
YAML_SYNTAX: Final = "yaml-syntax"
UNCLOSED_QUOTE: Final = "unclosed-quote"
UNCLOSED_BRACKET: Final = "unclosed-bracket"
UNKNOWN_ESCAPE: Final = "unknown-escape"
TEXT_NEEDS_QUOTES: Final = "text-needs-quotes"
BAD_INDENTATION: Final = "bad-indentation"
TAB_INDENTATION: Final = "tab-indentation"
YAML_ANCHOR: Final = "yaml-anchor"
YAML_ALIAS: Final = "yaml-alias"
YAML_MERGE: Final = "yaml-merge"
YAML_TAG: Final = "yaml-tag"
YAML_DIRECTIVE: Final = "yaml-directive"
SEVERAL_DOCUMENTS: Final = "several-documents"
COMPLEX_KEY: Final = "complex-key"
EMPTY_KEY: Final = "empty-key"
DUPLICATE_KEY: Final = "duplicate-key"
FOLDED_TEXT: Final = "folded-text"
MULTI_LINE_TEXT: Final = "multi-line-text"
READ_DIFFERENTLY: Final = "read-differently"

# --- the form of a file (its schema) ---------------------------------------------------------------------------------
UNKNOWN_KEY: Final = "unknown-key"
MISSING_KEY: Final = "missing-key"
WRONG_TYPE: Final = "wrong-type"
NOT_ONE_OF: Final = "not-one-of"
BAD_PATTERN: Final = "bad-pattern"
OUT_OF_RANGE: Final = "out-of-range"
TOO_FEW: Final = "too-few"
TOO_MANY: Final = "too-many"
REPEATED_ITEM: Final = "repeated-item"
OUT_OF_PLACE: Final = "out-of-place"

# --- what the rules mean ---------------------------------------------------------------------------------------------
AMBIGUOUS_NAME: Final = "ambiguous-name"
BAD_CODE_TABLE: Final = "bad-code-table"
BAD_EXPRESSION: Final = "bad-expression"
BAD_SETTING: Final = "bad-setting"
CHOSEN_TOO_LATE: Final = "chosen-too-late"
DELIVERY_CLASS: Final = "delivery-class"
GAP_BETWEEN_RULES: Final = "gap-between-rules"
MISSING_COLUMN: Final = "missing-column"
MIXED_ENVIRONMENTS: Final = "mixed-environments"
NEVER_CHOSEN: Final = "never-chosen"
NEVER_SETTLES: Final = "never-settles"
NEVER_TRIGGERED: Final = "never-triggered"
NOT_A_CONDITION: Final = "not-a-condition"
NO_CENTRES: Final = "no-centres"
NOT_ITS_PARENT: Final = "not-its-parent"
NOT_ITS_RECORDS: Final = "not-its-records"
NOT_LISTABLE: Final = "not-listable"
NOT_ONE_TO_ONE: Final = "not-one-to-one"
NOT_WRITABLE: Final = "not-writable"
NOW_REFUSED: Final = "now-refused"
OVERLAPPING_RULES: Final = "overlapping-rules"
READ_ONLY_COLUMN: Final = "read-only-column"
READ_ONLY_SYSTEM: Final = "read-only-system"
REFERENCE_RING: Final = "reference-ring"
REQUIRED_NOT_SENT: Final = "required-not-sent"
RULE_MISSING: Final = "rule-missing"
SPECIAL_MATCH: Final = "special-match"
TWO_ADDRESSES: Final = "two-addresses"
TWO_OWNERS: Final = "two-owners"
TYPE_CLASH: Final = "type-clash"
UNKNOWN_CHOICE: Final = "unknown-choice"
UNKNOWN_CODE_TABLE: Final = "unknown-code-table"
UNKNOWN_COLLECTION: Final = "unknown-collection"
UNKNOWN_COLUMN: Final = "unknown-column"
UNKNOWN_FIELD: Final = "unknown-field"
UNKNOWN_FILE: Final = "unknown-file"
UNKNOWN_FUNCTION: Final = "unknown-function"
UNKNOWN_NAME: Final = "unknown-name"
UNKNOWN_RECORD_TYPE: Final = "unknown-record-type"
UNKNOWN_SETTING: Final = "unknown-setting"
UNKNOWN_SYSTEM: Final = "unknown-system"
UNLISTED_HOST: Final = "unlisted-host"
UNQUOTED_EXPRESSION: Final = "unquoted-expression"
UNUSED_CHOICE: Final = "unused-choice"
UNUSED_CODE_TABLE: Final = "unused-code-table"
UNUSED_SETTING: Final = "unused-setting"
UNUSED_TABLE: Final = "unused-table"
VALUE_DOES_NOT_FIT: Final = "value-does-not-fit"
WRITE_ONLY_COLUMN: Final = "write-only-column"
WRONG_ARGUMENTS: Final = "wrong-arguments"
WRONG_OPERAND: Final = "wrong-operand"

MEANINGS: Mapping[str, str] = MappingProxyType({
    NOT_UTF8: "The file's bytes are not UTF-8 text.",
    BYTE_ORDER_MARK: "The file begins with an invisible byte order mark.",
    NUL_CHARACTER: "The file holds a NUL character or half of a surrogate pair, so it is not a text.",
    HIDDEN_CHARACTER: "A character does not show, or changes how others show: an error, inside quotes a warning.",
    FILE_TOO_LARGE: "The file is larger than a file of this kind may be.",
    EMPTY_FILE: "The file says nothing.",
    TOO_DEEP: "Lists and mappings stand inside each other too deeply.",
    TOO_MANY_PARTS: "The file has more parts than a file of this kind may have.",
    YAML_SYNTAX: "The text cannot be read as YAML.",
    UNCLOSED_QUOTE: "A text in quotes does not end.",
    UNCLOSED_BRACKET: "A list in `[ ]` or a mapping in `{ }` does not end, or lacks a comma.",
    UNKNOWN_ESCAPE: "A backslash in double quotes is followed by something that means nothing.",
    TEXT_NEEDS_QUOTES: "A text without quotes has a character that means something else to YAML.",
    BAD_INDENTATION: "A line begins in a column that fits nothing above it.",
    TAB_INDENTATION: "A line is indented with a tab.",
    YAML_ANCHOR: "A YAML anchor (`&name`) is not allowed.",
    YAML_ALIAS: "A YAML alias (`*name`) is not allowed.",
    YAML_MERGE: "A YAML merge key (`<<`) is not allowed.",
    YAML_TAG: "A YAML tag (`!name`) is not allowed.",
    YAML_DIRECTIVE: "A YAML directive (`%NAME`) is not allowed.",
    SEVERAL_DOCUMENTS: "The file holds more than one YAML document.",
    COMPLEX_KEY: "A key is a list or a mapping.",
    EMPTY_KEY: "A value has no key.",
    DUPLICATE_KEY: "A mapping has the same key twice.",
    FOLDED_TEXT: "A text is written in YAML's folded form (`>`).",
    MULTI_LINE_TEXT: "A text without `|` goes on in the next line.",
    READ_DIFFERENTLY: "Programs that read an older YAML take this value for something else.",
    UNKNOWN_KEY: "A mapping has a key that means nothing in this place.",
    MISSING_KEY: "A mapping lacks a key that it must have.",
    WRONG_TYPE: "A value is of another kind than is needed: a text, a number, a list, a mapping.",
    NOT_ONE_OF: "A value is not one of those that are possible.",
    BAD_PATTERN: "A text does not have the form that is needed.",
    OUT_OF_RANGE: "A number is too small or too large.",
    TOO_FEW: "A list, a mapping or a text is too short.",
    TOO_MANY: "A list, a mapping or a text is too long.",
    REPEATED_ITEM: "A list has the same item twice.",
    OUT_OF_PLACE: "A key is known, but not together with the others that stand beside it.",
    AMBIGUOUS_NAME: "A name in an expression means a column and something else.",
    BAD_CODE_TABLE: "A table of codes is not two columns with every code once.",
    BAD_EXPRESSION: "An expression cannot be read.",
    BAD_SETTING: "A setting has a value that it cannot have.",
    CHOSEN_TOO_LATE: "A field takes what is chosen at a request where nobody is asked.",
    DELIVERY_CLASS: "A write claims a delivery class for which its call or its system has not the means.",
    GAP_BETWEEN_RULES: "No rule of a decision table fits what lies between two ranges that rules fit: a warning.",
    MISSING_COLUMN: "A field names no column to read from or to write to.",
    MIXED_ENVIRONMENTS: "A live system exchanges with one that is not, or is reached as one that is not.",
    NEVER_CHOSEN: "Something is to be chosen for records that nobody can ask for.",
    NEVER_SETTLES: "Rules would change again, in the next plan, what they have set.",
    NEVER_TRIGGERED: "A record is to be created on an occasion that its side does not have.",
    NOT_A_CONDITION: "A condition gives something else than true or false.",
    NO_CENTRES: "A record type is repeated for each centre, and the provider's records are in no centre.",
    NOT_ITS_PARENT: "A record type belongs to one whose records in the MIS its own do not belong to.",
    NOT_ITS_RECORDS: "A value is picked from records that do not belong to the record.",
    NOT_LISTABLE: "A collection that must be listed cannot be listed.",
    NOT_ONE_TO_ONE: "A table of codes is read backwards and has several codes for one.",
    NOT_WRITABLE: "A record that must be created or updated cannot be.",
    NOW_REFUSED: "An expression reads the present time, so that no plan could be made again.",
    OVERLAPPING_RULES: "Two rules of a decision table fit the same values, and its hit policy lets only one.",
    READ_ONLY_COLUMN: "A rule writes a column that can only be read.",
    READ_ONLY_SYSTEM: "A rule writes to a system that the settings call read-only.",
    REFERENCE_RING: "Record types refer to each other in a ring, so none of them can be created first.",
    REQUIRED_NOT_SENT: "A column that a new record must have is sent by no field.",
    RULE_MISSING: "A field moves both ways and no rule says which side wins.",
    SPECIAL_MATCH: "Records are matched by special-category data.",
    TWO_ADDRESSES: "A workspace names an address where the connector file names one.",
    TWO_OWNERS: "Two fields hold the same column of one side.",
    TYPE_CLASH: "A field sends a value of one type to a column of another.",
    UNKNOWN_CHOICE: "A field takes a choice that the record type does not have.",
    UNKNOWN_CODE_TABLE: "A field uses a table of codes that the file does not name.",
    UNKNOWN_COLLECTION: "A record type reads a collection that the system does not have.",
    UNKNOWN_COLUMN: "A rule reads or writes a column that the collection does not have.",
    UNKNOWN_FIELD: "A rule names a field that its record type does not have.",
    UNKNOWN_FILE: "A file that is named is not there.",
    UNKNOWN_FUNCTION: "An expression calls a function that there is not.",
    UNKNOWN_NAME: "An expression names something that nobody knows.",
    UNKNOWN_RECORD_TYPE: "A rule names a record type that the mapping does not have.",
    UNKNOWN_SETTING: "A setting is named that the mapping does not have.",
    UNKNOWN_SYSTEM: "A system is named that nobody has described or connected.",
    UNLISTED_HOST: "A connector file leads to a host that the settings do not list.",
    UNQUOTED_EXPRESSION: "An expression does not stand in single quotes or in a `|` block.",
    UNUSED_CHOICE: "Something is to be chosen that no field and no other choice uses.",
    UNUSED_CODE_TABLE: "A table of codes is used by no field.",
    UNUSED_TABLE: "A decision table is not used by any field.",
    UNUSED_SETTING: "A setting is read by no rule.",
    VALUE_DOES_NOT_FIT: "A value that is written out cannot stand in the column that gets it.",
    WRITE_ONLY_COLUMN: "A rule reads a column that can only be written.",
    WRONG_ARGUMENTS: "A function is called with too few, too many or misnamed arguments.",
    WRONG_OPERAND: "A part of an expression can only end in an error: a wrong type, or a constant that is none.",
})  # fmt: skip
"""Code -> one sentence; the manual's page on diagnostics is made from it."""
