"""Celery workers: the work of `reviewbot serve --workers N`, spread over machines. reviewbot never imports this."""
