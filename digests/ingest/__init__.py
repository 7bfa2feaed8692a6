"""From outside to articles: every door that reads bytes and hands on what the paper says."""
