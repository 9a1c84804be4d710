"""Aftercare triage after a hysterosalpingogram: patients write, rules sort, nurses close the loop."""
