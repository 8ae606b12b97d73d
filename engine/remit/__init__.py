"""Remit: policy-as-code for access to LLMs."""
