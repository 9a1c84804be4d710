"""Evaluation: labelled cases go through `care.receive`, and the figures that decide are printed."""
