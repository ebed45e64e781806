"""Agreement: the text of confidentiality that a viewer signs; what it commits to is its SHA-256.

Whoever changes the text gives it the next version: each viewer then signs anew before they look again.

Source: DOMAIN's vetting; 34 CFR 99.31(a)(1)(ii), legitimate interest, and 99.33(a), no passing on.
"""

from hashlib import sha256

VERSION = 1
_LINES = """
I look at recordings only for an open case that is mine to work on, and at no more than it needs.
I keep to myself what I see, also after I have left. I pass nothing on, unless a second person confirmed an export.
I do not try to find out who is recorded. If the circumstances tell me, I tell nobody and look no further.
If I see personal data, I report it in the player at once.
My access is mine alone: nobody else uses my account, my passkey or my screen.
I know that each part of each look is in a log that nobody can change, and that a breach may end my access and have
 consequences at work and by law.
"""
TEXT = tuple(_LINES.strip().replace("\n ", " ").splitlines())
DIGEST = sha256("\n".join((str(VERSION), *TEXT)).encode()).hexdigest()
