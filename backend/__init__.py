"""The FastAPI service and the domain: what a task is, who may do what, where things are kept."""
