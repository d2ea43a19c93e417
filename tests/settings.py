"""The portal's own settings, with what a test run needs otherwise. tests/services.py has set the environment."""

import os

from portal.settings import *
from portal.settings import CACHES, DATA_DIR, DATABASES, STORAGES

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose
SIGNING_KDF_COST = {"iterations": 1, "lanes": 1, "memory_cost": 64}  # the real one is slow on purpose
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
(DATA_DIR / "static").mkdir(parents=True, exist_ok=True)  # whitenoise warns where there is none
DATABASES["default"]["CONN_MAX_AGE"] = 0  # a kept connection would hold the test database open at the end
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: only a file knows the write-ahead log and the locks between connections.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # it need not survive a power cut
else:
    DATABASES["default"]["TEST"] = {"NAME": "test_chengnuo"}
CACHES = CACHES | {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MFA_REQUIRED_FOR = []  # the tests of the second factor set it themselves
# What tests keep need not survive a power cut either; tests/core/test_vault puts its own in place.
os.fsync = lambda handle: None
