"""Invented people and their words: the data on the pages. No reviewer would approve them as entries."""

FIRST = ("Ana", "Bilal", "Chloé", "Daniel", "Emre", "Fatima", "Giulia", "Hiroshi", "Inês", "Jamal", "Klára", "Liam")
LAST = ("Petrović", "Nguyen", "O'Brien", "Schmidt", "Okafor", "Andersson", "Li", "Papadopoulos")
WORDS = (
    "reads well",
    "needs time",
    "asks good questions",
    "was away on Monday",
    "helps others with maths",
    "likes to draw",
)


def rows(count: int) -> list[dict[str, object]]:
    """People with a mail address, a year, a mark and a note of some length."""
    return [
        {
            "id": number + 1,
            "name": f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]}",
            "mail": f"{FIRST[number % len(FIRST)].lower()}{number}@school.example",
            "year": 5 + number % 7,
            "mark": round(1 + number * 7 % 50 / 10, 1),
            "note": "; ".join(WORDS[(number + k) % len(WORDS)] for k in range(1 + number % 5)),
        }
        for number in range(count)
    ]
