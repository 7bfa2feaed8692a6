"""Everything that reads Chinese: pure functions from text to sentences, terms, topics, places and summaries."""
