"""What is wrong with how the bot was set up, in the operator's words."""


class ConfigError(Exception):
    """Settings that cannot be used: `problems` holds one line for each."""

    usage = True

    def __init__(self, problems: list[str]) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)
