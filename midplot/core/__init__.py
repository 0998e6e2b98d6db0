"""Pure computation: numpy and pydantic, no pandas, no display library, no printing."""
