"""The pages, their feeds, Telegram's webhook and what an operator looks at, over HTTP; readers need no script."""
