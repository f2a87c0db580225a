"""The portal for a WSGI server (PEP 3333): ``gunicorn web.wsgi:application``."""

import os

from storage.loading import loading

with loading():
    from storage.log_lines import install_logs
    from storage.settings import Settings
    from web.app import create_app

    settings = Settings.from_environment(os.environ)
    install_logs(as_json=settings.writes_json)
    application = create_app(settings)
