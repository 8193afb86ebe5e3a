"""Agents: mcp-agent with a language model behind it."""
