"""Sets of characters as ranges of code points, for what RE2's classes cannot say: blocks and subtraction."""

import sys
import unicodedata
from functools import lru_cache
from itertools import groupby

Ranges = tuple[tuple[int, int], ...]
_ALL = ((0, sys.maxunicode),)

CATEGORIES = frozenset((
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi",
    "Pf", "Po", "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co",
))  # fmt: skip
BLOCKS = {
    name: (int(low, 16), int(high, 16))
    for name, low, high in (
        line.split()
        for line in """
        BasicLatin 0000 007F
        Latin-1Supplement 0080 00FF
        LatinExtended-A 0100 017F
        LatinExtended-B 0180 024F
        IPAExtensions 0250 02AF
        SpacingModifierLetters 02B0 02FF
        CombiningDiacriticalMarks 0300 036F
        Greek 0370 03FF
        GreekandCoptic 0370 03FF
        Cyrillic 0400 04FF
        CyrillicSupplement 0500 052F
        Armenian 0530 058F
        Hebrew 0590 05FF
        Arabic 0600 06FF
        Syriac 0700 074F
        ArabicSupplement 0750 077F
        Thaana 0780 07BF
        NKo 07C0 07FF
        Devanagari 0900 097F
        Bengali 0980 09FF
        Gurmukhi 0A00 0A7F
        Gujarati 0A80 0AFF
        Oriya 0B00 0B7F
        Tamil 0B80 0BFF
        Telugu 0C00 0C7F
        Kannada 0C80 0CFF
        Malayalam 0D00 0D7F
        Sinhala 0D80 0DFF
        Thai 0E00 0E7F
        Lao 0E80 0EFF
        Tibetan 0F00 0FFF
        Myanmar 1000 109F
        Georgian 10A0 10FF
        HangulJamo 1100 11FF
        Ethiopic 1200 137F
        Cherokee 13A0 13FF
        UnifiedCanadianAboriginalSyllabics 1400 167F
        Ogham 1680 169F
        Runic 16A0 16FF
        Khmer 1780 17FF
        Mongolian 1800 18AF
        PhoneticExtensions 1D00 1D7F
        LatinExtendedAdditional 1E00 1EFF
        GreekExtended 1F00 1FFF
        GeneralPunctuation 2000 206F
        SuperscriptsandSubscripts 2070 209F
        CurrencySymbols 20A0 20CF
        CombiningMarksforSymbols 20D0 20FF
        CombiningDiacriticalMarksforSymbols 20D0 20FF
        LetterlikeSymbols 2100 214F
        NumberForms 2150 218F
        Arrows 2190 21FF
        MathematicalOperators 2200 22FF
        MiscellaneousTechnical 2300 23FF
        ControlPictures 2400 243F
        OpticalCharacterRecognition 2440 245F
        EnclosedAlphanumerics 2460 24FF
        BoxDrawing 2500 257F
        BlockElements 2580 259F
        GeometricShapes 25A0 25FF
        MiscellaneousSymbols 2600 26FF
        Dingbats 2700 27BF
        BraillePatterns 2800 28FF
        CJKRadicalsSupplement 2E80 2EFF
        KangxiRadicals 2F00 2FDF
        IdeographicDescriptionCharacters 2FF0 2FFF
        CJKSymbolsandPunctuation 3000 303F
        Hiragana 3040 309F
        Katakana 30A0 30FF
        Bopomofo 3100 312F
        HangulCompatibilityJamo 3130 318F
        Kanbun 3190 319F
        BopomofoExtended 31A0 31BF
        EnclosedCJKLettersandMonths 3200 32FF
        CJKCompatibility 3300 33FF
        CJKUnifiedIdeographsExtensionA 3400 4DBF
        CJKUnifiedIdeographs 4E00 9FFF
        YiSyllables A000 A48F
        YiRadicals A490 A4CF
        HangulSyllables AC00 D7A3
        PrivateUse E000 F8FF
        PrivateUseArea E000 F8FF
        CJKCompatibilityIdeographs F900 FAFF
        AlphabeticPresentationForms FB00 FB4F
        ArabicPresentationForms-A FB50 FDFF
        CombiningHalfMarks FE20 FE2F
        CJKCompatibilityForms FE30 FE4F
        SmallFormVariants FE50 FE6F
        ArabicPresentationForms-B FE70 FEFF
        HalfwidthandFullwidthForms FF00 FFEF
        Specials FFF0 FFFF
        """.strip().splitlines()
    )
}
"""Unicode blocks under their names in XML Schema."""


def _joined(ranges: Ranges) -> Ranges:
    """The same set in order, ranges that touch made one."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(high, out[-1][1]))
        else:
            out.append((low, high))
    return tuple(out)


def without(ranges: Ranges, taken: Ranges, *, negated: bool = False) -> Ranges:
    """The set less another; `negated` takes the first set's opposite before."""
    if negated:
        ranges = without(_ALL, ranges)
    out: list[tuple[int, int]] = []
    gaps = _joined(taken)
    for low, high in _joined(ranges):
        start = low
        for first, last in gaps:
            if last < start or first > high:
                continue
            if first > start:
                out.append((start, first - 1))
            start = last + 1
        if start <= high:
            out.append((start, high))
    return tuple(out)


@lru_cache(maxsize=64)
def category_ranges(name: str, *, negated: bool = False) -> Ranges:
    """All characters of a general category (`L`, `Lu`)."""
    members = (code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)).startswith(name))
    found = []
    for _, group in groupby(enumerate(members), lambda pair: pair[1] - pair[0]):
        codes = [code for _, code in group]
        found.append((codes[0], codes[-1]))
    return without(_ALL, tuple(found)) if negated else tuple(found)


def folded_ranges(ranges: Ranges) -> Ranges:
    """The set with the other cases of its letters."""
    extra = []
    for low, high in ranges:
        for code in range(low, min(high, 0x2FFF) + 1):  # letters with cases beyond are few and far from any rule
            letter = chr(code)
            extra += [(ord(other), ord(other)) for other in (letter.lower(), letter.upper()) if len(other) == 1]
    return _joined((*ranges, *extra))
