"""The Celery app: each job loads through backend, computes through ml, stores through backend."""
