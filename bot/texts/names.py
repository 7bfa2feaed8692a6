"""Chinese names in the other characters: simplification made one character of several, and names kept what they had."""

_NAMES = "余范岳游涂于干郁咸朴占里斗丑征岩"
"""Characters that a name, of whatever it is, has had all along; the words that share them are written 餘範嶽遊塗於 …"""
_SURNAMES = {"后": "后", "党": "党", "种": "种", "钟": "鍾"}
"""What is so at the beginning of a person's name only: a village is 後塘, a tower 鐘樓."""
_AS_WORDS = ("余杭", "余姚", "余干", "余江", "余庆", "扶余")
"""Counties whose 余 is the word's: 餘杭."""


def restored(name: str, converted: str, *, person: bool = False) -> str:
    """A simplified name as it is written in traditional characters, given what a converter of words makes of it.

    Of the same length; a converter that changes the length is left its word.
    """
    if len(converted) != len(name) or any(word in name for word in _AS_WORDS):
        return converted
    written = "".join(char if char in _NAMES else other for char, other in zip(name, converted, strict=True))
    return _SURNAMES.get(name[:1], written[:1]) + written[1:] if person else written
