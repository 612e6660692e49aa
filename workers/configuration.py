"""How Celery is set up for us.

The settings were measured under `kill -9` of everything; each reason stands beside its line.
https://docs.celeryq.dev/en/stable/userguide/configuration.html
"""

from celery import Celery

from reviewbot.queue import PUBLISH_RETRY, QUEUE, TRANSPORT_OPTIONS

SOFT_LIMIT_SECONDS = 840
HARD_LIMIT_SECONDS = 900
START_SECONDS = 60.0


def make_app(broker_url: str) -> Celery:
    """Return the application for the broker at `broker_url`."""
    app = Celery("workers", broker=broker_url, include=["workers.tasks"])
    app.conf.update(
        # Nothing but plain data is ever read from the broker, and nothing is kept there: the ledger has it.
        task_serializer="json",
        accept_content=["json"],
        result_accept_content=["json"],
        result_backend=None,
        task_ignore_result=True,
        task_default_queue=QUEUE,
        # A message is confirmed when its work has ended. A killed child's message comes back, at most twice.
        task_acks_late=True,
        task_retry_on_worker_lost=True,
        task_acks_on_timeout=True,
        task_acks_on_failure=True,
        task_soft_time_limit=SOFT_LIMIT_SECONDS,
        task_time_limit=HARD_LIMIT_SECONDS,
        # One message at a time: what a worker holds ahead of its work, nobody else can take. It is counted by the work
        # under way. By messages that are not confirmed, one whose confirmation was lost would stop a worker for good.
        worker_prefetch_multiplier=0,
        worker_disable_prefetch=True,
        worker_concurrency=1,
        worker_pool_start_method="spawn",  # the model's libraries do not survive a fork
        # A child that takes longer to start than this is killed, for ever on a machine that is busy: by default 4.
        worker_proc_alive_timeout=START_SECONDS,
        worker_max_tasks_per_child=None,
        # At SIGTERM the work under way gets this long; then its message goes back.
        worker_soft_shutdown_timeout=25,
        worker_enable_soft_shutdown_on_idle=True,
        # Work goes on while Redis is away: what it did stands in the ledger.
        worker_cancel_long_running_tasks_on_connection_loss=False,
        # Otherwise whoever reaches Redis can stop the workers.
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=TRANSPORT_OPTIONS,
        task_publish_retry_policy=PUBLISH_RETRY,
    )
    return app
