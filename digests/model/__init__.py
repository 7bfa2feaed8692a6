"""The nouns of the news: frozen values that every layer passes on and none owns."""
