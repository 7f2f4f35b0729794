"""The example that ends the help of every command."""


def example(command: str) -> str:
    """Write an example line that help does not wrap."""
    return f"\b\nExample: {command}"
