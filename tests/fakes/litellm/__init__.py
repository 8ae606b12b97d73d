"""A stateful fake of the LiteLLM proxy's admin API, as measured on 1.106.2, strict where the real one is lenient."""

from fakes.litellm._proxy import LiteLLM

__all__ = ["LiteLLM"]
