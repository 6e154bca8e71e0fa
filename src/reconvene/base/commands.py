"""What every command of the command line may raise. Here because commands live in several apps."""


class CommandFailed(Exception):
    """A command could not do what it was asked; the message says why and what to do."""
