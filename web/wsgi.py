"""The portal for a WSGI server (PEP 3333): ``gunicorn web.wsgi:application``."""

import os

from storage.settings import Settings
from web.app import create_app

application = create_app(Settings.from_environment(os.environ))
