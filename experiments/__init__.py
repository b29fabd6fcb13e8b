"""What networks do on approximate arithmetic: measured, one module an experiment."""
