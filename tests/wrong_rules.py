"""For each diagnostic about what rules mean, a mapping that has it, and what puts it right."""

from collections.abc import Mapping

from engine.diagnostics import codes
from tests.samples import HEAD, PORTAL, RECORD, STAFF, Sample, mapping

SURNAME = "surname: {mis: surname, provider: LastName}"
_BOTH = RECORD.replace("push", "both")
_CREATE = "    create: {at: provider, trigger: new}\n    fields:\n"
_RING = (
    STAFF + "      learner: {mis: room, provider: Learner, refers_to: learner}\n" + RECORD.removeprefix("records:\n")
)
_ASKED = STAFF.replace(
    "    fields:\n",
    "    create: {at: provider, trigger: request}\n    choose: {desk: {from: users}}\n    fields:\n",
)
_NAMED = "name: {mis: name, provider: Name}\nemail: {mis: email, provider: Email}\n"
_DESK = "desk: {provider: Room, from_mis: {chosen: desk}, only: create}"
_OF_LEARNERS = (
    STAFF.removeprefix("records:\n").replace("staff\n", "rooms\n    parent: learner\n")
    + "      name: {mis: name, provider: Name}\n"
)

_SIZE = "size: {provider: Room, from_mis: {table: size}}"
_SIZES = "tables:\n  size:\n    inputs: ['hours']\n    rules:\n      - ['< 20', '\"S\"']\n      - ['{}', '\"L\"']\n"

