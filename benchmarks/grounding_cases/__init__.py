"""Labelled cases: tailored texts that their evidence supports, and texts that it does not."""
