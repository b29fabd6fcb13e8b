"""Pictures of experiments. All need matplotlib (the extra ``plot``), imported only when one is drawn."""
