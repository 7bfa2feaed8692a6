"""The news engine: newspaper pages in, digests out; it knows nothing of chats, clocks or the environment."""
