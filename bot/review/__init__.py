"""The clinical content for those who sign it: review page, trace to the seeds, checks, explanation of one message."""
