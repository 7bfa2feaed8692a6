"""Everything that talks to people or runs: command line, chats, schedule and delivery."""
