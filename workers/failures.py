"""How a job's handler says that trying again is no use."""


class JobRefused(Exception):
    """The job cannot succeed, however often it is tried; the message says why and what to do."""
