"""The ornaments that stand in front of names, items and headings."""

# Block elements, geometric shapes, stars, suits of cards, dingbats, and what else is used as a bullet.
MARKS = "".join(
    map(
        chr,
        (
            *range(0x2580, 0x2600),
            *range(0x2605, 0x260A),
            *range(0x2660, 0x2668),
            *range(0x2700, 0x2760),
            *map(ord, "※•¤⊙"),
        ),
    )
)
