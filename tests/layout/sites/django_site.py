"""Django's admin with its own models, sixty people and five groups. Arguments: port, folder."""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

PORT, FOLDER = sys.argv[1], Path(sys.argv[2])

settings.configure(
    DEBUG=True,
    SECRET_KEY="only for a test",  # noqa: S106 - of a site that lives for a minute
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="django_urls",
    STATIC_URL="/static/",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "site.db"}},
    INSTALLED_APPS=[f"django.contrib.{name}" for name in
                    ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
        "context_processors": ["django.template.context_processors.request",
                               "django.contrib.auth.context_processors.auth",
                               "django.contrib.messages.context_processors.messages"]}}],
)  # fmt: skip
django.setup()
call_command("migrate", verbosity=0)

from django.contrib.auth.models import Group, User  # noqa: E402 - needs the settings
from tests.layout.people import FIRST, LAST  # noqa: E402 - stands with what it fills

for name in ("Teachers", "Parents", "Year 7", "Year 8", "Office"):
    Group.objects.create(name=name)
User.objects.create_superuser("admin", "admin@example.org", "admin")
for number in range(60):
    first, last = FIRST[number % len(FIRST)], LAST[number % len(LAST)]
    User.objects.create_user(
        f"{first}.{last}{number}".lower(), f"{first}{number}@example.org", None, first_name=first, last_name=last
    )
call_command("runserver", f"127.0.0.1:{PORT}", "--noreload", verbosity=0)
