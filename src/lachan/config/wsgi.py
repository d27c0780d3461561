"""The WSGI application granian serves."""

from __future__ import annotations

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
application = get_wsgi_application()

# Everything a request needs is loaded before the first one, and then left out of every later search for garbage. A
# batch makes some ten thousand short-lived containers: young ones are looked through less often than Python's 700.
import_module("lachan.config.urls")
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