WRONG_RULES: Mapping[str, Sample] = {
    codes.AMBIGUOUS_NAME: Sample(
        mapping("name: {provider: Remark, from_mis: 'settings'}", record=RECORD.replace("learners", "rooms")),
        (12, 43),
        ("'settings'", "'name'"),
        ("`settings`", "a column"),
    ),
    codes.BAD_CODE_TABLE: Sample(
        mapping("race: {mis: ethnicity, provider: Race, from_mis: {codes: race}}", "codes: {race: codes/three.csv}\n"),
        (6, 15),
        ("three", "race"),
        ("codes/three.csv", "two columns"),
    ),
    codes.BAD_EXPRESSION: Sample(
        mapping("surname: {provider: LastName, from_mis: 'upper case(surname'}"),
        (12, 65),
        ("(surname'", "(surname)'"),
    ),
    codes.BAD_SETTING: Sample(
        mapping(
            "note: {mis: note, provider: Remark, when: 'settings.visit = 1'}",
            "settings:\n  visit: {title: Visit, kind: choice, choices: {Home: 1, Site: 2}, default: Hone}\n",
        ),
        (7, 3),
        ("Hone", "Home"),
        ("`visit`", "`Hone`", "did you mean `Home`?"),
    ),
    codes.CHOSEN_TOO_LATE: Sample(
        mapping(_NAMED + _DESK.replace(", only: create", ""), record=_ASKED),
        (16, 40),
        ("{chosen: desk}", "{chosen: desk}, only: create"),
        ("nobody is asked", "`only: create`"),
    ),
    codes.GAP_BETWEEN_RULES: Sample(
        mapping(_SIZE, _SIZES.format("> 20"), STAFF),
        (7, 3),
        ("> 20", ">= 20"),
        ("`hours` is 20",),
    ),
    codes.MISSING_COLUMN: Sample(
        mapping("surname: {mis: surname}"),
        (12, 7),
        ("mis: surname", "mis: surname, provider: LastName"),
        ("`surname`", "`provider:`"),
    ),
    codes.NEVER_CHOSEN: Sample(
        mapping(_NAMED + _DESK, record=_ASKED.replace("    create: {at: provider, trigger: request}\n", "")),
        (11, 13),
        ("    choose:", "    create: {at: provider, trigger: request}\n    choose:"),
        ("`officer`", "trigger: request"),
    ),
    codes.NEVER_SETTLES: Sample(
        mapping(
            "note: {mis: note, provider: Remark, from_mis: 'upper case(note)', rule: fill blank else mis wins}",
            record=_BOTH,
        ),
        (12, 7),
        (", rule", ", compare: [trim, upper], rule"),
        ("`note`", "`ANNA BERG`"),
    ),
    codes.NEVER_TRIGGERED: Sample(
        mapping(
            "name: {mis: name, provider: Name}",
            record=STAFF.replace("push", "pull").replace(
                "    fields:\n", "    create: {at: mis, trigger: referred}\n    fields:\n"
            ),
        ),
        (11, 13),
        ("referred", "new"),
        ("`staff`", "`trigger: referred`"),
    ),
    codes.NOT_A_CONDITION: Sample(
        mapping("surname: {mis: surname, provider: LastName, when: 'mis.email'}"),
        (12, 58),
        ("mis.email'", "mis.email != null'"),
        ("true or false", "a text"),
    ),
    codes.NO_CENTRES: Sample(
        mapping(
            "note: {mis: note, provider: Remark}", record=RECORD.replace("    fields:", "    per: centre\n    fields:")
        ),
        (11, 10),
        ("    per: centre\n", ""),
        ("`users`", "`centre`"),
    ),
    codes.NOT_ITS_PARENT: Sample(
        mapping(SURNAME) + _OF_LEARNERS.replace("rooms", "staff"),
        (15, 13),
        ("mis: staff", "mis: rooms"),
        ("`staff`", "`learners`"),
    ),
    codes.NOT_ITS_RECORDS: Sample(
        mapping("note: {provider: Remark, from_mis: {pick: name, from: staff}}"),
        (12, 61),
        ("from: staff", "from: rooms"),
        ("`staff`", "`learners`", "rooms"),
    ),
    codes.DELIVERY_CLASS: Sample(
        PORTAL.replace("delivery: C}\n  visits", "delivery: B}\n  visits"),
        (20, 57),
        ("delivery: B", "delivery: C"),
        ("class B", "`version`"),
        kind="connector",
    ),
    codes.NOT_LISTABLE: Sample(
        mapping("note: {mis: note, provider: Place}", record=RECORD.replace("users", "visits")),
        (9, 15),
        (
            "provider: visits\n    direction: push\n    fields:\n      note: {mis: note, provider: Place}",
            "provider: users\n    direction: push\n    fields:\n      note: {mis: note, provider: Remark}",
        ),
        ("`visits`", "`list`"),
    ),
    codes.NOT_ONE_TO_ONE: Sample(
        mapping(
            "race: {mis: ethnicity, provider: Race, from_provider: {codes: race}, direction: pull}",
            "codes: {race: codes/many.csv}\n",
        ),
        (13, 61),
        ("many", "race"),
        ("`race`",),
    ),
    codes.NOT_WRITABLE: Sample(
        mapping(
            "name: {mis: name, provider: Remark}",
            record=RECORD.replace("mis: learners", "mis: rooms").replace("push", "pull"),
        ),
        (12, 19),
        ("direction: pull", "direction: push"),
        ("`rooms`", "`update`"),
    ),
    codes.NOW_REFUSED: Sample(
        mapping("note: {provider: Remark, from_mis: 'string(date(now()))'}"),
        (12, 55),
        ("date(now())", "today()"),
        ("`today()`",),
    ),
    codes.OVERLAPPING_RULES: Sample(
        mapping(_SIZE, _SIZES.format(">= 18"), STAFF),
        (11, 10),
        (">= 18", ">= 20"),
        ("`hours` is 18", "`hit: first`"),
    ),
    codes.READ_ONLY_COLUMN: Sample(
        mapping("ident: {mis: ident, provider: ID}"), (12, 37), ("ID", "Remark"), ("`ID`", "`users`")
    ),
    codes.REFERENCE_RING: Sample(
        HEAD + _RING + "      tutor: {mis: note, provider: Remark, refers_to: officer}\n",
        (12, 58),
        (", refers_to: officer", ""),
        ("officer → learner → officer",),
    ),
    codes.REQUIRED_NOT_SENT: Sample(
        mapping("name: {mis: name, provider: Name}", record=STAFF.replace("    fields:\n", _CREATE)),
        (11, 13),
        ("provider: Name}\n", "provider: Name}\n      email: {mis: email, provider: Email}\n"),
        ("`Email`",),
    ),
    codes.RULE_MISSING: Sample(
        mapping(SURNAME, record=_BOTH),
        (12, 7),
        ("LastName", "LastName, rule: fill blank only"),
        ("`surname`", "fill blank only"),
    ),
    codes.SPECIAL_MATCH: Sample(
        mapping(
            "race: {mis: ethnicity, provider: Race, category: special}\nemail: {mis: email, provider: Email}",
            record=RECORD.replace(
                "    fields:\n", "    identity: [link, {match: [race], trust: propose}]\n    fields:\n"
            ),
        ),
        (11, 22),
        ("[race]", "[email]"),
        ("`race`",),
    ),
    codes.TWO_OWNERS: Sample(
        mapping(f"{SURNAME}\nremark: {{mis: note, provider: LastName}}"),
        (13, 37),
        ("note, provider: LastName", "note, provider: Remark"),
        ("`LastName`", "line 12"),
    ),
    codes.TYPE_CLASH: Sample(
        mapping("born: {mis: birth_date, provider: Remark}"),
        (12, 41),
        ("Remark", "DOB"),
        ("`birth_date`", "`Remark`", "date", "text"),
    ),
    codes.UNKNOWN_CHOICE: Sample(
        mapping(_NAMED + _DESK.replace("chosen: desk", "chosen: dask"), record=_ASKED),
        (16, 40),
        ("dask", "desk"),
        ("`officer`", "`dask`", "did you mean `desk`?"),
    ),
    codes.UNKNOWN_CODE_TABLE: Sample(
        mapping("race: {mis: ethnicity, provider: Race, from_mis: {codes: rase}}", "codes: {race: codes/race.csv}\n"),
        (13, 56),
        ("rase", "race"),
        ("`rase`", "race"),
    ),
    codes.UNKNOWN_COLLECTION: Sample(
        mapping(SURNAME, record=RECORD.replace("users", "user")),
        (9, 15),
        ("user", "users"),
        ("`user`", "did you mean `users`?"),
    ),
    codes.UNKNOWN_COLUMN: Sample(
        mapping("surname: {mis: surnam, provider: LastName}"),
        (12, 22),
        ("surnam,", "surname,"),
        ("`surnam`", "did you mean `surname`?"),
    ),
    codes.UNKNOWN_FIELD: Sample(
        mapping(
            "email: {mis: email, provider: Email}",
            record=RECORD.replace(
                "    fields:\n", "    identity: [link, {match: [emial], trust: link}]\n    fields:\n"
            ),
        ),
        (11, 22),
        ("emial", "email"),
        ("`emial`", "did you mean `email`?"),
    ),
    codes.UNKNOWN_FILE: Sample(
        mapping("race: {mis: ethnicity, provider: Race, from_mis: {codes: race}}", "codes: {race: codes/rase.csv}\n"),
        (6, 15),
        ("rase", "race"),
        ("codes/rase.csv",),
    ),
    codes.UNKNOWN_FUNCTION: Sample(
        mapping("surname: {provider: LastName, from_mis: 'trm(surname)'}"),
        (12, 48),
        ("trm", "trim"),
        ("`trm`", "did you mean `trim`?"),
    ),
    codes.UNKNOWN_NAME: Sample(
        mapping("surname: {provider: LastName, from_mis: 'upper case(surnam)'}"),
        (12, 59),
        ("surnam)", "surname)"),
        ("`surnam`", "did you mean `surname`?"),
    ),
    codes.UNKNOWN_RECORD_TYPE: Sample(
        mapping("tutor: {mis: note, provider: Remark, refers_to: oficer}\n")
        + STAFF.removeprefix("records:\n")
        + "      name: {mis: name, provider: Name}\n",
        (12, 55),
        ("oficer", "officer"),
        ("`oficer`", "did you mean `officer`?"),
    ),
    codes.UNKNOWN_SETTING: Sample(
        mapping(
            SURNAME,
            "settings:\n  details: {title: Details, kind: direction}\n",
            RECORD.replace("push", "setting detail"),
        ),
        (12, 16),
        ("setting detail\n", "setting details\n"),
        ("`detail`", "did you mean `details`?"),
    ),
    codes.UNQUOTED_EXPRESSION: Sample(
        mapping("surname: {provider: LastName, from_mis: upper case(surname)}"),
        (12, 47),
        ("upper case(surname)", "'upper case(surname)'"),
        ("'upper case(surname)'",),
    ),
    codes.UNUSED_CHOICE: Sample(
        mapping(_NAMED, record=_ASKED),
        (12, 14),
        ("    choose: {desk: {from: users}}\n", ""),
        ("`desk`", "neither a field"),
    ),
    codes.UNUSED_CODE_TABLE: Sample(
        mapping("race: {mis: ethnicity, provider: Race}", "codes: {race: codes/race.csv}\n"),
        (6, 9),
        ("Race}", "Race, from_mis: {codes: race}}"),
        ("`race`",),
    ),
    codes.UNUSED_TABLE: Sample(
        mapping(
            "surname: {mis: surname, provider: LastName}",
            "tables:\n  level: {inputs: ['note'], hit: first, rules: [['-', '\"1\"']]}\n",
        ),
        (7, 3),
        ("tables:\n  level: {inputs: ['note'], hit: first, rules: [['-', '\"1\"']]}\n", ""),
        ("`level`", "no field uses it"),
    ),
    codes.UNUSED_SETTING: Sample(
        mapping(SURNAME, "settings:\n  details: {title: Details, kind: direction}\n"),
        (7, 3),
        ("direction: push", "direction: setting details"),
        ("`details`",),
    ),
    codes.VALUE_DOES_NOT_FIT: Sample(
        mapping("level: {provider: Level, from_mis: {constant: high}}", record=STAFF),
        (12, 42),
        ("high", "H"),
        ("`Level`", "2"),
    ),
    codes.WRITE_ONLY_COLUMN: Sample(
        mapping("password: {mis: password, provider: PIN}"), (12, 23), ("mis: password", "mis: note"), ("`password`",)
    ),
    codes.WRONG_ARGUMENTS: Sample(
        mapping("surname: {provider: LastName, from_mis: 'substring(surname)'}"),
        (12, 48),
        ("substring(surname)", "substring(surname, 1, 20)"),
        ("substring(string, start position, length?)",),
    ),
    codes.WRONG_OPERAND: Sample(
        mapping("remark: {provider: Remark, from_mis: 'surname + birth_date'}"),
        (12, 45),
        ("surname + birth_date", "surname + string(birth_date)"),
        ("a text", "a date"),
    ),
}
"""Code -> a mapping that has this fault and no other."""
