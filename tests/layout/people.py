"""Invented people and their words: the data on the pages. No reviewer would approve them as entries."""

# As many of each as a school has: a list of sixty with eight family names among them is no list that anybody keeps.
FIRST = (
    "Ana", "Bilal", "Chloé", "Daniel", "Emre", "Fatima", "Giulia", "Hiroshi", "Inês", "Jamal", "Klára",
    "Liam", "Mei", "Nadia", "Oluwaseun", "Priya", "Quinn", "Rosa", "Sven", "Thandiwe", "Ulises", "Valentina",
    "Wei", "Ximena", "Yusuf", "Zoë", "Aleksander", "Bo", "Dimitra", "Ewa", "Maximilian",
)  # fmt: skip
LAST = (
    "Petrović", "Nguyen", "O'Brien", "Schmidt", "Okafor", "Andersson", "Li", "Papadopoulos", "Haddad",
    "Kowalska", "Fernández", "Tanaka", "Ó-Súilleabháin", "Yilmaz", "Mbeki", "Rossi", "Nováková", "Dubois",
    "Kim", "Castro", "Vasquez-Moreno", "Ali", "Johansson", "Whitfield", "Ng", "Balasubramanian", "Horvat",
    "Jensen", "Abubakar",
)  # fmt: skip
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
